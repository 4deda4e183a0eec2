import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import type { Scorer } from './scorer.ts'

/** One estimator whose methods compute different things, each a model of its own. */
export type FacetsModel = {
  readonly kind: 'facets'
  readonly name: string
  readonly facets: readonly Model[]
}

export const compileFacets = ({ name, facets }: FacetsModel, compile: Compile): Scorer => {
  const scorers = facets.map(compile)
  return { name, columns: scorers[0]?.columns, methods: Object.assign({}, ...scorers.map(({ methods }) => methods)) }
}
