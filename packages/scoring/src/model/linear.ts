import { numericRows, onlyDenseRows } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { type WeightedRows, type Weights, weightedRows } from '../kernels/weighted-rows.ts'
import type { Compile } from './compile.ts'
import { divideBy, logistic, numpySum, softmax } from './numeric.ts'
import {
  classProbabilities,
  decisionScores,
  type Into,
  logarithmOf,
  matrix,
  predictedClass,
  vector,
} from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'
import { type Single, singleSums } from './single-sums.ts'

/** A weighted sum of the features for each output, and what is made of it. */
export type LinearModel = {
  readonly kind: 'linear'
  readonly name: string
  readonly columns: number
  /** outputs × columns. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
  readonly single?: Single | undefined
  readonly task: LinearRegressionTask | LinearClassificationTask | LinearLabelsTask
}

export type LinearRegressionTask = {
  readonly type: 'regression'
  /** The library gives one value a row rather than a matrix. */
  readonly isVector: boolean
  /** What turns a sum into a prediction: `log` exponentiates. */
  readonly link: 'identity' | 'log' | 'logit'
  /** How uncertain a prediction is, where the coefficients have a posterior. */
  readonly deviation?: LinearDeviation | undefined
}

/** The root of (row × covariance × row) + noise, of the features in `columns` less their offsets and over their scales. */
export type LinearDeviation = {
  readonly columns: Int32Array
  readonly offsets: Float64Array
  readonly scales: Float64Array
  readonly covariance: Float64Array
  readonly noise: number
}

export type LinearClassificationTask = {
  readonly type: 'classification'
  readonly classes: Labels
  /** How scores become probabilities; undefined where the class has none. */
  readonly probabilities: 'one-vs-rest' | 'softmax' | 'modified-huber' | undefined
}

/** A yes or no for each of several labels. */
export type LinearLabelsTask = { readonly type: 'labels' }
/** What sums are made of. */
type WeightedSums = Weights & { readonly name: string; readonly single?: Single | undefined }

export const compileLinear = (model: LinearModel, _: Compile, kernels: Kernels): Scorer => ({
  name: model.name,
  columns: model.columns,
  methods: methodsOf(model, model.task, weightedSums(model, kernels)),
})

const methodsOf = (model: LinearModel, task: LinearModel['task'], sums: Into): Methods => {
  switch (task.type) {
    case 'regression':
      return regression(model, task, sums)
    case 'classification':
      return classification(model, task, sums)
    case 'labels':
      return yesOrNo(model, sums)
  }
}

const yesOrNo = (model: LinearModel, sums: Into): Methods => {
  const outputs = model.intercepts.length
  const decide: Into = (data, out) => {
    sums(data, out)
    for (let i = 0; i < data.rows * outputs; i++) out[i] = Number((out[i] as number) > 0)
  }
  return { predict: matrix(outputs, decide, { isInteger: true }), decisionFunction: matrix(outputs, sums) }
}

// Fewer rows are not worth a second program.
const fewestRows = 16

/** The weighted sums of every row, dense or sparse. */
export const weightedSums = (weights: WeightedSums, kernels: Kernels): Into => {
  const { name, columns, coefficients, intercepts, single } = weights
  const expected = { model: name, columns, values: 'finite' } as const
  const outputs = intercepts.length
  const plainly: WeightedRows = (values, rows, out) => denseSums(values, rows, columns, coefficients, intercepts, out)
  // Made when a first batch comes; one row does not need it.
  let batch: WeightedRows | undefined = kernels === 'plain' ? plainly : undefined
  return (data: Data, out: Float64Array) => {
    if (data.kind === 'dense' && data.columns === columns && outputs > 0) {
      if (data.rows < fewestRows) plainly(data.values, data.rows, out)
      else {
        batch ??= weightedRows(weights) ?? plainly
        batch(data.values, data.rows, out)
      }
      // A number that is not finite leaves no sum finite that it enters: only then is it worth to look for one.
      if (!areFinite(out, data.rows * outputs)) numericRows(data, expected)
      return
    }
    const rows = numericRows(data, expected)
    if (rows.kind === 'dense') plainly(rows.values, rows.rows, out)
    else if (single !== undefined && rows.singleOrder !== undefined) singleSums(rows, weights, single, out)
    else
      for (let row = 0; row < rows.rows; row++) {
        const [start, end] = [rows.starts[row] as number, rows.starts[row + 1] as number]
        for (let output = 0; output < outputs; output++) {
          let sum = 0
          const base = output * columns
          for (let i = start; i < end; i++)
            sum += (rows.values[i] as number) * (coefficients[base + (rows.indices[i] as number)] as number)
          out[row * outputs + output] = sum + (intercepts[output] as number)
        }
      }
  }
}

const areFinite = (values: Float64Array, count: number): boolean => {
  for (let i = 0; i < count; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** The even and the odd columns are added apart, as the kernel does it: each sum waits for its last addition. */
const denseSums = (
  values: Float64Array,
  rows: number,
  columns: number,
  coefficients: Float64Array,
  intercepts: Float64Array,
  out: Float64Array,
): void => {
  const outputs = intercepts.length
  const pairs = columns & ~1
  for (let row = 0; row < rows; row++)
    for (let output = 0; output < outputs; output++) {
      let [from, base] = [row * columns, output * columns]
      let [even, odd] = [0, 0]
      for (const end = from + pairs; from < end; from += 2, base += 2) {
        even += (values[from] as number) * (coefficients[base] as number)
        odd += (values[from + 1] as number) * (coefficients[base + 1] as number)
      }
      if (pairs < columns) even += (values[from] as number) * (coefficients[base] as number)
      out[row * outputs + output] = even + odd + (intercepts[output] as number)
    }
}

const regression = (model: LinearModel, { isVector, link, deviation }: LinearRegressionTask, sums: Into): Methods => {
  const outputs = model.intercepts.length
  const inverse = { identity: undefined, log: Math.exp, logit: logistic }[link]
  const into: Into =
    inverse === undefined
      ? sums
      : (data, out) => {
          sums(data, out)
          for (let i = 0; i < data.rows * outputs; i++) out[i] = inverse(out[i] as number)
        }
  const predict = isVector ? vector(into) : matrix(outputs, into)
  return deviation === undefined ? { predict } : { predict, predictStd: vector(deviations(model, deviation)) }
}

const deviations = (
  { name, columns }: LinearModel,
  { columns: used, offsets, scales, covariance, noise }: LinearDeviation,
): Into => {
  const count = used.length
  const features = new Float64Array(count)
  return (data, out) => {
    const { rows, values } = onlyDenseRows(data, { model: name, columns, values: 'finite' })
    for (let row = 0; row < rows; row++) {
      for (const [i, column] of used.entries())
        features[i] = ((values[row * columns + column] as number) - (offsets[i] as number)) / (scales[i] as number)
      let variance = 0
      for (let i = 0; i < count; i++) {
        let product = 0
        for (let j = 0; j < count; j++) product += (features[j] as number) * (covariance[j * count + i] as number)
        variance += product * (features[i] as number)
      }
      out[row] = Math.sqrt(variance + noise)
    }
  }
}

const classification = (
  model: LinearModel,
  { classes, probabilities }: LinearClassificationTask,
  sums: Into,
): Methods => {
  const outputs = model.intercepts.length
  const decisionFunction = decisionScores(classes, outputs, sums)
  const predict = predictedClass(classes, decisionFunction)
  if (probabilities === undefined) return { predict, decisionFunction }

  const count = classes.values.length
  const normalise = { 'one-vs-rest': oneVsRest, softmax, 'modified-huber': modifiedHuber }[probabilities]
  const predictProba = classProbabilities(classes, (data, out) => {
    if (outputs === 1) {
      // The scores come first, then each is spread over its two classes from the last row to the first.
      sums(data, out)
      for (let row = data.rows - 1; row >= 0; row--) spreadOverTwo(probabilities, out[row] as number, out, row * 2)
      return
    }
    sums(data, out)
    for (let row = 0; row < data.rows; row++) normalise(out, row * count, count)
  })
  return { predict, decisionFunction, predictProba, predictLogProba: logarithmOf(predictProba) }
}

const spreadOverTwo = (
  probabilities: NonNullable<LinearClassificationTask['probabilities']>,
  score: number,
  out: Float64Array,
  at: number,
): void => {
  if (probabilities === 'softmax') {
    // Two classes of a multinomial model: the softmax of -score and score.
    out[at] = -score
    out[at + 1] = score
    softmax(out, at, 2)
    return
  }
  const second = probabilities === 'one-vs-rest' ? logistic(score) : (clip(score) + 1) / 2
  out[at] = 1 - second
  out[at + 1] = second
}

const clip = (score: number): number => Math.min(1, Math.max(-1, score))

/** Each class by itself, then normalised (LinearClassifierMixin._predict_proba_lr). */
const oneVsRest = (values: Float64Array, start: number, count: number): void => {
  for (let i = start; i < start + count; i++) values[i] = logistic(values[i] as number)
  divideBy(values, start, count, numpySum(values, start, count))
}

/** Scores clipped to [-1, 1] and moved to [0, 1]; where all are zero, every class is as likely (SGDClassifier). */
const modifiedHuber = (values: Float64Array, start: number, count: number): void => {
  for (let i = start; i < start + count; i++) values[i] = (clip(values[i] as number) + 1) / 2
  let sum = numpySum(values, start, count)
  if (sum === 0) {
    values.fill(1, start, start + count)
    sum = count
  }
  divideBy(values, start, count, sum)
}
