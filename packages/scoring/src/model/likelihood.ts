import { denseRows, type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import { argmax, numpySum, softmax } from './numeric.ts'
import { classProbabilities, type Into, logarithmOf, matrix, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** How likely a row is in each of several classes or components: naive Bayes, quadratic discriminants, mixtures. */
export type LikelihoodModel = {
  readonly kind: 'likelihood'
  readonly name: string
  readonly columns: number
  readonly count: number
  /** Added to each: logarithms of what does not depend on the row. */
  readonly constants: Float64Array
  readonly density: Density
  readonly task:
    | { readonly type: 'mixture' }
    | {
        readonly type: 'classification'
        readonly classes: Labels
        /** Naive Bayes subtracts logarithms of sums; discriminants divide by sums and have decisions. */
        readonly normalises: 'logarithms' | 'likelihoods'
        readonly hasDecisionFunction: boolean
      }
}

export type Density =
  /** Half the squared distance to the means over variances: both are count × columns. */
  | { readonly type: 'diagonal'; readonly means: Float64Array; readonly variances: Float64Array }
  /** Half the squared length of (row − mean) × factor; each factor is columns × columns, one for all or one each. */
  | {
      readonly type: 'factored'
      readonly means: Float64Array
      readonly factors: Float64Array
      readonly isShared: boolean
    }
  /** A weighted sum of the features, which count as one above the threshold and zero else where there is one. */
  | { readonly type: 'linear'; readonly weights: Float64Array; readonly threshold: number | undefined }
  /** The logarithm of each feature's category: for each feature, classes × categories. */
  | { readonly type: 'categorical'; readonly tables: readonly Float64Array[] }

export const compileLikelihood = (model: LikelihoodModel): Scorer => {
  const { name, columns, count, task } = model
  const logs = logLikelihoods(model)
  const all = matrix(count, logs)
  return {
    name,
    columns,
    methods: task.type === 'mixture' ? mixture(all, count) : classification(all, task),
  }
}

const logLikelihoods = (model: LikelihoodModel): Into => {
  const { name, columns, count, constants, density } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const checked = density.type === 'linear' ? denseRows : onlyDenseRows
  const ofRow = densityOf(density, columns, count)
  return (data, out) => {
    const { rows, values } = checked(data, expected)
    if (density.type === 'categorical') checkCategories(model, density.tables, values)
    for (let row = 0; row < rows; row++)
      for (let index = 0; index < count; index++)
        out[row * count + index] = ofRow(values, row * columns, index) + (constants[index] as number)
  }
}

const checkCategories = (
  { name, columns, count }: LikelihoodModel,
  tables: readonly Float64Array[],
  values: Float64Array,
): void => {
  for (const [i, value] of values.entries()) {
    const column = i % columns
    const known = (tables[column] as Float64Array).length / count
    if (!(value >= 0 && Math.trunc(value) < known))
      throw scoringError('input.categoryNumber', { model: name, row: Math.floor(i / columns), column, value, known })
  }
}

type OfRow = (values: Float64Array, at: number, index: number) => number

const densityOf = (density: Density, columns: number, count: number): OfRow => {
  switch (density.type) {
    case 'linear': {
      const { weights, threshold } = density
      return (values, at, index) => {
        let sum = 0
        for (let c = 0; c < columns; c++) {
          const value = values[at + c] as number
          sum +=
            (threshold === undefined ? value : Number(value > threshold)) * (weights[index * columns + c] as number)
        }
        return sum
      }
    }
    case 'diagonal': {
      const { means, variances } = density
      const terms = new Float64Array(columns)
      return (values, at, index) => {
        for (let c = 0; c < columns; c++) {
          const difference = (values[at + c] as number) - (means[index * columns + c] as number)
          terms[c] = (difference * difference) / (variances[index * columns + c] as number)
        }
        return -0.5 * numpySum(terms, 0, columns)
      }
    }
    case 'factored':
      return factored(density, columns)
    case 'categorical':
      return (values, at, index) => {
        let sum = 0
        // A value that is no category has no logarithm; the caller gets NaN, where the library raises.
        for (const [c, table] of density.tables.entries())
          sum += table[(index * table.length) / count + Math.trunc(values[at + c] as number)] as number
        return sum
      }
  }
}

const factored = ({ means, factors, isShared }: Extract<Density, { type: 'factored' }>, columns: number): OfRow => {
  const size = isShared ? 0 : factors.length / (means.length / columns)
  const width = (isShared ? factors.length : size) / columns
  const differences = new Float64Array(columns)
  const squares = new Float64Array(width)
  return (values, at, index) => {
    for (let c = 0; c < columns; c++)
      differences[c] = (values[at + c] as number) - (means[index * columns + c] as number)
    const base = index * size
    for (let target = 0; target < width; target++) {
      let sum = 0
      for (let c = 0; c < columns; c++)
        sum += (differences[c] as number) * (factors[base + c * width + target] as number)
      squares[target] = sum * sum
    }
    return -0.5 * numpySum(squares, 0, width)
  }
}

/** The logarithm of the sum of exponentials. */
const logSum = (values: Float64Array, start: number, count: number): number => {
  const highest = values[start + argmax(values, start, count)] as number
  if (!Number.isFinite(highest)) return highest
  let sum = 0
  for (let i = start; i < start + count; i++) sum += Math.exp((values[i] as number) - highest)
  return Math.log(sum) + highest
}

const predicted = (all: Output, more: Partial<Output>): Output =>
  vector((data, out) => {
    const scores = new Float64Array(data.rows * all.columns)
    all.into(data, scores)
    for (let row = 0; row < data.rows; row++) out[row] = argmax(scores, row * all.columns, all.columns)
  }, more)

const logProbabilities =
  (all: Output): Into =>
  (data, out) => {
    const { columns } = all
    all.into(data, out)
    for (let at = 0; at < data.rows * columns; at += columns) {
      const sum = logSum(out, at, columns)
      for (let i = at; i < at + columns; i++) out[i] = (out[i] as number) - sum
    }
  }

const exponentials =
  (of: Into, columns: number): Into =>
  (data, out) => {
    of(data, out)
    for (let i = 0; i < data.rows * columns; i++) out[i] = Math.exp(out[i] as number)
  }

const mixture = (all: Output, count: number): Methods => ({
  predict: predicted(all, { isInteger: true }),
  predictProba: matrix(count, exponentials(logProbabilities(all), count)),
  scoreSamples: vector((data, out) => {
    const logs = new Float64Array(data.rows * count)
    all.into(data, logs)
    for (let row = 0; row < data.rows; row++) out[row] = logSum(logs, row * count, count)
  }),
})

const classification = (
  all: Output,
  { classes, normalises, hasDecisionFunction }: Extract<LikelihoodModel['task'], { type: 'classification' }>,
): Methods => {
  const { columns } = all
  const predict = predicted(all, { labels: [classes] })
  const logs = logProbabilities(all)
  const probabilities: Into =
    normalises === 'logarithms'
      ? exponentials(logs, columns)
      : (data, out) => {
          all.into(data, out)
          for (let row = 0; row < data.rows; row++) softmax(out, row * columns, columns)
        }
  const predictProba = classProbabilities(classes, probabilities)
  const predictLogProba = normalises === 'logarithms' ? classProbabilities(classes, logs) : logarithmOf(predictProba)
  const methods: Methods = { predict, predictProba, predictLogProba }
  return hasDecisionFunction ? { ...methods, decisionFunction: ratioOfTwo(all, classes) } : methods
}

/** Of two classes the difference, else all. */
const ratioOfTwo = (all: Output, classes: Labels): Output =>
  all.columns === 2
    ? vector((data, out) => {
        const both = new Float64Array(data.rows * 2)
        all.into(data, both)
        for (let row = 0; row < data.rows; row++) out[row] = (both[row * 2 + 1] as number) - (both[row * 2] as number)
      })
    : classProbabilities(classes, all.into)
