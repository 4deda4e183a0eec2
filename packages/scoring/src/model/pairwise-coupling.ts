const leastProbability = 1e-7

/**
 * Probabilities of all classes of the scores of their pairs: Platt's sigmoid for each pair, then the second method of Wu, Lin
 * and Weng (2004), with the start, order and end of libsvm's `multiclass_probability`.
 */
export const coupledProbabilities = (
  classes: number,
  scores: Float64Array,
  platt: { readonly slopes: Float64Array; readonly intercepts: Float64Array },
  out: Float64Array,
  at: number,
): void => {
  const ofPair = new Float64Array(classes * classes)
  for (let first = 0, pair = 0; first < classes; first++)
    for (let second = first + 1; second < classes; second++, pair++) {
      const exponent = (scores[pair] as number) * (platt.slopes[pair] as number) + (platt.intercepts[pair] as number)
      const raw = exponent >= 0 ? Math.exp(-exponent) / (1 + Math.exp(-exponent)) : 1 / (1 + Math.exp(exponent))
      // As libsvm compares, which takes NaN for the least.
      const probability = raw > leastProbability ? Math.min(raw, 1 - leastProbability) : leastProbability
      ofPair[first * classes + second] = probability
      ofPair[second * classes + first] = 1 - probability
    }
  couple(classes, ofPair, out.subarray(at, at + classes))
}

const couple = (count: number, ofPair: Float64Array, result: Float64Array): void => {
  const matrix = new Float64Array(count * count)
  for (let t = 0; t < count; t++) {
    result[t] = 1 / count
    let diagonal = 0
    for (let j = 0; j < count; j++) {
      if (j === t) continue
      const other = ofPair[j * count + t] as number
      diagonal += other * other
      matrix[t * count + j] = j < t ? (matrix[j * count + t] as number) : -other * (ofPair[t * count + j] as number)
    }
    matrix[t * count + t] = diagonal
  }
  const products = new Float64Array(count)
  const rounds = Math.max(100, count)
  for (let round = 0; round < rounds; round++) {
    let total = 0
    for (let t = 0; t < count; t++) {
      let product = 0
      for (let j = 0; j < count; j++) product += (matrix[t * count + j] as number) * (result[j] as number)
      products[t] = product
      total += (result[t] as number) * product
    }
    if (products.every((product) => Math.abs(product - total) < 0.005 / count)) return
    for (let t = 0; t < count; t++) {
      const diagonal = matrix[t * count + t] as number
      const change = (total - (products[t] as number)) / diagonal
      result[t] = (result[t] as number) + change
      total = (total + change * (change * diagonal + 2 * (products[t] as number))) / (1 + change) / (1 + change)
      for (let j = 0; j < count; j++) {
        products[j] = ((products[j] as number) + change * (matrix[t * count + j] as number)) / (1 + change)
        result[j] = (result[j] as number) / (1 + change)
      }
    }
  }
}
