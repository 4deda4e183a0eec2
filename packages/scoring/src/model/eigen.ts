/** Eigenvalues of a symmetric matrix, and the vector of each as a row. */
export type Eigen = { readonly values: Float64Array; readonly vectors: Float64Array }

const mostSweeps = 50

/**
 * Jacobi's method: rotations make one number beside the diagonal zero after the other, until all are negligible. `matrix` is
 * size × size.
 */
export const symmetricEigen = (matrix: Float64Array, size: number): Eigen => {
  const a = matrix.slice()
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1
  const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const beside = a[p * size + q] as number
        largest = Math.max(largest, Math.abs(beside))
        if (Math.abs(beside) > scale * 1e-300) rotate(a, vectors, size, p, q)
      }
    if (!(largest > scale * 1e-17)) break
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i] as number), vectors }
}

const rotate = (a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void => {
  const beside = a[p * size + q] as number
  const ratio = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * beside)
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  for (let i = 0; i < size; i++) turn(a, i * size + p, i * size + q, cosine, sine)
  for (let i = 0; i < size; i++) turn(a, p * size + i, q * size + i, cosine, sine)
  a[p * size + q] = 0
  a[q * size + p] = 0
  for (let i = 0; i < size; i++) turn(vectors, p * size + i, q * size + i, cosine, sine)
}

const turn = (values: Float64Array, i: number, j: number, cosine: number, sine: number): void => {
  const [x, y] = [values[i] as number, values[j] as number]
  values[i] = cosine * x - sine * y
  values[j] = sine * x + cosine * y
}
