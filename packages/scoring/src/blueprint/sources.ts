import type { Model } from '../model/model.ts'
import type { UnionModel } from '../model/union.ts'
import { scoringError } from '../errors.ts'
import type { NativeBlueprint, NativeNode } from './blueprint.ts'

/**
 * Of each column that enters the last node: the input that it comes of. Throws `blueprint.mixed` where a node makes columns of several
 * inputs, or of one in a way that is not known here.
 */
export const enteringSources = ({ nodes }: NativeBlueprint): readonly string[] => {
  const given = new Map<string, readonly string[]>()
  const read = ({ inputs }: NativeNode): readonly string[] =>
    inputs.flatMap((input) => (input.from === 'data' ? input.columns : (given.get(input.node) ?? [])))
  for (const node of nodes.slice(0, -1)) {
    const { id, model, gives } = node
    if (gives.type !== 'transform') throw scoringError('blueprint.mixed', { node: id, name: model.name })
    const sources = sourcesOf(model, read(node))
    if (sources === undefined) throw scoringError('blueprint.mixed', { node: id, name: model.name })
    given.set(id, sources)
  }
  const last = nodes.at(-1)
  return last === undefined ? [] : read(last)
}

/** Of each column that a transformer gives, the source of what it is made of; undefined where there are several. */
const sourcesOf = (model: Model, given: readonly string[]): readonly string[] | undefined => {
  switch (model.kind) {
    case 'columnwise':
    case 'elementwise':
    case 'power':
    case 'quantiles':
      return given
    case 'imputer':
    case 'selection':
      return Array.from(model.kept, (column) => given[column] as string)
    case 'missingIndicator':
      return Array.from(model.features, (column) => given[column] as string)
    case 'categories': {
      const { output, columns } = model
      if (output.type !== 'one-hot') return given
      const sources: string[] = Array.from({ length: output.width })
      for (const [column, { places, unknown = -1 }] of columns.entries())
        for (const place of [...places, unknown]) if (place >= 0) sources[place] = given[column] as string
      return sources
    }
    case 'pipeline':
      return model.steps.reduce<readonly string[] | undefined>(
        (sources, step) => (sources === undefined ? undefined : sourcesOf(step, sources)),
        given,
      )
    case 'delegate':
      return sourcesOf(model.model, given)
    case 'union':
      return unionSources(model, given)
    default:
      return undefined
  }
}

const unionSources = ({ parts }: UnionModel, given: readonly string[]): readonly string[] | undefined => {
  const all = parts.map(({ input, model }) => {
    const picked =
      input === undefined
        ? given
        : input.columns.map(({ name, position }) => (position === undefined ? name : given[position]) ?? '')
    return model === undefined ? picked : sourcesOf(model, picked)
  })
  return all.includes(undefined) ? undefined : all.flatMap((sources) => sources ?? [])
}
