import type { Label, Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { Into } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** A method that a model made of others asks of one of them; `columns` is the width that it must have. */
export const needed = ({ name, methods }: Scorer, method: OutputName, owner: string, columns?: number): Output => {
  const output = methods[method]
  const fail = (why: string) => scoringError('model.method', { name, method: pythonNames[method], why })
  if (output === undefined) throw fail(`${owner} asks for it`)
  if (columns !== undefined && output.columns !== columns)
    throw fail(`it gives ${output.columns} columns where ${owner} expects ${columns}`)
  return output
}
type OutputName = 'predict' | 'predictProba' | 'decisionFunction'

const pythonNames = { predict: 'predict', predictProba: 'predict_proba', decisionFunction: 'decision_function' }

/** What `predict` gives as numbers: of a classifier, its labels, which must be numbers. */
export const predictedNumbers = (output: Output): Into => {
  const { labels, columns, into } = output
  if (labels === undefined) return into
  const numbers = labels.map(({ values }) => Float64Array.from(values as readonly number[], Number))
  return (data, out) => {
    into(data, out)
    for (let i = 0; i < data.rows * columns; i++)
      out[i] = (numbers[i % columns] as Float64Array)[out[i] as number] as number
  }
}

/** For each class of a part, its index among the classes of the whole. */
export const indicesIn = (own: Labels, all: Labels, owner: string): Int32Array => {
  const indices = new Map(all.values.map((label, index) => [keyOf(label), index]))
  return Int32Array.from<Label>(own.values, (label) => {
    const index = indices.get(keyOf(label))
    if (index !== undefined) return index
    throw scoringError('model.attribute', {
      name: owner,
      attribute: 'classes_',
      expected: 'those of its parts among them',
      found: `without ${String(label).slice(0, 60)}`,
    })
  })
}

/** Python's equality: `1`, `1.0` and `True` are the same. */
const keyOf = (label: Label): string | number | null =>
  typeof label === 'string' ? `text ${label}` : label === null ? null : Number(label)

/** The classes of a classifier; undefined where `predict` gives numbers. */
export const classesOf = ({ predict }: Methods): Labels | undefined => predict?.labels?.[0]

/** Scores of a classifier of two classes: its decision function, else the probability of the second class; of a regressor, what it predicts. */
export const binaryScores = (scorer: Scorer, owner: string): Into => {
  const { predict, decisionFunction } = scorer.methods
  if (predict !== undefined && predict.labels === undefined) return predict.into
  if (decisionFunction !== undefined) return decisionFunction.into
  return probabilityOf(scorer, 1, owner)
}

/** Above this, `binaryScores` say the second class. */
export const binaryThreshold = ({ methods }: Scorer): number =>
  methods.decisionFunction !== undefined && classesOf(methods) !== undefined ? 0 : 0.5

/** The probability of one of two classes. */
export const probabilityOf = (scorer: Scorer, column: 0 | 1, owner: string): Into => {
  const { columns, into } = needed(scorer, 'predictProba', owner, 2)
  return (data, out) => {
    const all = new Float64Array(data.rows * columns)
    into(data, all)
    for (let row = 0; row < data.rows; row++) out[row] = all[row * columns + column] as number
  }
}

/** Side by side: column i is what `parts[i]`, of one value a row, gives. */
export const sideBySide =
  (parts: readonly Into[]): Into =>
  (data, out) => {
    const column = new Float64Array(data.rows)
    for (const [index, into] of parts.entries()) {
      into(data, column)
      for (let row = 0; row < data.rows; row++) out[row * parts.length + index] = column[row] as number
    }
  }
