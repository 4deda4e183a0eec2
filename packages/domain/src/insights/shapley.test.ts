import { readFileSync } from 'node:fs'
import { numberColumn, type Table, textColumn } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import type { Predictor } from './permutation.ts'
import { type Explanation, sampledShapley } from './shapley.ts'

const file = new URL('../../fixtures/insights/shapley.json', import.meta.url)
const { names, background, rows, weights, products, intercept, exact, linear } = JSON.parse(readFileSync(file, 'utf8'))

const tableOf = (cells: readonly (readonly number[])[]): Table => ({
  schema: { columns: names.map((name: string) => ({ name, type: 'number' })) },
  rows: cells.length,
  columns: names.map((_: string, column: number) => numberColumn(cells.map((row) => row[column] as number))),
})
const cell = ({ columns }: Table, row: number, at: number): number => {
  const column = columns[at]
  return column?.kind === 'float64' ? (column.values[row] as number) : Number.NaN
}
const sums = (table: Table): Float64Array =>
  Float64Array.from({ length: table.rows }, (_, row) =>
    weights.reduce((sum: number, weight: number, at: number) => sum + weight * cell(table, row, at), intercept),
  )
const predictNumber: Predictor = async (table) => [sums(table)]
const predictClasses: Predictor = async (table) => {
  const yes = sums(table).map(
    (sum, row) =>
      1 /
      (1 +
        Math.exp(
          -products.reduce(
            (total: number, [one, other, weight]: [number, number, number]) =>
              total + weight * cell(table, row, one) * cell(table, row, other),
            sum,
          ),
        )),
  )
  return [yes.map((share) => 1 - share), yes]
}

const spec = (row: number) => ({
  row: tableOf([rows[row]]),
  background: tableOf(background),
  population: background.length,
  predict: predictClasses,
  pairs: 2,
  seed: 5,
})
const every = Array.from({ length: rows.length }, (_, row) => row)
const farthest = (found: Explanation | undefined, base: number, values: readonly number[]): number =>
  Math.max(
    Math.abs((found?.base ?? Number.NaN) - base),
    ...values.map((value, at) => Math.abs(value - (found?.contributions[at] ?? Number.NaN))),
  )

describe('sampledShapley', () => {
  it.each(every)('gives what shap gives for a linear model, and its orders do not spread: row %i', async (row) => {
    const [found] = await sampledShapley({ ...spec(row), predict: predictNumber })
    expect(farthest(found, linear.base[row], linear.values[row])).toBeLessThan(1e-12)
    expect(Math.max(...(found?.errors ?? [Infinity]))).toBeLessThan(1e-6)
  })

  it.each(every)('is exact, as shap is, where all sets cost no more than orders: row %i', async (row) => {
    const [no, yes] = await sampledShapley({ ...spec(row), pairs: 20 })
    expect(farthest(yes, exact.base[row], exact.values[row])).toBeLessThan(1e-12)
    expect(
      farthest(
        no,
        1 - exact.base[row],
        exact.values[row].map((value: number) => -value),
      ),
    ).toBeLessThan(1e-12)
    expect(Math.max(...(yes?.errors ?? [Infinity]))).toBe(0)
  })

  it('has standard errors that are as large as its distance from the exact values', async () => {
    const seeds = 30
    const ratios = await Promise.all(
      every.map(async (row) => {
        let distance = 0
        let said = 0
        for (let seed = 0; seed < seeds; seed++) {
          const [, found] = await sampledShapley({ ...spec(row), seed })
          for (const [at, error] of (found?.errors ?? []).entries()) {
            distance += ((found?.contributions[at] ?? Number.NaN) - exact.values[row][at]) ** 2
            said += error ** 2
          }
        }
        expect(said).toBeGreaterThan(0)
        return Math.sqrt(distance / said)
      }),
    )
    expect(ratios.filter((ratio) => !(ratio > 0.85 && ratio < 1.15))).toEqual([])
  })

  it('has errors that cover which background rows were drawn', async () => {
    const off: number[] = []
    for (let draw = 0; draw < 10; draw++) {
      const few = background.filter((_: unknown, at: number) => at % 4 === draw % 4 || at % 7 === draw % 7)
      const [, found] = await sampledShapley({ ...spec(0), background: tableOf(few), seed: draw })
      for (const [at, error] of (found?.errors ?? []).entries())
        if (error > 0) off.push(Math.abs((found?.contributions[at] ?? 0) - exact.values[0][at]) / error)
    }
    expect(Math.max(...off)).toBeLessThan(5)
  })

  it('adds up, is the same for the same seed, and another for another', async () => {
    const all = await sampledShapley(spec(1))
    for (const { base, prediction, contributions } of all)
      expect(contributions.reduce((sum, value) => sum + value, base)).toBeCloseTo(prediction, 12)
    expect(await sampledShapley(spec(1))).toEqual(all)
    expect(await sampledShapley({ ...spec(1), seed: 6 })).not.toEqual(all)
  })

  it('gives nothing to features that the background has alike, be they texts or missing', async () => {
    const mixed = (cells: readonly (readonly [string | null, number | null, number])[]): Table => ({
      schema: {
        columns: [
          { name: 'colour', type: 'category' },
          { name: 'gone', type: 'number' },
          { name: 'size', type: 'number' },
        ],
      },
      rows: cells.length,
      columns: [
        textColumn(
          cells.map(([colour]) => colour),
          'category',
        ),
        numberColumn(cells.map(([, gone]) => gone)),
        numberColumn(cells.map(([, , size]) => size)),
      ],
    })
    const asked: number[] = []
    const predict: Predictor = async (table) => {
      asked.push(table.rows)
      return [Float64Array.from({ length: table.rows }, (_, row) => cell(table, row, 2) * 2)]
    }
    const [found] = await sampledShapley({
      row: mixed([['red', null, 3]]),
      background: mixed([
        ['red', null, 1],
        ['blue', null, 3],
      ]),
      population: 2,
      predict,
      pairs: 2,
      seed: 0,
    })
    expect(found).toEqual({
      base: 4,
      prediction: 6,
      contributions: Float64Array.of(0, 0, 2),
      errors: new Float64Array(3),
    })
    // The row by itself; then it, two background rows, and nothing between them.
    expect(asked).toEqual([1, 3])
    const [single] = await sampledShapley({
      row: mixed([['red', null, 3]]),
      background: mixed([['blue', 1, 1]]),
      population: 10,
      predict,
      pairs: 2,
      seed: 0,
    })
    expect(single).toEqual({ base: 2, prediction: 6, contributions: Float64Array.of(0, 0, 4), errors: undefined })
  })

  it('asks in batches that fit, and can be stopped', async () => {
    const wide = 600
    const cells = (value: number): Table => ({
      schema: { columns: Array.from({ length: wide }, (_, at) => ({ name: `c${at}`, type: 'number' as const })) },
      rows: 1,
      columns: Array.from({ length: wide }, () => numberColumn([value])),
    })
    const sizes: number[] = []
    const predict: Predictor = async (table) => {
      sizes.push(table.rows)
      return [Float64Array.from({ length: table.rows }, (_, row) => cell(table, row, 0) + cell(table, row, wide - 1))]
    }
    const ask = { row: cells(1), background: cells(0), population: 1, predict, pairs: 3, seed: 0 }
    const [found] = await sampledShapley(ask)
    expect(sizes).toEqual([1, 3596])
    expect(found?.contributions[0]).toBe(1)
    const onProgress = () => {
      throw new Error('stopped')
    }
    await expect(sampledShapley({ ...ask, onProgress })).rejects.toThrow('stopped')
  })

  it('makes what it asks batch by batch', async () => {
    const [features, rows, pairs] = [30, 25, 20]
    const cells = (value: number, count: number): Table => ({
      schema: { columns: Array.from({ length: features }, (_, at) => ({ name: `c${at}`, type: 'number' as const })) },
      rows: count,
      columns: Array.from({ length: features }, () => numberColumn(Array.from({ length: count }, () => value))),
    })
    const asked: number[] = []
    const predict: Predictor = async (table) => {
      asked.push(table.rows)
      return [Float64Array.from({ length: table.rows }, (_, row) => 3 * cell(table, row, 7))]
    }
    const background = cells(0, rows)
    const [found] = await sampledShapley({ row: cells(1, 1), background, population: rows, predict, pairs, seed: 0 })
    expect(asked.reduce((sum, count) => sum + count)).toBe(1 + 1 + rows + rows * 2 * pairs * (features - 1))
    expect(Math.max(...asked)).toBe(20_000)
    expect(found?.base).toBe(0)
    expect(found?.contributions[7]).toBeCloseTo(3, 9)
    expect(found?.contributions[8]).toBeCloseTo(0, 9)
  })

  it('refuses a model whose prediction of a row depends on the rows beside it', async () => {
    const centred: Predictor = async (table) => {
      const values = sums(table)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return [values.map((value) => value - mean)]
    }
    await expect(sampledShapley({ ...spec(0), predict: centred })).rejects.toMatchObject({
      code: 'explanation.besides',
    })
    const broken: Predictor = async (table) => [new Float64Array(table.rows).fill(Number.NaN)]
    await expect(sampledShapley({ ...spec(0), predict: broken })).rejects.toMatchObject({ code: 'explanation.besides' })
  })
})
