import { denseRows, type NumbersExpected } from '../data/check.ts'
import { type Data, dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { type Similarity, similarityOf } from './similarities.ts'
import type { Scorer } from './scorer.ts'

/** Rows by how alike they are to training rows, in the coordinates of some axes: kernel PCA, Nyström's map. */
export type SimilarityMapModel = {
  readonly kind: 'similarityMap'
  readonly name: string
  readonly columns: number
  readonly similarity: Similarity
  /** Training rows × columns. */
  readonly training: Float64Array
  /** Similarities are centred with the means of those between training rows. */
  readonly centring: { readonly each: Float64Array; readonly all: number } | undefined
  /** axes × training rows. */
  readonly axes: Float64Array
}

export const compileSimilarityMap = (model: SimilarityMapModel): Scorer => {
  const { name, columns, similarity, training, centring, axes } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const compare = similarityOf(similarity)
  const takesNegative = similarity.type !== 'chi2' && similarity.type !== 'additive-chi2'
  const count = training.length / columns
  const width = axes.length / count
  const alike = new Float64Array(count)
  const apply = (data: Data): Data => {
    const rows = denseRows(data, expected)
    if (!takesNegative) refuseNegative(rows.values, columns, name)
    const result = dense(rows.rows, width)
    for (let row = 0; row < rows.rows; row++) {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const value = compare(rows.values, row * columns, training, i * columns, columns)
        alike[i] = value
        sum += value
      }
      if (centring !== undefined)
        for (let i = 0; i < count; i++)
          alike[i] = (alike[i] as number) - (centring.each[i] as number) - sum / count + centring.all
      for (let axis = 0; axis < width; axis++) {
        let place = 0
        for (let i = 0; i < count; i++) place += (alike[i] as number) * (axes[axis * count + i] as number)
        result.values[row * width + axis] = place
      }
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

export const refuseNegative = (values: Float64Array, columns: number, model: string): void => {
  const at = values.findIndex((value) => value < 0)
  if (at >= 0)
    throw scoringError('input.domain', {
      model,
      row: Math.floor(at / columns),
      column: at % columns,
      expected: 'numbers that are not negative',
      value: values[at] as number,
    })
}
