import { limitReached } from '../limits.ts'
import { symmetricEigen } from '../model/eigen.ts'
import type { Model } from '../model/model.ts'
import type { Mixture, NormalComponent } from '../stages/mixture.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'
import type { Matrix } from './vectors.ts'

/** What all covariances together may cost to take apart: the sum of their sizes to the third power. */
const maxCost = 2 ** 28

type Parts = {
  readonly weights: ArrayLike<number>
  readonly means: readonly Float64Array[]
  readonly covariances: readonly Matrix[]
}

const gaussianMixture: SparkBuilder = (saved) => {
  const row = saved.row('data')
  return mixture(
    saved,
    { weights: row.numbers('weights'), means: row.vectors('mus'), covariances: row.matrices('sigmas') },
    {
      features: saved.text('featuresCol'),
      probability: saved.text('probabilityCol'),
      prediction: saved.text('predictionCol'),
    },
  )
}

/** A row for each distribution. */
const oldGaussianMixture: SparkBuilder = (saved) => {
  const rows = saved.rows('data')
  if (rows.length !== saved.count('k')) throw saved.mismatch('data', `${saved.count('k')} rows`)
  return mixture(
    saved,
    {
      weights: rows.map((row) => row.number('weight')),
      means: rows.map((row) => row.vector('mu')),
      covariances: rows.map((row) => row.matrix('sigma')),
    },
    { features: 'features', probability: '', prediction: 'prediction' },
  )
}

const mixture = (
  saved: Saved,
  { weights, means, covariances }: Parts,
  columns: Pick<Mixture, 'features' | 'probability' | 'prediction'>,
): Model => {
  const size = means[0]?.length ?? 0
  const count = weights.length
  if (count === 0 || size === 0 || means.length !== count || means.some((mean) => mean.length !== size))
    throw saved.mismatch('mus', 'a mean for each weight, all of one length')
  if (covariances.length !== count || covariances.some(({ rows, columns }) => rows !== size || columns !== size))
    throw saved.mismatch('sigmas', `${count} matrices of ${size} × ${size}`)
  if (count * size ** 3 > maxCost)
    throw limitReached('features of a mixture', Math.floor(Math.cbrt(maxCost / count)), { found: size })
  return {
    kind: 'stage',
    name: saved.name,
    stage: {
      kind: 'mixture',
      ...columns,
      size,
      components: covariances.map(({ values }, index) =>
        component(saved, weights[index] as number, means[index] as Float64Array, values),
      ),
    },
  }
}

/** What does not vary has no part in the density: the inverse and the determinant are of the rest. */
const component = (saved: Saved, weight: number, mean: Float64Array, covariance: Float64Array): NormalComponent => {
  const size = mean.length
  const { values, vectors } = symmetricEigen(covariance, size)
  const least = 2 ** -52 * size * values.reduce((most, value) => Math.max(most, value), 0)
  const kept = Array.from(values.keys()).filter((index) => (values[index] as number) > least)
  if (kept.length === 0) throw saved.wrong('sigmas', 'covariances that are not zero')
  const factor = new Float64Array(kept.length * size)
  let logDeterminant = 0
  for (const [at, index] of kept.entries()) {
    const variance = values[index] as number
    logDeterminant += Math.log(variance)
    for (let i = 0; i < size; i++) factor[at * size + i] = (vectors[index * size + i] as number) / Math.sqrt(variance)
  }
  return { weight, mean, constant: -0.5 * (size * Math.log(2 * Math.PI) + logDeterminant), factor }
}

export const mixtures: SparkFamily = {
  'org.apache.spark.ml.clustering.GaussianMixtureModel': gaussianMixture,
  'org.apache.spark.mllib.clustering.GaussianMixtureModel': oldGaussianMixture,
}
