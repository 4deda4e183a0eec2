import { numericRows } from '../data/check.ts'
import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
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

/** A weighted sum of the features for each output, and what is made of it. */
export type LinearModel = {
  readonly kind: 'linear'
  readonly name: string
  readonly columns: number
  /** outputs × columns. */
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
  readonly task: LinearRegressionTask | LinearClassificationTask
}

export type LinearRegressionTask = {
  readonly type: 'regression'
  /** The library gives one value a row rather than a matrix. */
  readonly isVector: boolean
  /** What turns a sum into a prediction: `log` exponentiates. */
  readonly link: 'identity' | 'log' | 'logit'
}

export type LinearClassificationTask = {
  readonly type: 'classification'
  readonly classes: Labels
  /** How scores become probabilities; undefined where the class has none. */
  readonly probabilities: 'one-vs-rest' | 'softmax' | 'modified-huber' | undefined
}

export const compileLinear = (model: LinearModel): Scorer => ({
  name: model.name,
  columns: model.columns,
  methods: model.task.type === 'regression' ? regression(model, model.task) : classification(model, model.task),
})

/** The weighted sums of every row, dense or sparse. */
const weightedSums = ({ name, columns, coefficients, intercepts }: LinearModel): Into => {
  const expected = { model: name, columns, values: 'finite' } as const
  const outputs = intercepts.length
  return (data: Data, out: Float64Array) => {
    const rows = numericRows(data, expected)
    if (rows.kind === 'dense') denseSums(rows.values, rows.rows, columns, coefficients, intercepts, out)
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

const denseSums = (
  values: Float64Array,
  rows: number,
  columns: number,
  coefficients: Float64Array,
  intercepts: Float64Array,
  out: Float64Array,
): void => {
  const outputs = intercepts.length
  for (let row = 0; row < rows; row++) {
    const from = row * columns
    for (let output = 0; output < outputs; output++) {
      const base = output * columns
      let sum = 0
      for (let i = 0; i < columns; i++) sum += (values[from + i] as number) * (coefficients[base + i] as number)
      out[row * outputs + output] = sum + (intercepts[output] as number)
    }
  }
}

const regression = (model: LinearModel, { isVector, link }: LinearRegressionTask): Methods => {
  const sums = weightedSums(model)
  const outputs = model.intercepts.length
  const inverse = { identity: undefined, log: Math.exp, logit: logistic }[link]
  const into: Into =
    inverse === undefined
      ? sums
      : (data, out) => {
          sums(data, out)
          for (let i = 0; i < data.rows * outputs; i++) out[i] = inverse(out[i] as number)
        }
  return { predict: isVector ? vector(into) : matrix(outputs, into) }
}

const classification = (model: LinearModel, { classes, probabilities }: LinearClassificationTask): Methods => {
  const outputs = model.intercepts.length
  const sums = weightedSums(model)
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
