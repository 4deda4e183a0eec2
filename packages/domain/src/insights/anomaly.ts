import { ascending } from '../metrics/ascending.ts'
import type { Weights } from '../metrics/value.ts'
import { scoreDistribution } from './distribution.ts'

export type AnomalyScores = {
  readonly rows: number
  readonly least: number
  readonly median: number
  readonly most: number
  /** One entry more than `counts`. */
  readonly edges: readonly number[]
  /** Weights of the rows. */
  readonly counts: readonly number[]
  /** Positions of the highest scores, the highest first; of equal ones the first. */
  readonly top: Int32Array
}

/** How anomaly scores are spread, and which are the highest. Undefined without rows. */
export const anomalyScores = (
  scores: Float64Array,
  { bins = 50, top = 50, weights }: { readonly bins?: number; readonly top?: number; readonly weights?: Weights } = {},
): AnomalyScores | undefined => {
  const rows = scores.length
  if (rows === 0) return undefined
  const order = ascending(scores)
  const at = (place: number): number => scores[order[place] as number] as number
  const [least, most] = [at(0), at(rows - 1)]
  const { edges, counts } = scoreDistribution(new Uint8Array(rows), scores, 1, {
    bins: least === most ? 1 : bins,
    range: [least, most],
    weights,
  })
  const last = at(Math.max(0, rows - top))
  return {
    rows,
    least,
    median: (at(Math.floor((rows - 1) / 2)) + at(Math.ceil((rows - 1) / 2))) / 2,
    most,
    edges,
    counts: counts[0] as readonly number[],
    top: Int32Array.from(scores.keys())
      .filter((row) => (scores[row] as number) >= last)
      .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
      .slice(0, top),
  }
}
