import { answerColumns, type Outcome } from '@modelsmith/serving'
import type { Table } from '@modelsmith/table'

export type Answered = { readonly scores: Table; readonly outcome: Outcome }

/** Rows that are answered otherwise, and the largest difference of a number; null where there are no numbers that both give. */
export const compareAnswers = (before: Answered, after: Answered) => {
  const [old, fresh] = [columnsOf(before), columnsOf(after)]
  const names = Object.keys(old).filter((name) => Object.hasOwn(fresh, name))
  const different = new Set<number>()
  let largest: number | null = null
  for (const name of names)
    for (let row = 0; row < before.scores.rows; row++) {
      const [a, b] = [old[name]?.[row] ?? null, fresh[name]?.[row] ?? null]
      if (!Object.is(a, b)) different.add(row)
      if (typeof a !== 'number' || typeof b !== 'number') continue
      const distance = Math.abs(a - b)
      if (Number.isFinite(distance)) largest = Math.max(largest ?? 0, distance)
    }
  const isComparable = names.length > 0 || before.scores.rows === 0
  return { different: isComparable ? different.size : before.scores.rows, largestDifference: largest }
}

const columnsOf = ({ scores, outcome }: Answered) => answerColumns(scores, outcome)
