import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPartitioning, defaultPartitioning, partitionRows } from './partition.ts'

const sizes = (parts: Int8Array, folds: number) =>
  Array.from({ length: folds + 1 }, (_, part) => parts.reduce((sum, found) => sum + (found === part ? 1 : 0), 0))

const setup = fc.record({
  rows: fc.integer({ min: 40, max: 400 }),
  folds: fc.integer({ min: 2, max: 20 }),
  holdout: fc.double({ min: 0, max: 0.5, noNaN: true }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  classes: fc.integer({ min: 1, max: 5 }),
})

describe('partitionRows', () => {
  it('gives the holdout its exact size and folds that differ by one row at most', () => {
    fc.assert(
      fc.property(setup, ({ rows, folds, holdout, seed, classes }) => {
        const strata = Int32Array.from({ length: rows }, (_, row) => (row * row) % classes)
        for (const method of ['random', 'stratified'] as const) {
          const [held, ...cut] = sizes(partitionRows({ rows, method, folds, holdout, seed, strata }), folds)
          expect(held).toBe(Math.round(rows * holdout))
          expect(Math.max(...cut) - Math.min(...cut)).toBeLessThanOrEqual(1)
          expect(cut.reduce((sum, size) => sum + size, 0)).toBe(rows - (held as number))
        }
      }),
      { seed: 1 },
    )
  })

  it('keeps the share of every class in every part, within one row', () => {
    fc.assert(
      fc.property(setup, ({ rows, folds, holdout, seed, classes }) => {
        const strata = Int32Array.from({ length: rows }, (_, row) => (row * row) % classes)
        const parts = partitionRows({ rows, method: 'stratified', folds, holdout, seed, strata })
        for (let label = 0; label < classes; label++) {
          const inside = parts.filter((_, row) => strata[row] === label)
          const [held, ...cut] = sizes(inside, folds)
          expect(Math.abs((held as number) - (inside.length * Math.round(rows * holdout)) / rows)).toBeLessThan(1)
          expect(Math.max(...cut) - Math.min(...cut)).toBeLessThanOrEqual(1)
        }
      }),
      { seed: 2 },
    )
  })

  it('gives equal parts for equal arguments, on every machine', () => {
    const parts = partitionRows({ rows: 20, method: 'random', folds: 3, holdout: 0.25, seed: 7 })
    expect(parts.join('')).toBe(
      partitionRows({ rows: 20, method: 'random', folds: 3, holdout: 0.25, seed: 7 }).join(''),
    )
    expect(parts.join('')).toMatchInlineSnapshot(`"01223130132303110022"`)
  })

  it('gives other parts for another seed', () => {
    const of = (seed: number) => partitionRows({ rows: 100, method: 'random', folds: 5, holdout: 0.2, seed }).join('')
    expect(new Set([0, 1, 2, 2 ** 31 - 1].map(of)).size).toBe(4)
  })

  it('takes no holdout when none is asked for', () => {
    expect(partitionRows({ rows: 10, method: 'random', folds: 2, holdout: 0, seed: 0 }).includes(0)).toBe(false)
  })

  it('refuses fewer rows than folds', () => {
    expect(() => partitionRows({ rows: 5, method: 'random', folds: 5, holdout: 0.2, seed: 0 })).toThrow(
      '4 rows cannot be cut into 5 folds.',
    )
  })

  it('cuts 1,000,000 stratified rows in one pass', () => {
    const strata = Int32Array.from({ length: 1_000_000 }, (_, row) => row % 3)
    const started = process.cpuUsage()
    partitionRows({ rows: strata.length, method: 'stratified', folds: 5, holdout: 0.2, seed: 0, strata })
    // A pass takes tenths of a second; one that looked at all rows for each row would take hours.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20)
  })
})

describe('checkPartitioning', () => {
  const messages = (...[changes, facts]: [object, Parameters<typeof checkPartitioning>[1]]) =>
    checkPartitioning({ ...defaultPartitioning(facts.targetType), ...changes }, facts).map(({ message }) => message)

  it('finds nothing in the default', () => {
    expect(messages({}, { targetType: 'binary', rows: 1000, smallestClass: 100 })).toEqual([])
    expect(messages({}, { targetType: 'regression', rows: 1000 })).toEqual([])
  })

  it('refuses strata of numbers, and more folds than rows; warns of a class that is too rare', () => {
    expect(messages({ method: 'stratified' }, { targetType: 'regression', rows: 5 })).toEqual([
      '4 rows cannot be cut into 5 folds.',
      'Stratified partitioning needs classes, the target type is regression.',
    ])
    expect(messages({}, { targetType: 'multiclass', rows: 1000, smallestClass: 3 })).toEqual([
      'The rarest class has 3 rows, so it will be missing in some of the 5 folds.',
    ])
  })
})
