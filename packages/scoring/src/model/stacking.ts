import { numericRows } from '../data/check.ts'
import { appendColumns, selectColumns } from '../data/column-sets.ts'
import { type Data, type Dense, dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { needed, predictedNumbers } from './members.ts'
import type { Model } from './model.ts'
import { classProbabilities, decisionScores, type Into, vector } from './outputs.ts'
import { behind } from './pipeline.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** A model of what other models say. */
export type StackingModel = {
  readonly kind: 'stacking'
  readonly name: string
  readonly members: readonly StackingMember[]
  /** Of a classifier, fitted on the indices of the classes. */
  readonly final: Model
  /** The rows themselves come behind what the members say. */
  readonly passesThrough: boolean
  readonly classes: Labels | undefined
}
export type StackingMember = {
  readonly model: Model
  readonly method: 'predict' | 'predictProba' | 'decisionFunction'
}

export const compileStacking = (model: StackingModel, compile: Compile): Scorer => {
  const { name, members, passesThrough, classes } = model
  const scorers = members.map((member) => compile(member.model))
  const answers = members.map(({ method }, index) => answerOf(needed(scorers[index] as Scorer, method, name), method))
  const width = answers.reduce((sum, { kept }) => sum + kept, 0)
  const final = compile(model.final)
  const apply = (data: Data): Data => {
    const said = sayAll(answers, width, data)
    if (!passesThrough) return said
    const columns = (final.columns ?? width) - width
    const rows = numericRows(data, { model: name, columns, values: 'any' })
    // What the members say comes first, though it is appended.
    const order = Int32Array.from({ length: width + columns }, (_, to) => (to < width ? columns + to : to - width))
    return selectColumns(appendColumns(rows, said), order)
  }
  const { predict, predictProba, decisionFunction } = behind(apply, final.methods)
  const methods: Methods = {
    ...(predict === undefined ? {} : { predict: relabelled(predict, classes) }),
    ...(predictProba === undefined || classes === undefined
      ? {}
      : { predictProba: classProbabilities(classes, predictProba.into) }),
    ...(decisionFunction === undefined || classes === undefined
      ? {}
      : { decisionFunction: decisionScores(classes, decisionFunction.columns, decisionFunction.into) }),
    transform: { apply },
  }
  return { name, columns: scorers[0]?.columns, methods }
}

/** Of probabilities of two classes, only those of the second are used. */
type Answer = { readonly columns: number; readonly kept: number; readonly into: Into }

const answerOf = (output: Output, method: StackingMember['method']): Answer => {
  const { columns } = output
  const kept = method === 'predictProba' && columns === 2 ? 1 : columns
  return { columns, kept, into: method === 'predict' ? predictedNumbers(output) : output.into }
}

const sayAll = (answers: readonly Answer[], width: number, data: Data): Dense => {
  const result = dense(data.rows, width)
  let at = 0
  for (const { columns, kept, into } of answers) {
    const values = new Float64Array(data.rows * columns)
    into(data, values)
    for (let row = 0; row < data.rows; row++)
      result.values.set(values.subarray((row + 1) * columns - kept, (row + 1) * columns), row * width + at)
    at += kept
  }
  return result
}

/** The final model predicts the index of a class. */
const relabelled = (predict: Output, classes: Labels | undefined): Output =>
  classes === undefined ? predict : vector(predictedNumbers(predict), { labels: [classes] })
