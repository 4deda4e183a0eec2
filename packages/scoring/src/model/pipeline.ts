import type { Data } from '../data/data.ts'
import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import type { Methods, Output, Scorer } from './scorer.ts'
import { scoringError } from '../errors.ts'

/** Transformers, each of what the one before gives, and a last step of any kind. */
export type PipelineModel = {
  readonly kind: 'pipeline'
  readonly name: string
  readonly steps: readonly Model[]
}

export const compilePipeline = ({ name, steps }: PipelineModel, compile: Compile): Scorer => {
  const scorers = steps.map(compile)
  const last = scorers.at(-1)
  const before = scorers.slice(0, -1).map((scorer) => {
    const { transform } = scorer.methods
    if (transform === undefined)
      throw scoringError('model.method', {
        name: scorer.name,
        method: 'transform',
        why: 'a step before the last must have one',
      })
    return transform.apply
  })
  const prepare = (data: Data): Data => before.reduce((rows, apply) => apply(rows), data)
  return { name, columns: scorers[0]?.columns, methods: last === undefined ? {} : behind(prepare, last.methods) }
}

/** The methods of a scorer on rows that `prepare` makes. */
export const behind = (prepare: (data: Data) => Data, { transform, ...outputs }: Methods): Methods => {
  const prepared = Object.entries(outputs).map(([method, output]: [string, Output]) => [
    method,
    { ...output, into: (data: Data, out: Float64Array) => output.into(prepare(data), out) },
  ])
  return {
    ...(Object.fromEntries(prepared) as Methods),
    ...(transform === undefined
      ? {}
      : { transform: { ...transform, apply: (data: Data) => transform.apply(prepare(data)) } }),
  }
}
