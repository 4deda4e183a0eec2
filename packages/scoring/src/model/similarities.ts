/** How alike two rows are (`sklearn.metrics.pairwise`). */
export type Similarity =
  | { readonly type: 'linear' | 'cosine' | 'additive-chi2' }
  | { readonly type: 'rbf' | 'laplacian' | 'chi2'; readonly gamma: number }
  | { readonly type: 'polynomial'; readonly gamma: number; readonly offset: number; readonly degree: number }
  | { readonly type: 'sigmoid'; readonly gamma: number; readonly offset: number }

/** Compares `count` numbers of one array, from a place on, with those of another. */
type Compare = (a: Float64Array, from: number, b: Float64Array, at: number, count: number) => number

export const similarityOf = (similarity: Similarity): Compare => {
  switch (similarity.type) {
    case 'linear':
      return dot
    case 'cosine':
      return (a, from, b, at, count) => dot(a, from, b, at, count) / (lengthOf(a, from, count) * lengthOf(b, at, count))
    case 'additive-chi2':
      return (a, from, b, at, count) => -chiSquared(a, from, b, at, count)
    case 'chi2':
      return (a, from, b, at, count) => Math.exp(-similarity.gamma * chiSquared(a, from, b, at, count))
    case 'rbf':
      return (a, from, b, at, count) => {
        let sum = 0
        for (let i = 0; i < count; i++) sum += ((a[from + i] as number) - (b[at + i] as number)) ** 2
        return Math.exp(-similarity.gamma * sum)
      }
    case 'laplacian':
      return (a, from, b, at, count) => {
        let sum = 0
        for (let i = 0; i < count; i++) sum += Math.abs((a[from + i] as number) - (b[at + i] as number))
        return Math.exp(-similarity.gamma * sum)
      }
    case 'polynomial':
      return (a, from, b, at, count) =>
        (similarity.gamma * dot(a, from, b, at, count) + similarity.offset) ** similarity.degree
    case 'sigmoid':
      return (a, from, b, at, count) => Math.tanh(similarity.gamma * dot(a, from, b, at, count) + similarity.offset)
  }
}

const dot: Compare = (a, from, b, at, count) => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += (a[from + i] as number) * (b[at + i] as number)
  return sum
}

/** The length of a row; a row of zeros counts as one of length 1, as where scikit-learn normalises. */
const lengthOf = (a: Float64Array, from: number, count: number): number => Math.sqrt(dot(a, from, a, from, count)) || 1

const chiSquared: Compare = (a, from, b, at, count) => {
  let sum = 0
  for (let i = 0; i < count; i++) {
    const difference = (a[from + i] as number) - (b[at + i] as number)
    const total = (a[from + i] as number) + (b[at + i] as number)
    if (total !== 0) sum += (difference * difference) / total
  }
  return sum
}
