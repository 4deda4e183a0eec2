import type { Predictor } from '@modelsmith/domain'
import { ModelsmithError, rowsFromTable, type Table, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { madeUpRows, prove } from './native-proof.ts'

const schema = {
  columns: [
    { name: 'size', type: 'number' as const },
    { name: 'colour', type: 'category' as const },
  ],
}
const real = tableFromRows(schema, [
  { size: 1, colour: 'red' },
  { size: 2, colour: 'blue' },
  { size: 0.3, colour: null },
])

/** Three times the size, and nothing for rows that the test refuses; how often it was asked shows in `asked`. */
const modelOf = (refuses: (size: unknown, colour: unknown) => boolean, change = (value: number) => value) => {
  const asked: number[] = []
  const predict: Predictor = async (rows: Table) => {
    asked.push(rows.rows)
    const cells = rowsFromTable(rows)
    if (cells.some(([size, colour]) => refuses(size, colour)))
      throw new ModelsmithError({ code: 'task.failed', kind: 'userCode', message: 'ValueError' })
    return [Float64Array.from(cells, ([size]) => change(3 * Number(size ?? 0.1)))]
  }
  const native = (rows: Table) => {
    const cells = rowsFromTable(rows)
    if (cells.some(([size, colour]) => refuses(size, colour)))
      throw new ModelsmithError({ code: 'input.category', kind: 'invalid', message: 'Refused' })
    return [Float64Array.from(cells, ([size]) => 3 * Number(size ?? 0.1))]
  }
  return { predict, native, asked }
}
const takesAll = () => false

describe('made-up rows', () => {
  it('have one strange cell each, and the last has none at all', () => {
    const rows = rowsFromTable(madeUpRows(real))
    expect(rows).toEqual([
      [null, 'red'],
      [0, 'red'],
      [-12345.5, 'red'],
      [1e6, 'red'],
      [1, null],
      [1, 'never seen'],
      [null, null],
    ])
  })
})

describe('a native scorer', () => {
  it('is equal where it answers real and made-up rows as Python does', async () => {
    const { predict, native } = modelOf(takesAll)
    expect(await prove(real, predict, native)).toEqual({
      state: 'equal',
      rows: 3,
      madeUp: 7,
      refused: 0,
      identical: 10,
      largestDifference: 0,
    })
  })

  it('is equal where sums in another order differ in the last digits, and says by how much', async () => {
    const { predict, native } = modelOf(takesAll, (value) => value * (1 + 2e-16))
    const { state, largestDifference } = await prove(real, predict, native)
    expect(state).toBe('equal')
    expect(largestDifference).toBeGreaterThan(0)
    expect(largestDifference).toBeLessThan(1e-15)
  })

  it('is different where answers are farther apart than that', async () => {
    const { predict, native } = modelOf(takesAll, (value) => (value > 5 ? value + 0.01 : value))
    expect(await prove(real, predict, native)).toMatchObject({ state: 'different' })
  })

  it('is equal where it refuses what Python refuses, which is found by halves', async () => {
    const { predict, native, asked } = modelOf((_, colour) => colour === 'never seen')
    expect(await prove(real, predict, native)).toMatchObject({ state: 'equal', refused: 1, identical: 9 })
    expect(asked).toContain(1)
  })

  it('is different where it answers what Python refuses, and where it refuses what Python answers', async () => {
    const strict = modelOf((_, colour) => colour === 'never seen')
    const loose = modelOf(takesAll)
    expect(await prove(real, strict.predict, loose.native)).toMatchObject({ state: 'different' })
    expect(await prove(real, loose.predict, strict.native)).toMatchObject({ state: 'different' })
  })

  it('is not judged by code that ran out of memory', async () => {
    const { native } = modelOf(takesAll)
    const limit = new ModelsmithError({ code: 'limit.memory', kind: 'userCode', message: 'Too much' })
    const predict: Predictor = async (rows) => {
      if (rows.rows === 7) throw limit
      return native(rows)
    }
    await expect(prove(real, predict, native)).rejects.toBe(limit)
  })
})
