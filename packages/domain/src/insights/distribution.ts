import { type Weights, weightOf } from '../metrics/value.ts'

/** How the scores of each class are spread: `counts[class][bin]`. */
export type ScoreDistribution = {
  readonly rows: number
  /** One entry more than there are bins. */
  readonly edges: readonly number[]
  readonly counts: readonly (readonly number[])[]
}

/** Histograms of a probability over [0, 1] in bins of equal width, one for each actual class, by the weights of the rows. */
export const scoreDistribution = (
  actual: ArrayLike<number>,
  scores: Float64Array,
  classes: number,
  { bins = 50, weights }: { readonly bins?: number; readonly weights?: Weights } = {},
): ScoreDistribution => {
  const counts = Array.from({ length: classes }, () => Array.from({ length: bins }, () => 0))
  const edges = Array.from({ length: bins + 1 }, (_, edge) => edge * (1 / bins))
  for (let row = 0; row < scores.length; row++) {
    const line = counts[actual[row] as number]
    const score = scores[row] as number
    let bin = Math.min(bins - 1, Math.max(0, Math.floor(score * bins)))
    // A score on an edge is in the bin above, whatever the product was rounded to.
    if (bin > 0 && score < (edges[bin] as number)) bin--
    else if (bin < bins - 1 && score >= (edges[bin + 1] as number)) bin++
    if (line !== undefined) line[bin] = (line[bin] as number) + weightOf(weights, row)
  }
  return { rows: scores.length, edges, counts }
}
