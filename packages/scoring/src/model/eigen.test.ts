import { describe, expect, it } from 'vitest'
import { symmetricEigen } from './eigen.ts'

const symmetric = (size: number, seed: number): Float64Array => {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) {
      matrix[i * size + j] = random()
      matrix[j * size + i] = matrix[i * size + j] as number
    }
  return matrix
}

describe('eigenvalues of a symmetric matrix', () => {
  it.each([1, 2, 5, 30])('multiplies back to the matrix of %i columns', (size) => {
    const matrix = symmetric(size, size)
    const { values, vectors } = symmetricEigen(matrix, size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let sum = 0
        for (let k = 0; k < size; k++)
          sum += (values[k] as number) * (vectors[k * size + i] as number) * (vectors[k * size + j] as number)
        expect(sum).toBeCloseTo(matrix[i * size + j] as number, 12)
      }
  })

  it('finds the zero of a matrix without an inverse', () => {
    const { values } = symmetricEigen(Float64Array.of(1, 2, 2, 4), 2)
    expect([...values].toSorted((a, b) => a - b)).toEqual([expect.closeTo(0, 15), expect.closeTo(5, 14)])
  })

  it('ends for what is no number', () => {
    expect(symmetricEigen(Float64Array.of(Number.NaN, 1, 1, 1), 2).values).toHaveLength(2)
  })
})
