import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkPartitioning,
  defaultPartitioning,
  isTrainedOn,
  partitionByColumn,
  partitionByTime,
  partitionGroups,
  partitionRows,
  trainOnlyPart,
} from './partition.ts'

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

const cut = fc.record({
  folds: fc.integer({ min: 2, max: 8 }),
  holdout: fc.double({ min: 0, max: 0.5, noNaN: true }),
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
})

describe('partitionGroups', () => {
  const grouped = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 9, maxLength: 60 })
  const rowsOf = (sizes: readonly number[]) => Int32Array.from(sizes.flatMap((size, group) => Array(size).fill(group)))

  it('never lets a group span two parts, leaves none empty, and overfills none by a group', () => {
    fc.assert(
      fc.property(grouped, cut, (groupSizes, how) => {
        const groups = rowsOf(groupSizes)
        const parts = partitionGroups(groups, how)
        const partsOf = groupSizes.map((_, group) => new Set(parts.filter((_part, row) => groups[row] === group)))
        expect(partsOf.every(({ size }) => size === 1)).toBe(true)
        const held = Math.round(groups.length * how.holdout)
        const largest = Math.max(...groupSizes)
        sizes(parts, how.folds).forEach((size, part) => {
          const wanted = part === 0 ? held : (groups.length - held) / how.folds
          expect(size > 0).toBe(wanted > 0)
          const members = partsOf.filter((each) => each.has(part)).length
          // One group alone may be larger than what a part wants.
          expect(members > 1 ? size - wanted : 0).toBeLessThan(largest)
        })
      }),
      { seed: 3 },
    )
  })

  it('deals rows that are groups of their own as evenly as random partitions', () => {
    const groups = Int32Array.from({ length: 103 }, (_, row) => row)
    const [held, ...dealt] = sizes(partitionGroups(groups, { folds: 5, holdout: 0.2, seed: 1 }), 5)
    expect(held).toBe(21)
    expect(Math.max(...dealt) - Math.min(...dealt)).toBeLessThanOrEqual(1)
  })

  it('draws from the seed, and gives equal parts for equal arguments', () => {
    const groups = Int32Array.from({ length: 60 }, (_, row) => row % 20)
    const of = (seed: number) => partitionGroups(groups, { folds: 4, holdout: 0.2, seed }).join('')
    expect(of(7)).toBe(of(7))
    expect(new Set([0, 1, 2].map(of)).size).toBe(3)
  })

  it('refuses fewer groups than parts', () => {
    expect(() => partitionGroups(Int32Array.of(0, 0, 1, 1), { folds: 2, holdout: 0.25, seed: 0 })).toThrow(
      '2 groups cannot be dealt to 3 parts without splitting one.',
    )
  })
})

describe('partitionByTime', () => {
  it('holds out the newest rows, and fits every backtest on older rows only', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 200, maxLength: 300 })
    fc.assert(
      fc.property(
        moments,
        fc.integer({ min: 1, max: 5 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (list, folds, holdout) => {
          const times = Float64Array.from(list)
          const parts = partitionByTime(times, { folds, holdout })
          const spanOf = (wanted: (part: number) => boolean) => {
            const inside = times.filter((_, row) => wanted(parts[row] as number))
            return [
              inside.reduce((a, b) => Math.min(a, b), Infinity),
              inside.reduce((a, b) => Math.max(a, b), -Infinity),
            ]
          }
          for (let fold = 1; fold <= folds; fold++) {
            const [, newestSeen] = spanOf((part) => isTrainedOn(part, fold, 'date'))
            const [oldest, newest] = spanOf((part) => part === fold)
            expect(newestSeen).toBeLessThan(oldest as number)
            // What is empty has no oldest row: nothing is newer than its span.
            expect(newest).toBeLessThan(spanOf((part) => part === fold - 1)[0] as number)
          }
        },
      ),
      { seed: 4 },
    )
  })

  it('has exact sizes where every row has a moment of its own, in whatever order they come', () => {
    const times = Float64Array.from({ length: 120 }, (_, row) => (row * 37) % 120)
    const parts = partitionByTime(times, { folds: 3, holdout: 0.2 })
    expect(sizes(parts, 3)).toEqual([24, 24, 24, 24])
    expect(parts.filter((part) => part === trainOnlyPart).length).toBe(24)
    expect(
      [...times.keys()]
        .filter((row) => parts[row] === 0)
        .map((row) => times[row])
        .toSorted()[0],
    ).toBe(100)
  })

  it('keeps rows of one moment together', () => {
    const times = Float64Array.from({ length: 90 }, (_, row) => Math.floor(row / 10))
    const parts = partitionByTime(times, { folds: 2, holdout: 0.2 })
    for (let moment = 0; moment < 9; moment++)
      expect(new Set(parts.filter((_, row) => times[row] === moment)).size).toBe(1)
  })

  it('refuses fewer moments than parts', () => {
    expect(() => partitionByTime(new Float64Array(50), { folds: 2, holdout: 0.2 })).toThrow(
      'Too many rows are of one moment: of 4 parts in time, only 1 would have rows.',
    )
  })
})

describe('partitionByColumn', () => {
  it('takes the parts as they are named', () => {
    const values = ['a', 'b', 'test', 'train']
    const named = { holdoutValue: 'test', trainingValue: 'train' }
    const { parts, folds } = partitionByColumn(Int32Array.of(0, 1, 2, 3, 0), values, named)
    expect([...parts]).toEqual([1, 2, 0, trainOnlyPart, 1])
    expect(folds).toEqual(['a', 'b'])
  })
})

describe('isTrainedOn', () => {
  it('shows a fold all other parts but the holdout', () => {
    const seen = [-1, 0, 1, 2, 3, trainOnlyPart].filter((part) => isTrainedOn(part, 2, 'random'))
    expect(seen).toEqual([1, 3, trainOnlyPart])
  })
})

describe('checkPartitioning', () => {
  const messages = (...[changes, facts]: [object, Parameters<typeof checkPartitioning>[1]]) =>
    checkPartitioning({ ...defaultPartitioning(facts.targetType), ...changes }, facts).map(({ message }) => message)

  it('finds nothing in the default', () => {
    expect(messages({}, { targetType: 'binary', rows: 1000, smallestClass: 100 })).toEqual([])
    expect(messages({}, { targetType: 'regression', rows: 1000 })).toEqual([])
  })

  it('takes one fold only where rows are cut by time or named by a column', () => {
    const facts = { targetType: 'regression', rows: 100 } as const
    expect(messages({ folds: 1, method: 'group' }, facts)).toEqual([
      'Partitions of the method group have at least 2 folds, found 1.',
    ])
    expect(messages({ folds: 1, method: 'date' }, facts)).toEqual([])
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
