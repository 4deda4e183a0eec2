import type { LoggedRows } from '@modelsmith/serving'
import { numberColumn, textColumn } from '@modelsmith/table'
import { irisFields } from './publish.ts'

export const irisClasses = ['setosa', 'versicolor', 'virginica']

export type Iris = readonly [number | null, number, number, number]
export const setosa: Iris = [5.1, 3.5, 1.4, 0.2]
export const virginica: Iris = [6.3, 3.3, 6, 2.5]

/** Rows that a model of irises was asked, and that it said the same class of each, with these probabilities of it and of the others. */
export const answeredWith =
  (said: number, other: number) =>
  (rows: readonly Iris[], says: string, ids?: readonly string[]): LoggedRows => ({
    inputs: {
      schema: { columns: irisFields.map((name) => ({ name, type: 'number' as const })) },
      rows: rows.length,
      columns: irisFields.map((_, at) => numberColumn(rows.map((row) => row[at] ?? null))),
    },
    scores: {
      schema: { columns: irisClasses.map((name) => ({ name, type: 'number' as const })) },
      rows: rows.length,
      columns: irisClasses.map((name) => numberColumn(rows.map(() => (name === says ? said : other)))),
    },
    ids:
      ids === undefined
        ? undefined
        : { schema: { columns: [{ name: 'id', type: 'text' }] }, rows: ids.length, columns: [textColumn(ids, 'text')] },
    outcome: { targetType: 'multiclass', classes: irisClasses },
  })
