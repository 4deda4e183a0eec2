import { describe, expect, it } from 'vitest'
import type { Named, NamedColumn } from '../data/named.ts'
import { compileStage, type Stage } from './stage.ts'

const columns = (rows: number, given: Readonly<Record<string, NamedColumn>>): Named => ({
  kind: 'named',
  rows,
  columns: new Map(Object.entries(given)),
})
const numbers = (...values: readonly (number | null)[]): NamedColumn => ({
  kind: 'numbers',
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
  isNull: Uint8Array.from(values, (value) => Number(value === null)),
})
const vectors = (...rows: readonly (readonly number[])[]): NamedColumn => ({
  kind: 'vectors',
  values: { kind: 'dense', rows: rows.length, columns: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) },
})
const through = (stage: Stage, rows: Named): Named => {
  const result = compileStage({ kind: 'stage', name: 'Stage', stage }).methods.transform?.apply(rows)
  if (result?.kind !== 'named') throw new Error('No columns.')
  return result
}
const valuesOf = (rows: Named, name: string): readonly number[] => {
  const column = rows.columns.get(name)
  if (column?.kind === 'numbers') return [...column.values]
  if (column?.kind === 'vectors') return [...column.values.values]
  throw new Error(`No numbers as ${name}.`)
}

describe('products of users and items', () => {
  const stage: Stage = {
    kind: 'pairProduct',
    users: { column: 'user', ids: Int32Array.of(4, -7), values: Float64Array.of(1, 2, 3, 4) },
    items: { column: 'item', ids: Int32Array.of(0, 9), values: Float64Array.of(10, 20, 0.1, 0.7) },
    rank: 2,
    prediction: 'p',
    isSingle: true,
    dropsUnknown: false,
  }
  const rows = columns(5, { user: numbers(4, -7, 5, null, -7), item: numbers(0, 9, 0, 9, 1) })

  it('adds numbers of four bytes, and gives NaN where one was never seen', () => {
    const sum = Math.fround(Math.fround(3 * 0.1) + Math.fround(4 * 0.7))
    expect(valuesOf(through(stage, rows), 'p')).toEqual([50, sum, Number.NaN, Number.NaN, Number.NaN])
  })

  it('leaves such rows out where it is to', () => {
    const kept = through({ ...stage, dropsUnknown: true }, rows)
    expect([kept.rows, valuesOf(kept, 'user')]).toEqual([2, [4, -7]])
  })

  it.each([0.5, 2 ** 31, Number.NaN, Infinity])('refuses %d as an id', (id) => {
    expect(() => through(stage, columns(1, { user: numbers(id), item: numbers(0) }))).toThrow(
      `Stage takes whole numbers of 32 bits, not ${id}`,
    )
  })
})

describe('rules of items', () => {
  const stage: Stage = {
    kind: 'itemRules',
    items: 'basket',
    prediction: 'p',
    rules: [
      { items: ['beer', 'milk'], follows: 'eggs' },
      { items: ['milk'], follows: 'bread' },
      { items: ['milk'], follows: 'beer' },
      { items: ['beer'], follows: 'bread' },
    ],
  }

  it('give each item that follows and is not there, in the order of the rules', () => {
    const values = [['milk'], ['beer', null, 'milk'], [], null, ['bread', 'milk', 'milk'], ['salt', '__proto__']]
    const result = through(stage, columns(6, { basket: { kind: 'textLists', values } }))
    expect(result.columns.get('p')).toEqual({
      kind: 'textLists',
      values: [['bread', 'beer'], ['eggs', 'bread'], [], [], ['beer'], []],
    })
  })

  it('refuse what is no list', () => {
    expect(() => through(stage, columns(1, { basket: numbers(1) }))).toThrow('takes lists of texts as "basket"')
  })
})

describe('what is put into gaps', () => {
  it.each([
    ['int', 2],
    ['bigint', 2],
    ['float', Math.fround(2.7)],
    ['double', 2.7],
  ] as const)("is a number of the column's type: %s", (type, expected) => {
    const stage: Stage = { kind: 'means', missing: Number.NaN, columns: [{ input: 'x', output: 'p', value: 2.7 }] }
    const given = { ...(numbers(1, null) as Extract<NamedColumn, { kind: 'numbers' }>), type }
    const result = through(stage, columns(2, { x: given }))
    expect([valuesOf(result, 'p'), (result.columns.get('p') as typeof given).type]).toEqual([[1, expected], type])
  })
})

describe('hashes', () => {
  it('are floors of projections', () => {
    const by = { kind: 'buckets', size: 2, directions: Float64Array.of(1, 0, 0, -1), length: 2 } as const
    const made = through({ kind: 'hashes', input: 'v', output: 'h', by }, columns(2, { v: vectors([3, 1], [-1, 4]) }))
    expect(valuesOf(made, 'h')).toEqual([1, -1, -1, -2])
  })

  it('are exact for places behind what a double can multiply', () => {
    const size = 9_000_000
    const by = { kind: 'minima', coefficients: [[2_038_074_742, 2_038_074_741]], isOf32Bits: false } as const
    const values = new Float64Array(size)
    values[size - 1] = 1
    const column: NamedColumn = { kind: 'vectors', values: { kind: 'dense', rows: 1, columns: size, values } }
    const made = through({ kind: 'hashes', input: 'v', output: 'h', by }, columns(1, { v: column }))
    const exact = (BigInt(size) * 2_038_074_742n + 2_038_074_741n) % 2_038_074_743n
    expect(valuesOf(made, 'h')).toEqual([Number(exact)])
  })

  it('run over 32 bits as in Spark before 2.4', () => {
    const by = { kind: 'minima', coefficients: [[2_000_000_000, 5]], isOf32Bits: true } as const
    const made = through({ kind: 'hashes', input: 'v', output: 'h', by }, columns(1, { v: vectors([0, 1]) }))
    // (2 × 2,000,000,000 + 5) - 2^32 = -294,967,291
    expect(valuesOf(made, 'h')).toEqual([-294_967_291])
  })

  it('need a number that is not zero', () => {
    const by = { kind: 'minima', coefficients: [[3, 4]], isOf32Bits: false } as const
    expect(() =>
      through({ kind: 'hashes', input: 'v', output: 'h', by }, columns(2, { v: vectors([0, 1], [0, 0]) })),
    ).toThrow('vectors with a number that is not zero, not 0: row 1')
  })
})

describe('means of categories', () => {
  const column = { input: 'c', output: 'm', means: [[2, 0.5] as const, [3, 0.25] as const], ofAll: 0.4 }

  it('refuse what training had not, null too', () => {
    const stage: Stage = { kind: 'categoryMeans', columns: [column], refusesUnknown: true }
    expect(valuesOf(through(stage, columns(2, { c: numbers(3, 2) })), 'm')).toEqual([0.25, 0.5])
    expect(() => through(stage, columns(1, { c: numbers(8) }))).toThrow('does not know 8 in column "c"')
    expect(() => through(stage, columns(1, { c: numbers(null) }))).toThrow('does not know null in column "c"')
  })

  it('or take the mean of all for it', () => {
    const stage: Stage = { kind: 'categoryMeans', columns: [{ ...column, ofNull: 0.1 }], refusesUnknown: false }
    expect(valuesOf(through(stage, columns(3, { c: numbers(8, null, 2) })), 'm')).toEqual([0.4, 0.1, 0.5])
  })
})

describe('vectors of a size', () => {
  const rows = columns(2, { v: vectors([1, 2], [3, 4]) })

  it('are refused, or their rows left out, where they have another', () => {
    const stage = { kind: 'sizeHint', input: 'v', size: 3, invalid: 'error' } as const
    expect(() => through(stage, rows)).toThrow('was fitted on 3 features; the rows have 2')
    expect(through({ ...stage, invalid: 'skip' }, rows).rows).toBe(0)
    expect(through({ ...stage, invalid: 'optimistic' }, rows)).toBe(rows)
    expect(through({ ...stage, size: 2 }, rows)).toBe(rows)
  })
})

describe('shares of topics', () => {
  const stage: Stage = {
    kind: 'topicShares',
    features: 'v',
    shares: 's',
    words: 2,
    topics: Float64Array.of(0.9, 0.1, 0.1, 0.9),
    prior: Float64Array.of(0.5, 0.5),
    shape: 100,
    seed: -3n,
  }

  it('are zero for a text without words, one in all for others, and end for what is no number', () => {
    const rows = columns(3, { v: vectors([0, 0], [5, 1], [Number.NaN, 1]) })
    const shares = valuesOf(through(stage, rows), 's')
    expect(shares.slice(0, 2)).toEqual([0, 0])
    expect((shares[2] as number) + (shares[3] as number)).toBeCloseTo(1, 12)
    expect(shares[2]).toBeGreaterThan(0.6)
    expect(shares.slice(4)).toEqual([Number.NaN, Number.NaN])
  })

  it('refuse fewer words than none, with which Spark may never come to an end', () => {
    const rows = columns(2, { v: vectors([5, 1], [1, -1e15]) })
    expect(() => through(stage, rows)).toThrow(
      'takes numbers that are not negative, not -1000000000000000: row 1, feature 1.',
    )
  })
})
