import type { Table } from '@modelsmith/table'
import { denseRows } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import { type Explainer, explainer } from '../explain/explain.ts'
import { compileBlueprint, type Gives, type NativeBlueprint, type NativeNode } from './blueprint.ts'
import { enteringSources } from './sources.ts'

/** Exact Shapley values of a blueprint's last model, added up over all columns that come of one input. */
export type BlueprintExplainer = {
  /** What each output is: a class, or undefined for a number. */
  readonly outputs: readonly (string | undefined)[]
  /** Whether what it says depends on the background. */
  readonly usesBackground: boolean
  readonly explain: (rows: Table) => InputExplanations
}

export type InputExplanations = {
  /** One an output. */
  readonly base: Float64Array
  /** Of each row, of each output: one for each of the blueprint's inputs; with the base they sum to the score. */
  readonly rows: readonly (readonly { readonly score: number; readonly contributions: readonly number[] }[])[]
}

/**
 * The explainer of a blueprint that was opened `withCover`: a tree, forest, boosted trees or a linear model behind nodes that make each of
 * their columns of one input. `background` are rows whose means stand for what is not known of a linear model's. Throws `blueprint.mixed` and
 * what `explainer` throws where there is none.
 */
export const blueprintExplainer = (blueprint: NativeBlueprint, background: Table): BlueprintExplainer => {
  const { inputs, nodes } = blueprint
  const sources = enteringSources(blueprint)
  const { enter } = compileBlueprint(blueprint, { kernels: 'plain' })
  const { model, gives } = nodes.at(-1) as NativeNode
  const usesBackground = model.kind === 'linear'
  const inner = explainer(model, usesBackground ? { means: meansOf(enter(background)) } : {})
  const places = sources.map((source) => inputs.findIndex(({ name }) => name === source))
  return {
    outputs: labelsOf(inner, gives),
    usesBackground,
    explain: (table) => {
      const { base, contributions, scores } = inner.explain(enter(table))
      const count = inner.outputs.length
      return {
        base,
        rows: Array.from({ length: table.rows }, (_, row) =>
          Array.from({ length: count }, (__, output) => {
            const at = row * count + output
            const sums = new Float64Array(inputs.length)
            for (const [column, place] of places.entries())
              sums[place] = (sums[place] as number) + (contributions[at * inner.columns + column] as number)
            return { score: scores[at] as number, contributions: [...sums] }
          }),
        ),
      }
    },
  }
}

/** Classes by the names of the blueprint: some models know them by their places only. */
const labelsOf = ({ outputs }: Explainer, gives: Gives): BlueprintExplainer['outputs'] => {
  if (gives.type !== 'probabilities') return outputs.map(() => undefined)
  return outputs.length === 1 ? [gives.known[1]] : outputs.map((_, output) => gives.known[output])
}

const meansOf = (data: Data): Float64Array => {
  const { rows, columns, values } = denseRows(data, { model: 'The background', columns: undefined, values: 'any' })
  return Float64Array.from({ length: columns }, (_, column) => {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += values[row * columns + column] as number
    return sum / rows
  })
}
