import { dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { classesOf, indicesIn, needed } from './members.ts'
import type { Model } from './model.ts'
import { argmax, divideBy, logistic, numpySum, softmax } from './numeric.ts'
import { classProbabilities, type Into, vector } from './outputs.ts'
import { run, type Scorer } from './scorer.ts'

/** The mean of classifiers whose scores were made probabilities. */
export type CalibratedModel = {
  readonly kind: 'calibrated'
  readonly name: string
  readonly classes: Labels
  readonly members: readonly CalibratedMember[]
}
export type CalibratedMember = {
  readonly model: Model
  /** One for each score of the model; the temperature is one for all. */
  readonly calibrators: readonly Calibrator[]
}
export type Calibrator =
  /** `1 / (1 + exp(slope * score + intercept))`. */
  | { readonly type: 'sigmoid'; readonly slope: number; readonly intercept: number }
  | { readonly type: 'model'; readonly model: Model }
  | { readonly type: 'temperature'; readonly inverse: number }

export const compileCalibrated = (model: CalibratedModel, compile: Compile): Scorer => {
  const { name, classes, members } = model
  const count = classes.values.length
  const scorers = members.map((member) => compile(member.model))
  const parts = members.map(({ calibrators }, index) =>
    calibrated(name, scorers[index] as Scorer, calibrators, classes, compile),
  )
  const probabilities: Into = (data, out) => {
    const one = new Float64Array(data.rows * count)
    out.fill(0, 0, one.length)
    for (const part of parts) {
      part(data, one)
      for (let i = 0; i < one.length; i++) out[i] = (out[i] as number) + (one[i] as number)
    }
    divideBy(out, 0, one.length, parts.length)
  }
  const predict = vector(
    (data, out) => {
      const all = new Float64Array(data.rows * count)
      probabilities(data, all)
      for (let row = 0; row < data.rows; row++) out[row] = argmax(all, row * count, count)
    },
    { labels: [classes] },
  )
  return {
    name,
    columns: scorers[0]?.columns,
    methods: { predict, predictProba: classProbabilities(classes, probabilities) },
  }
}

/** The probabilities of one member: its scores, one column a score. */
const calibrated = (
  name: string,
  scorer: Scorer,
  calibrators: readonly Calibrator[],
  classes: Labels,
  compile: Compile,
): Into => {
  const [first] = calibrators
  const count = classes.values.length
  if (first?.type === 'temperature') return temperature(name, scorer, first.inverse, count)
  const own = indicesIn(classesOf(scorer.methods) ?? classes, classes, name)
  const scores = scoresOf(name, scorer, count)
  const calibrate = calibrators.map((calibrator) => compileCalibrator(name, calibrator, compile))
  return (data, out) => {
    const { columns, values } = scores(data)
    out.fill(0, 0, data.rows * count)
    const column = new Float64Array(data.rows)
    for (let i = 0; i < Math.min(columns, own.length, calibrate.length); i++) {
      for (let row = 0; row < data.rows; row++) column[row] = values[row * columns + i] as number
      calibrate[i]?.(column)
      const to = count === 2 ? 1 : (own[i] as number)
      for (let row = 0; row < data.rows; row++) out[row * count + to] = column[row] as number
    }
    for (let row = 0; row < data.rows; row++) normalise(out, row * count, count)
  }
}

type Scores = { readonly columns: number; readonly values: Float64Array }

/** The decision function, else the probabilities; of two classes one column. */
const scoresOf = (name: string, scorer: Scorer, count: number): ((data: Parameters<Into>[0]) => Scores) => {
  const { decisionFunction } = scorer.methods
  const output = decisionFunction ?? needed(scorer, 'predictProba', name)
  return (data) => {
    const values = run(output, data)
    if (decisionFunction !== undefined || count !== 2) return { columns: output.columns, values }
    return { columns: 1, values: values.filter((_, index) => index % 2 === 1) }
  }
}

const compileCalibrator = (
  name: string,
  calibrator: Calibrator,
  compile: Compile,
): ((column: Float64Array) => void) => {
  if (calibrator.type === 'sigmoid') {
    const { slope, intercept } = calibrator
    return (column) => {
      for (let i = 0; i < column.length; i++) column[i] = logistic(-(slope * (column[i] as number) + intercept))
    }
  }
  if (calibrator.type === 'temperature') throw new Error('A temperature is for all scores at once.')
  const predict = needed(compile(calibrator.model), 'predict', name)
  return (column) => predict.into(dense(column.length, 1, column.slice()), column)
}

const normalise = (values: Float64Array, start: number, count: number): void => {
  if (count === 2) values[start] = 1 - (values[start + 1] as number)
  else divideBy(values, start, count, numpySum(values, start, count))
  for (let i = start; i < start + count; i++) {
    const value = values[i] as number
    if (Number.isNaN(value)) values[i] = 1 / count
    else if (value > 1 && value <= 1 + 1e-5) values[i] = 1
  }
}

const temperature = (name: string, scorer: Scorer, inverse: number, count: number): Into => {
  const { decisionFunction } = scorer.methods
  const output = decisionFunction ?? needed(scorer, 'predictProba', name)
  return (data, out) => {
    const values = run(output, data)
    for (let i = 0; i < data.rows * count; i++) {
      const logit =
        decisionFunction === undefined
          ? Math.log((values[i] as number) + 1e-12)
          : output.columns === 1
            ? (i % 2 === 0 ? -1 : 1) * (values[i >> 1] as number)
            : (values[i] as number)
      out[i] = inverse * logit
    }
    for (let row = 0; row < data.rows; row++) softmax(out, row * count, count)
  }
}
