import { readFileSync } from 'node:fs'
import { type Column, concatTables, createCsvReader, numberColumn, takeRows, textColumn } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { type Bins, binsOf, counterOf } from './bins.ts'
import { chiSquare } from './chi-square.ts'
import { driftOf, qualityOf } from './drift.ts'
import { jensenShannonDistance } from './jensen-shannon.ts'
import { kolmogorovSmirnov, kolmogorovSmirnovOfBins } from './kolmogorov-smirnov.ts'
import { populationStabilityIndex } from './psi.ts'

/** Made by `fixtures/make.py` with numpy, scipy and evidently, from real tables that really drift. */
type Case = {
  readonly table: string
  readonly part: string
  readonly baseline: number
  readonly current: number
  readonly column: string
  readonly bins: { least: number; most: number; cuts: number[] } | { names: string[]; rare: string[] }
  readonly counts: readonly [readonly number[], readonly number[]]
  readonly jensenShannon: number
  readonly evidently: { readonly psi: number; readonly jensenShannon: number }
  readonly samples?: number
  readonly bounds?: number
  readonly chiSquare?: { readonly statistic: number; readonly degreesOfFreedom: number; readonly pValue: number }
}

const folder = new URL('./fixtures/', import.meta.url)
const { cases } = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as { cases: Case[] }

const tables = Object.fromEntries(
  ['flights', 'chicago'].map((name) => {
    const bytes = readFileSync(new URL(`${name}.csv`, folder))
    const head = bytes.toString('utf8', 0, bytes.indexOf(10)).trim().split(',')
    const columns = head.map((column) => ({
      name: column,
      type: ['carrier', 'dest'].includes(column) ? ('category' as const) : ('number' as const),
    }))
    const reader = createCsvReader({ schema: { columns } })
    return [name, concatTables([...reader.push(bytes), ...reader.end()])]
  }),
)

const columnOf = ({ table: name, part, column }: Case, value: number): Column => {
  const table = tables[name] as NonNullable<(typeof tables)[string]>
  const names = table.schema.columns.map((each) => each.name)
  const parts = table.columns[names.indexOf(part)] as Column & { kind: 'float64' }
  const rows = Int32Array.from([...parts.values.keys()].filter((row) => parts.values[row] === value))
  return takeRows(table, rows).columns[names.indexOf(column)] as Column
}

const countsIn = (bins: Bins, column: Column): number[] => {
  const counter = counterOf(bins)
  counter.add(column)
  return [...counter.counts]
}

const schema = { name: 'x', type: 'number' } as const

const named = (each: Case) => [`${each.table} ${each.part} ${each.current}: ${each.column}`, each] as const

const measured = (each: Case) => {
  const [before, now] = [columnOf(each, each.baseline), columnOf(each, each.current)]
  const bins = binsOf(before, { name: each.column, type: before.kind === 'float64' ? 'number' : 'category' })
  const counts = [countsIn(bins, before), countsIn(bins, now)] as const
  return { before, now, bins, counts, drift: driftOf(bins, ...counts) }
}

/** Equal up to rounding in the last digits. */
const like = (value: number, digits = 12) => expect.closeTo(value, digits)

describe('as numpy, scipy and evidently have it', () => {
  it.each(cases.map(named))('%s', (_, each) => {
    const { counts, drift } = measured(each)
    expect(counts).toEqual(each.counts)
    expect(drift.psi).toEqual(like(each.evidently.psi))
    expect(drift.jensenShannon).toEqual(like(each.jensenShannon, 7))
    // evidently's has the base e.
    expect((drift.jensenShannon as number) * Math.sqrt(Math.LN2)).toEqual(like(each.evidently.jensenShannon, 7))
  })

  it.each(cases.filter(({ samples }) => samples !== undefined).map(named))('numbers of %s', (_, each) => {
    const { before, now, bins, drift } = measured(each)
    const { cuts, ...range } = each.bins as { least: number; most: number; cuts: number[] }
    expect(bins).toEqual({ kind: 'numbers', ...range, cuts: cuts.map((cut) => like(cut)) })
    const present = (column: Column) =>
      (column as Column & { kind: 'float64' }).values.filter((value) => !Number.isNaN(value))
    expect(kolmogorovSmirnov(present(before), present(now))).toEqual(like(each.samples as number))
    expect(drift).toMatchObject({ kolmogorovSmirnov: like(each.bounds as number), chiSquare: null })
    // At the bounds of bins it is never more than it is.
    expect(each.bounds).toBeLessThanOrEqual((each.samples as number) + 1e-12)
  })

  it.each(cases.filter((each) => each.chiSquare !== undefined).map(named))('names of %s', (_, each) => {
    const { bins, drift } = measured(each)
    const { statistic, degreesOfFreedom, pValue } = each.chiSquare as NonNullable<Case['chiSquare']>
    expect(bins).toEqual({ kind: 'names', ...each.bins })
    expect(drift).toMatchObject({ kolmogorovSmirnov: null, chiSquare: { degreesOfFreedom } })
    expect((drift.chiSquare?.statistic as number) / statistic).toEqual(like(1))
    expect((drift.chiSquare?.pValue as number) / pValue).toEqual(like(1, 9))
  })
})

it('is 0 for equal histograms, whatever their size, and says nothing of an empty one', () => {
  const [a, b, none] = [
    [1, 2, 3],
    [10, 20, 30],
    [0, 0, 0],
  ]
  for (const measure of [populationStabilityIndex, jensenShannonDistance, kolmogorovSmirnovOfBins]) {
    expect(measure(a, b)).toBeCloseTo(0, 12)
    expect(measure(a, none)).toBe(undefined)
    expect(measure(none, a)).toBe(undefined)
    expect(() => measure(a, [1])).toThrow(RangeError)
  }
  expect(chiSquare(a, b)).toMatchObject({ statistic: 0, degreesOfFreedom: 2, pValue: 1 })
  expect(chiSquare(a, none)).toBe(undefined)
  expect(chiSquare([5, 0], [7, 0])).toBe(undefined)
  expect(kolmogorovSmirnov(new Float64Array(), Float64Array.of(1))).toBe(undefined)
})

it('is as large as it can be where nothing is in common', () => {
  expect(jensenShannonDistance([4, 0], [0, 9])).toBe(1)
  expect(kolmogorovSmirnovOfBins([4, 0], [0, 9])).toBe(1)
  expect(kolmogorovSmirnov(Float64Array.of(1, 2), Float64Array.of(3))).toBe(1)
})

it('counts what is missing, infinite and out of range apart', () => {
  const bins = binsOf(numberColumn([1, 2, 3, 4, null]), schema)
  expect(bins).toEqual({ kind: 'numbers', least: 1, most: 4, cuts: [2, 3, 4] })
  const counts = countsIn(
    bins,
    numberColumn([null, Number.NaN, Number.NEGATIVE_INFINITY, 0, 1, 1.9, 2, 4, 4.1, Number.POSITIVE_INFINITY]),
  )
  expect(counts).toEqual([2, 2, 2, 1, 0, 1, 2])
  expect(qualityOf(bins, counts)).toEqual({
    rows: 10,
    missing: 2,
    unseen: null,
    outOfRange: { below: 2, above: 2 },
  })
})

it('counts names that the baseline never had apart from those that it had rarely', () => {
  const many = Array.from({ length: 40 }, (_, index) => `name ${index}`)
  const bins = binsOf(textColumn(['often', 'often', ...many, null], 'category'), { name: 'x', type: 'category' })
  const counts = countsIn(bins, textColumn(['often', 'name 39', 'new', 'toString', '__proto__', null], 'category'))
  expect([counts[0], counts[1], counts[2], counts.at(-1)]).toEqual([1, 3, 1, 1])
  expect(qualityOf(bins, counts)).toEqual({ rows: 6, missing: 1, unseen: 3, outOfRange: null })
})

it('does not claim to know unseen names where the baseline had too many to keep', () => {
  const names = Array.from({ length: 10_100 }, (_, index) => String(index))
  const bins = binsOf(textColumn(names, 'category'), { name: 'x', type: 'category' })
  expect(qualityOf(bins, countsIn(bins, textColumn(['new'], 'category'))).unseen).toBe(null)
})

it('has bins for a baseline of nothing, of one value, and of infinities', () => {
  for (const values of [[], [null], [Number.NaN], [Number.POSITIVE_INFINITY]])
    expect(countsIn(binsOf(numberColumn(values), schema), numberColumn([7, null]))).toEqual([1, 1])
  expect(countsIn(binsOf(numberColumn([5, 5]), schema), numberColumn([4, 5, 6]))).toEqual([0, 1, 1, 1])
  const infinite = binsOf(numberColumn([Number.NEGATIVE_INFINITY, 1, 2, Number.POSITIVE_INFINITY]), schema)
  expect(infinite).toEqual({ kind: 'numbers', least: 1, most: 2, cuts: [2] })
})

it('counts booleans as names and free text by whether it is there', () => {
  const bins = binsOf(
    { kind: 'boolean', values: Uint8Array.of(0, 1, 1), validity: undefined },
    { name: 'x', type: 'boolean' },
  )
  expect(countsIn(bins, { kind: 'boolean', values: Uint8Array.of(1, 0, 1), validity: Uint8Array.of(3) })).toEqual([
    1, 0, 1, 1, 0,
  ])
  const text = binsOf(textColumn(['a long text', null], 'text'), { name: 'x', type: 'text' })
  expect(countsIn(text, textColumn(['another', null, ''], 'text'))).toEqual([1, 2])
})
