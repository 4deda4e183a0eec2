import type { Data } from '../data/data.ts'
import { labelText, type Labels, labelTexts } from '../data/labels.ts'
import { argmax } from './numeric.ts'
import type { ColumnName, Output } from './scorer.ts'

/** What runs a model's numbers: rows × `columns` into `out`. */
export type Into = (data: Data, out: Float64Array) => void

/** One value a row. */
export const vector = (into: Into, more: Partial<Output> = {}): Output => ({
  columns: 1,
  isVector: true,
  into,
  ...more,
})

/** Several values a row, or a matrix of one column. */
export const matrix = (columns: number, into: Into, more: Partial<Output> = {}): Output => ({
  columns,
  isVector: false,
  into,
  ...more,
})

const classNames = (classes: Labels): readonly ColumnName[] => labelTexts(classes).map((label) => ({ label }))

/** One probability for each class. */
export const classProbabilities = (classes: Labels, into: Into): Output =>
  matrix(classes.values.length, into, { names: classNames(classes) })

/** The probabilities of the classes of each target in turn. */
export const targetProbabilities = (targets: readonly Labels[], isVector: boolean, into: Into): Output => {
  const names = targets.flatMap((classes, target) =>
    classes.values.map(
      (_, index): ColumnName => ({
        ...(isVector ? {} : { target }),
        label: labelText(classes, index),
      }),
    ),
  )
  return matrix(names.length, into, { names })
}

/** 1 where a score is `isInlier`, else -1. */
export const inliers = (scores: Into, isInlier: (score: number) => boolean): Output =>
  vector(
    (data, out) => {
      scores(data, out)
      for (let row = 0; row < data.rows; row++) out[row] = isInlier(out[row] as number) ? 1 : -1
    },
    { isInteger: true },
  )

/** The logarithm of what another output gives. */
export const logarithmOf = (output: Output): Output => ({
  ...output,
  into: (data, out) => {
    output.into(data, out)
    for (let i = 0; i < data.rows * output.columns; i++) out[i] = Math.log(out[i] as number)
  },
})

/** The class with the highest score; of a single score, the second class where it is above `threshold`. */
export const predictedClass = (classes: Labels, scores: Output, threshold = 0): Output => {
  const { columns } = scores
  let buffer = new Float64Array(columns)
  return vector(
    (data, out) => {
      if (buffer.length < data.rows * columns) buffer = new Float64Array(data.rows * columns)
      scores.into(data, buffer)
      for (let row = 0; row < data.rows; row++)
        out[row] =
          columns === 1 ? ((buffer[row] as number) > threshold ? 1 : 0) : argmax(buffer, row * columns, columns)
    },
    { labels: [classes] },
  )
}

/** `decision_function`: one score for two classes, else one a class. */
export const decisionScores = (classes: Labels, columns: number, into: Into): Output =>
  columns === 1
    ? vector(into)
    : matrix(columns, into, columns === classes.values.length ? { names: classNames(classes) } : {})
