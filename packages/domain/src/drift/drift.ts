import type { Bins } from './bins.ts'
import { type ChiSquare, chiSquare } from './chi-square.ts'
import { jensenShannonDistance } from './jensen-shannon.ts'
import { kolmogorovSmirnovOfBins } from './kolmogorov-smirnov.ts'
import { populationStabilityIndex } from './psi.ts'

/** How far the values of a feature have moved from its baseline; null where there are no rows to say. */
export type Drift = {
  readonly psi: number | null
  readonly jensenShannon: number | null
  /** Of numbers that are there, at the bounds of the bins. */
  readonly kolmogorovSmirnov: number | null
  /** Of names. */
  readonly chiSquare: ChiSquare | null
}

/** What the counts say of the quality of the data. */
export type Quality = {
  readonly rows: number
  readonly missing: number
  /** Names that the baseline never had; null of what is no name, or where the baseline had too many. */
  readonly unseen: number | null
  /** Of numbers. */
  readonly outOfRange: { readonly below: number; readonly above: number } | null
}

/** The counts as they are compared: what is out of range belongs to the outermost bins, missing values are a bin of their own. */
const compared = (bins: Bins, counts: ArrayLike<number>): number[] => {
  const [missing = 0, ...others] = Array.from(counts)
  return [...(bins.kind === 'numbers' ? inRange(others) : others), missing]
}

const inRange = (counts: readonly number[]): number[] => {
  const bins = counts.slice(1, -1)
  bins[0] = (bins[0] as number) + (counts[0] as number)
  bins[bins.length - 1] = (bins.at(-1) as number) + (counts.at(-1) as number)
  return bins
}

export const driftOf = (bins: Bins, baseline: ArrayLike<number>, current: ArrayLike<number>): Drift => {
  const [before, now] = [compared(bins, baseline), compared(bins, current)]
  return {
    psi: populationStabilityIndex(before, now) ?? null,
    jensenShannon: jensenShannonDistance(before, now) ?? null,
    kolmogorovSmirnov:
      bins.kind === 'numbers' ? (kolmogorovSmirnovOfBins(before.slice(0, -1), now.slice(0, -1)) ?? null) : null,
    chiSquare: bins.kind === 'names' ? (chiSquare(before, now) ?? null) : null,
  }
}

export const qualityOf = (bins: Bins, counts: ArrayLike<number>): Quality => {
  const rows = Array.from(counts).reduce((sum, count) => sum + count, 0)
  return {
    rows,
    missing: counts[0] as number,
    unseen: bins.kind === 'names' && bins.rare !== null ? (counts[1] as number) : null,
    outOfRange:
      bins.kind === 'numbers' ? { below: counts[1] as number, above: counts[counts.length - 1] as number } : null,
  }
}
