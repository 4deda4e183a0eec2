import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import type { VectorMap } from '../stages/vector-map.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { handleInvalid, inputsAndOutputs, isSingle } from './columns.ts'
import type { Saved } from './saved.ts'

const stage = (saved: Saved, made: Stage): Model => ({ kind: 'stage', name: saved.name, stage: made })
const mapped = (saved: Saved, made: VectorMap['made'], input = 'inputCol'): Model =>
  stage(saved, { kind: 'vectorMap', input: saved.text(input), output: saved.text('outputCol'), made })
const multiplied = (saved: Saved, factors: Float64Array): Model =>
  stage(saved, {
    kind: 'scaling',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    shifts: new Float64Array(factors.length),
    factors,
    bases: new Float64Array(factors.length),
  })

const binarizer: SparkBuilder = (saved) => {
  const columns = inputsAndOutputs(saved)
  const thresholds =
    !isSingle(saved) && saved.has('thresholds')
      ? saved.numbers('thresholds')
      : new Float64Array(columns.length).fill(saved.number('threshold'))
  if (thresholds.length !== columns.length) throw saved.mismatch('thresholds', `${columns.length} numbers`)
  return stage(saved, {
    kind: 'binarizer',
    columns: columns.map((names, index) => ({ ...names, threshold: thresholds[index] as number })),
  })
}

const normalizer: SparkBuilder = (saved) => {
  const power = saved.number('p')
  if (!(power >= 1)) throw saved.wrong('p', 'a number from 1')
  return mapped(saved, { kind: 'norm', power })
}

const elementwiseProduct: SparkBuilder = (saved) => multiplied(saved, saved.vector('scalingVec'))

const inverseFrequencies: SparkBuilder = (saved) => multiplied(saved, saved.row('data').vector('idf'))

const principalComponents: SparkBuilder = (saved) => {
  const { rows: size, columns: outputs, values: weights } = saved.row('data').matrix('pc')
  return mapped(saved, { kind: 'projection', size, outputs, weights })
}

const selector: SparkBuilder = (saved) => {
  const indices = [...saved.row('data').numbers('selectedFeatures')].toSorted((a, b) => a - b)
  if (indices.some((index) => !(Number.isInteger(index) && index >= 0)))
    throw saved.wrong('selectedFeatures', 'indices')
  return mapped(saved, { kind: 'selection', indices }, 'featuresCol')
}

const slicer: SparkBuilder = (saved) => {
  const names = saved.has('names') ? saved.texts('names') : []
  const indices = saved.has('indices') ? [...saved.numbers('indices')] : []
  if (indices.some((index) => !(Number.isInteger(index) && index >= 0))) throw saved.wrong('indices', 'indices')
  return mapped(saved, { kind: 'selection', indices, names })
}

const sizeHint: SparkBuilder = (saved) => {
  const size = saved.number('size')
  if (!(Number.isInteger(size) && size > 0)) throw saved.wrong('size', 'a whole number from 1')
  const invalid = saved.text('handleInvalid')
  if (invalid !== 'error' && invalid !== 'skip' && invalid !== 'optimistic')
    throw saved.wrong('handleInvalid', '"error", "skip" or "optimistic"')
  return stage(saved, { kind: 'sizeHint', input: saved.text('inputCol'), size, invalid })
}

const maxDegree = 10

const polynomialExpansion: SparkBuilder = (saved) => {
  const degree = saved.number('degree')
  if (!(Number.isInteger(degree) && degree >= 1)) throw saved.wrong('degree', 'a whole number from 1')
  if (degree > maxDegree)
    throw scoringError('model.parameter', { name: saved.name, parameter: 'degree', value: String(degree) })
  return mapped(saved, { kind: 'products', degree })
}

const vectorIndexer: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const size = row.integer('numFeatures')
  const features = Object.entries(row.maps('categoryMaps')).map(([feature, places]) => ({
    feature: Number(feature),
    places: Object.entries(places).map(([value, place]) => [Number(value), place] as const),
  }))
  if (features.some(({ feature }) => !(Number.isInteger(feature) && feature >= 0 && feature < size)))
    throw saved.wrong('categoryMaps', `features below ${size}`)
  return stage(saved, {
    kind: 'categoryNumbers',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    size,
    features,
    invalid: handleInvalid(saved),
  })
}

export const vectorFeatures: SparkFamily = {
  'org.apache.spark.ml.feature.Binarizer': binarizer,
  'org.apache.spark.ml.feature.Normalizer': normalizer,
  'org.apache.spark.ml.feature.ElementwiseProduct': elementwiseProduct,
  'org.apache.spark.ml.feature.IDFModel': inverseFrequencies,
  'org.apache.spark.ml.feature.PCAModel': principalComponents,
  'org.apache.spark.ml.feature.ChiSqSelectorModel': selector,
  'org.apache.spark.ml.feature.UnivariateFeatureSelectorModel': selector,
  'org.apache.spark.ml.feature.VarianceThresholdSelectorModel': selector,
  'org.apache.spark.ml.feature.VectorSlicer': slicer,
  'org.apache.spark.ml.feature.VectorSizeHint': sizeHint,
  'org.apache.spark.ml.feature.PolynomialExpansion': polynomialExpansion,
  'org.apache.spark.ml.feature.VectorIndexerModel': vectorIndexer,
}
