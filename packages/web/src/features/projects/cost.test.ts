import { describe, expect, it } from 'vitest'
import { msPerThousandRows, nodeCosts } from './cost.ts'

const step = (node: string, hook: 'fit' | 'transform' | 'predict', part: string, wallMs: number | null) => ({
  node,
  taskName: node.toUpperCase(),
  hook,
  part,
  state: wallMs === null ? ('reused' as const) : ('done' as const),
  wallMs,
  cpuMs: wallMs,
  peakMemoryMb: wallMs,
})
const steps = [
  step('impute', 'fit', 'fold 1', 10),
  step('impute', 'transform', 'fold 1', 5),
  step('forest', 'fit', 'fold 1', 300),
  step('forest', 'predict', 'fold 1', 15),
  step('impute', 'fit', 'fold 2', null),
  step('impute', 'transform', 'fold 2', 7),
  step('forest', 'fit', 'fold 2', 100),
  step('forest', 'predict', 'fold 2', null),
]

describe('nodeCosts', () => {
  it('adds what the steps of a node took, and counts those that were known', () => {
    expect(nodeCosts(steps)).toEqual([
      { node: 'impute', taskName: 'IMPUTE', fitMs: 10, applyMs: 12, peakMemoryMb: 10, steps: 4, reused: 1 },
      { node: 'forest', taskName: 'FOREST', fitMs: 400, applyMs: 15, peakMemoryMb: 300, steps: 4, reused: 1 },
    ])
    expect(nodeCosts([step('impute', 'fit', 'fold 1', null)])[0]).toMatchObject({
      fitMs: null,
      applyMs: null,
      reused: 1,
    })
    expect(nodeCosts([])).toEqual([])
  })
})

describe('msPerThousandRows', () => {
  it('stands on the parts of which every step was run', () => {
    // 20 ms for the 50 rows of fold 1; a step of fold 2 was known.
    expect(msPerThousandRows(steps, 2, { training: 100, holdout: 0 })).toBe(400)
    const holdout = [...steps, step('forest', 'predict', 'all training rows', 30)]
    expect(msPerThousandRows(holdout, 2, { training: 100, holdout: 50 })).toBe(500)
  })

  it('is not known where all was known from before', () => {
    expect(msPerThousandRows([step('forest', 'predict', 'fold 1', null)], 2, { training: 100, holdout: 0 })).toBe(
      undefined,
    )
    expect(msPerThousandRows([], 2, { training: 100, holdout: 0 })).toBe(undefined)
  })
})
