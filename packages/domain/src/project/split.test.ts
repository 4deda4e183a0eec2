import { type Column, type ColumnSchema, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { defaultPartitioning } from './partition.ts'
import type { Partitioning } from './schema.ts'
import { splitRows } from './split.ts'

const of = (schema: ColumnSchema, values: readonly (string | number | null)[]) => ({
  schema,
  column: tableFromRows(
    { columns: [schema] },
    values.map((value) => ({ [schema.name]: value })),
  ).columns[0] as Column,
})
const split = (changes: Partial<Partitioning>, by: ReturnType<typeof of> | undefined, target = 'y') =>
  splitRows(
    { ...defaultPartitioning('regression'), ...changes },
    {
      rows: Int32Array.from({ length: by?.schema.name === 'when' ? 100 : 12 }, (_, row) => row),
      targetType: 'regression',
      target,
      codes: undefined,
      classes: 0,
      by,
    },
  )
const messages = (...parts: Parameters<typeof split>) => {
  const result = split(...parts)
  return 'parts' in result ? [] : result.map(({ message }) => message)
}
const twelve = (value: (row: number) => string | number | null) => Array.from({ length: 12 }, (_, row) => value(row))

describe('a split by a function', () => {
  const said = (values: readonly number[], codes?: readonly number[], labels: readonly string[] = []) =>
    splitRows(
      { ...defaultPartitioning('regression'), method: 'function' },
      {
        rows: Int32Array.from(values.keys()),
        targetType: labels.length > 0 ? 'binary' : 'regression',
        target: 'y',
        codes: codes === undefined ? undefined : Int32Array.from(codes),
        classes: labels.length,
        by: undefined,
        said: Float64Array.from(values),
        labels,
      },
    )

  it('counts folds from 1 in the order of their numbers', () => {
    const split = said([7, 0, 7, -1, Number.NaN, 0, -2])
    expect('parts' in split && [split.folds, ...split.parts]).toEqual([2, 2, 1, 2, 0, -1, 1, 127])
  })

  it('needs two folds, or one beside rows that are only trained on, and no more than 20', () => {
    const codes = (values: readonly number[]) => {
      const split = said(values)
      return 'parts' in split ? [] : split.map(({ code }) => code)
    }
    expect(codes([1, 1, -1])).toEqual(['project.functionFolds'])
    expect(codes([-2, -2])).toEqual(['project.functionFolds'])
    expect(codes([])).toEqual(['project.functionFolds'])
    expect(codes(Array.from({ length: 21 }, (_, row) => row))).toEqual(['project.functionFolds'])
    expect(codes([1, -2])).toEqual([])
  })

  it('tells of every fold whose fit would miss a class', () => {
    const split = said([1, 1, 2, 2], [0, 0, 1, 1], ['no', 'yes'])
    expect('parts' in split ? [] : split.map(({ message }) => message)).toEqual([
      'What is fitted for fold 1 of the function would see no row of the class "no".',
      'What is fitted for fold 2 of the function would see no row of the class "yes".',
    ])
    expect('parts' in said([1, 2, 1, 2], [0, 0, 1, 1], ['no', 'yes'])).toBe(true)
  })
})

describe('splitRows', () => {
  it('names the values behind parts that a column names', () => {
    const by = of(
      { name: 'part', type: 'category' },
      twelve((row) => ['one', 'two', 'test', 'base'][row % 4] as string),
    )
    expect(split({ method: 'column', column: 'part', holdoutValue: 'test', trainingValue: 'base' }, by)).toMatchObject({
      folds: 2,
      summary: [
        { name: 'holdout', rows: 3, from: 'test', to: 'test' },
        { name: 'fold 1', rows: 3, from: 'one' },
        { name: 'fold 2', rows: 3, from: 'two' },
        { name: 'only trained on', rows: 3, from: 'base' },
      ],
    })
  })

  it('gives the spans of backtests', () => {
    const day = (row: number) => new Date(Date.UTC(2024, 0, 1 + row)).toISOString()
    const by = of(
      { name: 'when', type: 'date' },
      Array.from({ length: 100 }, (_, row) => day(row)),
    )
    const result = split({ method: 'date', column: 'when', folds: 1, holdout: 0.2 }, by)
    expect(
      'summary' in result && result.summary.map(({ name, rows, from }) => [name, rows, from?.slice(0, 10)]),
    ).toEqual([
      ['holdout', 20, '2024-03-21'],
      ['fold 1', 40, '2024-02-10'],
      ['only trained on', 40, '2024-01-01'],
    ])
  })

  it('says everything that keeps it from splitting by a column', () => {
    expect(messages({ method: 'group' }, undefined)).toEqual(['Partitions of the method group need a column.'])
    const gaps = of(
      { name: 'y', type: 'text' },
      twelve((row) => (row < 2 ? null : 'a')),
    )
    expect(messages({ method: 'date', column: 'y', folds: 1 }, gaps)).toEqual([
      'Rows cannot be split by "y": it is the target.',
      '2 rows have no value in "y", so that nobody knows to which part they belong.',
      'Rows cannot be put in the order of "y": it is of type text, expected a date or a number.',
    ])
    const part = of(
      { name: 'part', type: 'text' },
      twelve((row) => (row < 6 ? 'a' : 'b')),
    )
    expect(messages({ method: 'column', column: 'part', holdoutValue: 'c', trainingValue: 'c' }, part)).toEqual([
      'No row has the value "c" in "part".',
      'No row has the value "c" in "part".',
      'The value "c" names both the holdout and the training rows.',
    ])
    expect(messages({ method: 'column', column: 'part', holdoutValue: 'a' }, part)).toEqual([
      'The values of "part" name 1 fold, expected 2 to 20.',
    ])
    expect(messages({ method: 'group', column: 'part' }, part)).toEqual([
      '2 groups cannot be dealt to 6 parts without splitting one.',
    ])
  })
})
