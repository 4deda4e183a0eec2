/**
 * Votes of all pairs of classes, and sums of their confidences, for one row; a positive confidence is for the second class of a
 * pair. Both are written from `at`.
 */
export const countVotes = (
  classes: number,
  isSecond: (pair: number) => boolean,
  confidence: (pair: number) => number,
  votes: Float64Array,
  sums: Float64Array,
  at: number,
): void => {
  votes.fill(0, at, at + classes)
  sums.fill(0, at, at + classes)
  for (let first = at, pair = 0; first < at + classes; first++)
    for (let second = first + 1; second < at + classes; second++, pair++) {
      sums[first] = (sums[first] as number) - confidence(pair)
      sums[second] = (sums[second] as number) + confidence(pair)
      const winner = isSecond(pair) ? second : first
      votes[winner] = (votes[winner] as number) + 1
    }
}

/** Confidences decide between equal votes: `_ovr_decision_function` of `sklearn.utils.multiclass`. */
export const addConfidences = (votes: Float64Array, sums: Float64Array, count: number): void => {
  for (let i = 0; i < count; i++) {
    const sum = sums[i] as number
    votes[i] = (votes[i] as number) + sum / (3 * (Math.abs(sum) + 1))
  }
}

/** As before 0.21: scaled by the largest of all rows. */
export const addScaledConfidences = (votes: Float64Array, sums: Float64Array, count: number): void => {
  let [largest, least, greatest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const sum of sums.subarray(0, count)) {
    largest = Math.max(largest, Math.abs(sum))
    least = Math.min(least, sum)
    greatest = Math.max(greatest, sum)
  }
  if (least === greatest) return
  const scale = (0.5 - Number.EPSILON) / largest
  for (let i = 0; i < count; i++) votes[i] = (votes[i] as number) + (sums[i] as number) * scale
}
