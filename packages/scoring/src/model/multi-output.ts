import { labelText } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { classesOf, needed, sideBySide } from './members.ts'
import type { Model } from './model.ts'
import { type Into, matrix } from './outputs.ts'
import type { Output, Scorer } from './scorer.ts'

/** A model for each target. */
export type MultiOutputModel = {
  readonly kind: 'multi-output'
  readonly name: string
  readonly members: readonly Model[]
}

export const compileMultiOutput = (model: MultiOutputModel, compile: Compile): Scorer => {
  const { name } = model
  const scorers = model.members.map(compile)
  const predictions = scorers.map((scorer) => needed(scorer, 'predict', name))
  const labels = scorers.flatMap(({ methods }) => classesOf(methods) ?? [])
  const predict = matrix(
    scorers.length,
    sideBySide(predictions.map(({ into }) => into)),
    labels.length === scorers.length ? { labels } : {},
  )
  const probabilities = scorers.flatMap(({ methods }) => methods.predictProba ?? [])
  const methods =
    labels.length === scorers.length && probabilities.length === scorers.length
      ? { predict, predictProba: allProbabilities(scorers, probabilities) }
      : { predict }
  return { name, columns: scorers[0]?.columns, methods }
}

/** The probabilities of each target's classes, target after target. */
const allProbabilities = (scorers: readonly Scorer[], outputs: readonly Output[]): Output => {
  const width = outputs.reduce((sum, { columns }) => sum + columns, 0)
  const into: Into = (data, out) => {
    let at = 0
    for (const { columns, into: one } of outputs) {
      const values = new Float64Array(data.rows * columns)
      one(data, values)
      for (let row = 0; row < data.rows; row++)
        out.set(values.subarray(row * columns, (row + 1) * columns), row * width + at)
      at += columns
    }
  }
  const names = scorers.flatMap(({ methods }, target) => {
    const classes = classesOf(methods)
    return classes === undefined ? [] : classes.values.map((_, index) => ({ target, label: labelText(classes, index) }))
  })
  return matrix(width, into, { names })
}
