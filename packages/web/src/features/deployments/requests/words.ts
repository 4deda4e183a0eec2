import type { KeptRow } from '@modelsmith/api'
import { formatScore, formatValue } from '../../../ui/format.ts'

type Cell = KeptRow['values'][string]

export const cellWords = (value: Cell | undefined): string =>
  value === null || value === undefined ? '–' : typeof value === 'number' ? formatValue(value) : String(value)

/** What was predicted, with the probability of the class. */
export const answerWords = ({ prediction, probabilities, outputs }: KeptRow['answer']): string => {
  if (outputs !== undefined)
    return Object.entries(outputs)
      .map(([name, value]) => `${name} ${cellWords(value)}`)
      .join(', ')
  const probability = probabilities?.[String(prediction)]
  if (probability !== undefined) return `${String(prediction)} (${formatScore(probability, 3)})`
  return typeof prediction === 'number' ? formatScore(prediction, 6) : String(prediction)
}

/** Whether two answers are the same to the last digit, in whatever order they name their values. */
export const isSameAnswer = (one: KeptRow['answer'], other: KeptRow['answer']): boolean =>
  one.prediction === other.prediction &&
  isSameRecord(one.probabilities, other.probabilities) &&
  isSameRecord(one.outputs, other.outputs)

const isSameRecord = (one: Readonly<Record<string, Cell>> = {}, other: Readonly<Record<string, Cell>> = {}): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => one[name] === other[name])
