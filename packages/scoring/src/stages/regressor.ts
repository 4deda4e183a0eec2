import { type Dense, dense } from '../data/data.ts'
import { anyVectorsOf, knownNumbers, type Named, type NamedColumn, withColumns } from '../data/named.ts'
import { logistic } from '../model/numeric.ts'
import { normalProbability } from '../model/normal.ts'
import { compileLeafNumbers, type LeafNumbers } from './leaf-numbers.ts'
import { compileScores, type Scores } from './scores.ts'
import type { StageColumns } from './columns.ts'

/** A regression of vectors. */
export type Regressor = {
  readonly kind: 'regressor'
  readonly features: string
  readonly size: number
  /** The file does not tell how many features there were, only how many are asked for. */
  readonly takesMore?: boolean
  readonly scores: Scores
  /** What the mean is of the score, and the least and most that it can be. */
  readonly link?: InverseLink
  readonly range?: { readonly low: number; readonly high: number; readonly lowest: number; readonly highest: number }
  /** A column that is added to the score. */
  readonly offset?: string
  /** Further columns: the score itself, and another number of the leaf. */
  readonly scoreColumn?: string
  /** A column of vectors: the mean times each of these. */
  readonly multiples?: { readonly factors: Float64Array; readonly column: string }
  readonly leaves?: LeafNumbers
  readonly variance?: { readonly scores: Scores; readonly column: string }
  readonly prediction: string
}
export type InverseLink =
  | { readonly kind: 'identity' | 'exp' | 'inverse' | 'logistic' | 'normal' | 'complementaryLogLog' | 'square' }
  | { readonly kind: 'power'; readonly exponent: number }

export const regressorColumns = (stage: Regressor): StageColumns => ({
  reads: [
    { name: stage.features, kind: 'vector', size: stage.size },
    ...(stage.offset === undefined ? [] : [{ name: stage.offset, kind: 'number' } as const]),
  ],
  writes: [
    stage.prediction,
    stage.scoreColumn ?? '',
    stage.variance?.column ?? '',
    stage.multiples?.column ?? '',
    stage.leaves?.column ?? '',
  ],
  predicts: true,
})

export const compileRegressor = (model: Regressor, name: string): ((rows: Named) => Named) => {
  const {
    features,
    size,
    offset,
    link = { kind: 'identity' },
    range,
    scoreColumn = '',
    variance,
    multiples,
    leaves,
    prediction,
  } = model
  const into = compileScores(model.scores)
  const leavesOf = leaves === undefined ? undefined : compileLeafNumbers(leaves)
  const varianceInto = variance === undefined ? undefined : compileScores(variance.scores)
  return (rows) => {
    const vectors = anyVectorsOf(rows, features, name, size, model.takesMore)
    const scores = dense(rows.rows, 1).values
    into(vectors, scores, 1)
    if (offset !== undefined) {
      const more = knownNumbers(rows, offset, name)
      for (let row = 0; row < scores.length; row++) scores[row] = (scores[row] as number) + (more[row] as number)
    }
    const means = scores.map((score) => inverse(link, score))
    if (range !== undefined)
      for (let row = 0; row < means.length; row++) {
        const mean = means[row] as number
        if (mean < range.low) means[row] = range.lowest
        else if (mean > range.high) means[row] = range.highest
      }
    const added: (readonly [string, NamedColumn])[] = [
      [prediction, { kind: 'numbers', values: means }],
      [scoreColumn, { kind: 'numbers', values: scores }],
    ]
    if (variance !== undefined && varianceInto !== undefined) {
      const values = new Float64Array(rows.rows)
      varianceInto(vectors, values, 1)
      added.push([variance.column, { kind: 'numbers', values }])
    }
    if (multiples !== undefined)
      added.push([multiples.column, { kind: 'vectors', values: timesEach(means, multiples.factors) }])
    if (leavesOf !== undefined) added.push(leavesOf(vectors))
    return withColumns(rows, added)
  }
}

const timesEach = (means: Float64Array, factors: Float64Array): Dense => {
  const made = dense(means.length, factors.length)
  for (let row = 0; row < means.length; row++)
    for (let i = 0; i < factors.length; i++)
      made.values[row * factors.length + i] = (means[row] as number) * (factors[i] as number)
  return made
}

const inverse = (link: InverseLink, score: number): number => {
  switch (link.kind) {
    case 'identity':
      return score
    case 'exp':
      return Math.exp(score)
    case 'inverse':
      return 1 / score
    case 'logistic':
      return logistic(score)
    case 'normal':
      return normalProbability(score)
    case 'complementaryLogLog':
      return 1 - Math.exp(-Math.exp(score))
    case 'square':
      return score * score
    case 'power':
      return score ** link.exponent
  }
}
