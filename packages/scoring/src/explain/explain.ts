import { denseRows } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import { labelTexts } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { boosterPlan, boosterSums } from '../model/booster.ts'
import { boostedSums, boostingPlan, type BoostingModel } from '../model/boosting.ts'
import { compile } from '../model/compile.ts'
import { forestMeans, forestPlan } from '../model/forest.ts'
import { type LinearModel, weightedSums } from '../model/linear.ts'
import type { Model } from '../model/model.ts'
import type { Into } from '../model/outputs.ts'
import type { NamedPlan } from '../model/tree-sums.ts'
import { treeRows } from '../model/trees.ts'
import { deepestPath, isTooDeep, treeExplainer } from './tree-shapley.ts'

/**
 * Exact Shapley values of a model's raw scores: of log-odds and other sums before they become probabilities, of the means of a
 * forest as they are. Of each row and output, base and contributions sum to the score.
 */
export type Explainer = {
  readonly name: string
  readonly columns: number
  /** What each output is: a class, or undefined for a number. */
  readonly outputs: readonly (string | undefined)[]
  readonly explain: (data: Data) => ExactExplanations
}

export type ExactExplanations = {
  readonly rows: number
  /** One an output. */
  readonly base: Float64Array
  /** rows × outputs × columns. */
  readonly contributions: Float64Array
  /** rows × outputs, as the model serves them. */
  readonly scores: Float64Array
}

export type ExplainerOptions = {
  /** Of a linear model: the mean of each column over the background rows. */
  readonly means?: Float64Array
  readonly kernels?: Kernels
}

/** What an explanation may miss of the score, of the sum of what it adds up: of sums in float64, and of those that the library makes in float32. */
const tolerances = { float64: 1e-9, float32: 1e-5 } as const

/**
 * The explainer of a linear model, a tree, a forest or boosted trees; the file of trees is to be opened `withCover`. Throws
 * `explain.kind` for other models.
 */
export const explainer = (model: Model, options: ExplainerOptions = {}): Explainer => {
  const { kernels = 'plain' } = options
  switch (model.kind) {
    case 'linear':
      return linearExplainer(model, options)
    case 'forest': {
      const { task, isSingle, trees } = model
      const outputs =
        task.type === 'regression'
          ? Array.from({ length: task.outputs }, () => undefined)
          : task.targets.flatMap((classes) => labelTexts(classes))
      const divisor = isSingle ? 1 : trees.roots.length
      const start = new Float64Array(outputs.length)
      return ofTrees({ plan: forestPlan(model), start, divisor, scores: forestMeans(model, kernels), outputs })
    }
    case 'booster': {
      const { outputs: count, start, divisor, classes } = model
      const sums = boosterSums(model, kernels)
      const scores: Into = (data, out) => {
        sums(data, out)
        for (let i = 0; i < data.rows * count; i++) out[i] = (out[i] as number) / divisor
      }
      const outputs = outputsOf(count, classes === undefined ? undefined : labelTexts(classes))
      return ofTrees({ plan: boosterPlan(model), start, divisor, scores, outputs })
    }
    case 'boosting': {
      const { outputs: count, task } = model
      const outputs = outputsOf(count, task.type === 'regression' ? undefined : labelTexts(task.classes))
      const scores = boostedSums(model, (inner) => compile(inner, { kernels }), kernels)
      return ofTrees({ plan: boostingPlan(model), start: startOf(model), divisor: 1, scores, outputs })
    }
    case 'delegate':
      return { ...explainer(model.model, options), name: model.name }
    default:
      throw scoringError('explain.kind', { name: model.name })
  }
}

/** Of two classes, the score is that of the second. */
const outputsOf = (count: number, labels: readonly string[] | undefined): (string | undefined)[] =>
  Array.from({ length: count }, (_, output) => labels?.[count === 1 ? 1 : output])

/** Where the sums begin, which must be the same for all rows. */
const startOf = (model: BoostingModel): Float64Array => {
  const { start, outputs, trees, name } = model
  if (start.type === 'constant') return start.values
  if (start.model.kind !== 'constant') throw scoringError('explain.kind', { name: `${name} with a start of its own` })
  const nothing: BoostingModel = { ...model, trees: { ...trees, roots: new Int32Array(0) } }
  const out = new Float64Array(outputs)
  const zeros = { kind: 'dense', rows: 1, columns: trees.columns, values: new Float64Array(trees.columns) } as const
  boostedSums(nothing, (inner) => compile(inner, { kernels: 'plain' }), 'plain')(zeros, out)
  return out
}

type TreeParts = {
  readonly plan: NamedPlan
  readonly start: Float64Array
  /** By what the sums of start and trees are divided. */
  readonly divisor: number
  readonly scores: Into
  readonly outputs: Explainer['outputs']
}

const ofTrees = ({ plan, start, divisor, scores, outputs }: TreeParts): Explainer => {
  const { model: name, trees, taken, sumsAreSingle } = plan
  const { cover, columns } = trees
  if (cover === undefined || cover.some((count) => !(count >= 0 && count < Infinity)))
    throw scoringError('explain.cover', { name })
  if (isTooDeep(trees)) throw scoringError('explain.depth', { name, limit: deepestPath })
  const inner = treeExplainer({ ...plan, trees: { ...trees, cover } })
  const count = outputs.length
  const base = inner.base.map((value, output) => ((start[output] as number) + value) / divisor)
  const tolerance = sumsAreSingle ? tolerances.float32 : tolerances.float64
  return {
    name,
    columns,
    outputs,
    explain: (data) => {
      const { values, rows } = treeRows(data, trees, { model: name, values: taken })
      const contributions = new Float64Array(rows * count * columns)
      for (let row = 0; row < rows; row++) {
        const own = contributions.subarray(row * count * columns, (row + 1) * count * columns)
        inner.add(values, row * columns, own)
        if (divisor !== 1) for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) / divisor
      }
      return checked({ rows, base, contributions, scores: scoresOf(scores, data, count) }, { name, columns, tolerance })
    },
  }
}

/** The weighted distances from the means: what a feature is worth where the others vary as they do in the background, on their own. */
const linearExplainer = (model: LinearModel, { means, kernels = 'plain' }: ExplainerOptions): Explainer => {
  const { name, columns, coefficients, intercepts, task } = model
  if (means?.length !== columns || means.some((mean) => !Number.isFinite(mean)))
    throw scoringError('explain.means', { name, expected: columns, found: means?.length ?? 0 })
  const count = intercepts.length
  const base = intercepts.map((intercept, output) =>
    means.reduce((sum, mean, column) => sum + mean * (coefficients[output * columns + column] as number), intercept),
  )
  const sums = weightedSums(model, kernels)
  return {
    name,
    columns,
    outputs: outputsOf(count, task.type === 'classification' ? labelTexts(task.classes) : undefined),
    explain: (data) => {
      const { rows, values } = denseRows(data, { model: name, columns, values: 'finite' })
      const contributions = new Float64Array(rows * count * columns)
      for (let row = 0, at = 0; row < rows; row++)
        for (let output = 0; output < count; output++)
          for (let column = 0; column < columns; column++, at++)
            contributions[at] =
              (coefficients[output * columns + column] as number) *
              ((values[row * columns + column] as number) - (means[column] as number))
      return checked(
        { rows, base, contributions, scores: scoresOf(sums, data, count) },
        { name, columns, tolerance: tolerances.float64 },
      )
    },
  }
}

const scoresOf = (scores: Into, data: Data, outputs: number): Float64Array => {
  const out = new Float64Array(data.rows * outputs)
  scores(data, out)
  return out
}

type Checked = { readonly name: string; readonly columns: number; readonly tolerance: number }

/** An explanation that does not add up is refused. */
const checked = (found: ExactExplanations, { name, columns, tolerance }: Checked): ExactExplanations => {
  const { base, contributions, scores } = found
  for (const [at, score] of scores.entries()) {
    const start = base[at % base.length] as number
    let [sum, size] = [start, Math.abs(start)]
    for (let i = at * columns; i < (at + 1) * columns; i++) {
      sum += contributions[i] as number
      size += Math.abs(contributions[i] as number)
    }
    if (!(Math.abs(sum - score) <= tolerance * Math.max(size, Math.abs(score))))
      throw scoringError('explain.sum', { name, row: Math.floor(at / base.length), sum, score })
  }
  return found
}
