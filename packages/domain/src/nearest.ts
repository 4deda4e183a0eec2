/** The candidate that a typing error most likely meant, if one is near enough (restricted edit distance of a third of its length). */
export const nearest = (text: string, candidates: readonly string[]): string | undefined => {
  let best: string | undefined
  let bestDistance = Infinity
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Damerau's distance over adjacent swaps; texts longer than 100 are far from everything. */
const editDistance = (a: string, b: string): number => {
  if (a.length > 100 || b.length > 100) return Infinity
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] as number) + 1 : Infinity
      current.push(Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, change, swap))
    }
    before = previous
    previous = current
  }
  return previous[b.length] as number
}
