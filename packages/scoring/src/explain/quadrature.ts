/** Points in (0, 1) and weights that sum to 1: their sum is the integral, exact for polynomials of degree below twice their number. */
export type Quadrature = { readonly points: Float64Array; readonly weights: Float64Array }

/** Gauss and Legendre's: roots of the Legendre polynomial of degree `count` by Newton's method, from Tricomi's estimates. */
export const gaussLegendre = (count: number): Quadrature => {
  const points = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 0
    // Converges in five steps; the last step does not move it any more.
    for (let step = 0; step < 100; step++) {
      let [before, value] = [1, x]
      for (let degree = 2; degree <= count; degree++)
        [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree]
      slope = (count * (x * value - before)) / (x * x - 1)
      const next = x - value / slope
      const isThere = Math.abs(next - x) <= 2 ** -52
      x = next
      if (isThere) break
    }
    points[i] = (1 - x) / 2
    weights[i] = 1 / ((1 - x * x) * slope * slope)
  }
  return { points, weights }
}
