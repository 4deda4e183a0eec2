import { type Weights, weightOf } from '../metrics/value.ts'

/** How the scores of each class are spread: `counts[class][bin]`. */
export type ScoreDistribution = {
  readonly rows: number
  /** One entry more than there are bins. */
  readonly edges: readonly number[]
  readonly counts: readonly (readonly number[])[]
}

/**
 * Histograms of a score in bins of equal width, one for each actual class, by the weights of the rows; over [0, 1], as
 * probabilities are, unless given.
 */
export const scoreDistribution = (
  actual: ArrayLike<number>,
  scores: Float64Array,
  classes: number,
  {
    bins = 50,
    range: [low, high] = [0, 1],
    weights,
  }: { readonly bins?: number; readonly range?: readonly [low: number, high: number]; readonly weights?: Weights } = {},
): ScoreDistribution => {
  const counts = Array.from({ length: classes }, () => Array.from({ length: bins }, () => 0))
  const edges = Array.from({ length: bins + 1 }, (_, edge) => low + edge * ((high - low) / bins))
  edges[bins] = high
  for (let row = 0; row < scores.length; row++) {
    const line = counts[actual[row] as number]
    const score = scores[row] as number
    let bin = low === high ? 0 : Math.min(bins - 1, Math.max(0, Math.floor(((score - low) / (high - low)) * bins)))
    // A score on an edge is in the bin above, whatever the product was rounded to.
    if (bin > 0 && score < (edges[bin] as number)) bin--
    else if (bin < bins - 1 && score >= (edges[bin + 1] as number)) bin++
    if (line !== undefined) line[bin] = (line[bin] as number) + weightOf(weights, row)
  }
  return { rows: scores.length, edges, counts }
}
