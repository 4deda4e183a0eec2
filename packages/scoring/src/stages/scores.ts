import type { Dense, Sparse } from '../data/data.ts'
import { eachRow } from '../data/vectors.ts'
import { logistic } from '../model/numeric.ts'
import { highest } from './highest.ts'
import { type CompiledTree, compileTree, type StageTree } from './tree.ts'

/** What gives each row its raw numbers. */
export type Scores = LinearScores | NormalScores | PairScores | LayerScores | TreeVotes | TreeBallots | TreeSum

/** `weights` are outputs × features, row after row. */
export type LinearScores = {
  readonly kind: 'linear'
  readonly weights: Float64Array
  readonly intercepts: Float64Array
  /** The logarithm of the sum of what they are logarithms of is taken off. */
  readonly areLogShares?: boolean
  /** Where a weight is zero a feature does not count, not even NaN or infinity: Spark keeps such weights sparse. */
  readonly skipsZeros?: boolean
}

/** Normal distributions of every feature by itself, outputs × features, without what they have in common. */
export type NormalScores = {
  readonly kind: 'normal'
  readonly priors: Float64Array
  readonly means: Float64Array
  readonly variances: Float64Array
}

/** Weights of features, and of every pair of them: the product of what `factorSize` numbers each say of the two. */
export type PairScores = {
  readonly kind: 'pairs'
  readonly intercept: number
  readonly weights: Float64Array
  /** Features × factors. */
  readonly factors: Float64Array
  readonly factorSize: number
}

/** Layers of logistic units, and a last one that is linear; weights column after column, then intercepts, layer by layer. */
export type LayerScores = {
  readonly kind: 'layers'
  readonly widths: readonly number[]
  readonly weights: Float64Array
}

/** The values of the leaves of every tree; shares of them where there are several trees, added up. */
export type TreeVotes = { readonly kind: 'votes'; readonly trees: readonly StageTree[]; readonly areShares: boolean }

/** Every tree is for one class, with its weight. */
export type TreeBallots = {
  readonly kind: 'ballots'
  readonly trees: readonly StageTree[]
  readonly weights: Float64Array
}

/** One number a tree, times its weight; `divisor` makes a mean of the sum. */
export type TreeSum = {
  readonly kind: 'sum'
  readonly trees: readonly StageTree[]
  readonly weights: Float64Array
  readonly divisor: number
}

/** Writes the numbers of row after row into `out`, `width` apart. */
export type ScoreInto = (rows: Dense | Sparse, out: Float64Array, width: number) => void

export const compileScores = (scores: Scores): ScoreInto => {
  switch (scores.kind) {
    case 'linear':
      return linearInto(scores)
    case 'normal':
      return normalInto(scores)
    case 'pairs':
      return pairsInto(scores)
    case 'layers':
      return layersInto(scores)
    case 'votes':
      return votesInto(scores)
    case 'ballots':
      return ballotsInto(scores)
    case 'sum':
      return sumInto(scores)
  }
}

const linearInto =
  ({ weights, intercepts, areLogShares = false, skipsZeros = false }: LinearScores): ScoreInto =>
  (vectors, out, width) => {
    const { rows, columns, values } = vectors
    const isSparse = vectors.kind === 'sparse'
    for (let row = 0; row < rows; row++) {
      for (let output = 0; output < intercepts.length; output++) {
        const own = output * columns
        let sum = 0
        if (isSparse)
          for (let at = vectors.starts[row] as number; at < (vectors.starts[row + 1] as number); at++)
            sum += (weights[own + (vectors.indices[at] as number)] as number) * (values[at] as number)
        else
          for (let column = 0; column < columns; column++)
            sum += (weights[own + column] as number) * (values[row * columns + column] as number)
        if (skipsZeros && Number.isNaN(sum)) sum = withoutZeros(weights, own, vectors, row)
        out[row * width + output] = sum + (intercepts[output] as number)
      }
      if (areLogShares) takeLogSumOff(out, row * width, intercepts.length)
    }
  }

const withoutZeros = (weights: Float64Array, own: number, vectors: Dense | Sparse, row: number): number => {
  const { columns, values } = vectors
  const [from, to] =
    vectors.kind === 'sparse'
      ? [vectors.starts[row] as number, vectors.starts[row + 1] as number]
      : [row * columns, (row + 1) * columns]
  let sum = 0
  for (let at = from; at < to; at++) {
    const column = vectors.kind === 'sparse' ? (vectors.indices[at] as number) : at - from
    const weight = weights[own + column] as number
    if (weight !== 0) sum += weight * (values[at] as number)
  }
  return sum
}

const takeLogSumOff = (values: Float64Array, at: number, count: number): void => {
  const most = values[at + highest(values, at, count)] as number
  let sum = 0
  for (let i = at; i < at + count; i++) sum += Math.exp((values[i] as number) - most)
  for (let i = at; i < at + count; i++) values[i] = (values[i] as number) - most - Math.log(sum)
}

const normalInto = ({ priors, means, variances }: NormalScores): ScoreInto => {
  const size = means.length / priors.length
  const constants = priors.map((prior, output) =>
    variances.subarray(output * size, (output + 1) * size).reduce((sum, one) => sum - Math.log(one) / 2, prior),
  )
  return (vectors, out, width) => {
    eachRow(vectors, (values, from, row) => {
      for (let output = 0; output < priors.length; output++) {
        let sum = 0
        for (let column = 0; column < size; column++) {
          const at = output * size + column
          sum += ((values[from + column] as number) - (means[at] as number)) ** 2 / (variances[at] as number)
        }
        out[row * width + output] = (constants[output] as number) - sum / 2
      }
    })
  }
}

/** The sum over all pairs is half of what the square of the sum has beside the squares. */
const pairsInto =
  ({ intercept, weights, factors, factorSize }: PairScores): ScoreInto =>
  (vectors, out, width) => {
    const { columns } = vectors
    eachRow(vectors, (values, from, row) => {
      let score = intercept
      for (let i = 0; i < columns; i++) score += (weights[i] as number) * (values[from + i] as number)
      for (let factor = 0; factor < factorSize; factor++) {
        let [sum, squares] = [0, 0]
        for (let i = 0; i < columns; i++) {
          const one = (factors[i * factorSize + factor] as number) * (values[from + i] as number)
          sum += one
          squares += one * one
        }
        score += 0.5 * (sum * sum - squares)
      }
      out[row * width] = score
    })
  }

const layersInto =
  ({ widths, weights }: LayerScores): ScoreInto =>
  (vectors, out, width) => {
    eachRow(vectors, (values, start, row) => {
      let inputs = values.subarray(start, start + vectors.columns)
      let from = 0
      for (const [layer, units] of widths.slice(1).entries()) {
        const isLast = layer === widths.length - 2
        const outputs = new Float64Array(units)
        for (let unit = 0; unit < units; unit++) {
          let sum = weights[from + units * inputs.length + unit] as number
          for (let i = 0; i < inputs.length; i++)
            sum += (weights[from + i * units + unit] as number) * (inputs[i] as number)
          outputs[unit] = isLast ? sum : logistic(sum)
        }
        from += units * (inputs.length + 1)
        inputs = outputs
      }
      out.set(inputs, row * width)
    })
  }

const votesInto = ({ trees, areShares }: TreeVotes): ScoreInto => {
  const compiled = trees.map(compileTree)
  return (vectors, out, width) => {
    eachRow(vectors, (values, from, row) => {
      for (const tree of compiled) addVotes(tree, values, from, out, row * width, areShares)
    })
  }
}

const addVotes = (
  { leafOf, values, width }: CompiledTree,
  row: Float64Array,
  from: number,
  out: Float64Array,
  to: number,
  areShares: boolean,
): void => {
  const at = leafOf(row, from) * width
  let total = 1
  if (areShares) {
    total = 0
    for (let i = 0; i < width; i++) total += values[at + i] as number
    if (total === 0) return
  }
  for (let i = 0; i < width; i++) out[to + i] = (out[to + i] as number) + (values[at + i] as number) / total
}

const ballotsInto = ({ trees, weights }: TreeBallots): ScoreInto => {
  const compiled = trees.map(compileTree)
  return (vectors, out, width) => {
    eachRow(vectors, (values, from, row) => {
      for (const [tree, { leafOf, values: leaves }] of compiled.entries()) {
        const at = row * width + (leaves[leafOf(values, from)] as number)
        out[at] = (out[at] as number) + (weights[tree] as number)
      }
    })
  }
}

const sumInto = ({ trees, weights, divisor }: TreeSum): ScoreInto => {
  const compiled = trees.map(compileTree)
  return (vectors, out, width) => {
    eachRow(vectors, (values, from, row) => {
      let sum = 0
      for (let tree = 0; tree < compiled.length; tree++) {
        const { leafOf, values: leaves } = compiled[tree] as CompiledTree
        sum += (weights[tree] as number) * (leaves[leafOf(values, from)] as number)
      }
      out[row * width] = sum / divisor
    })
  }
}
