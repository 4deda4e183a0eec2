import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { handleInvalid, inputsAndOutputs, isSingle } from './columns.ts'
import type { Saved } from './saved.ts'

const stage = (saved: Saved, made: Stage): Model => ({ kind: 'stage', name: saved.name, stage: made })

const assembler: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'assembler',
    inputs: saved.texts('inputCols'),
    output: saved.text('outputCol'),
    invalid: handleInvalid(saved),
  })

const stringIndexer: SparkBuilder = (saved) => {
  const row = saved.row('data')
  // Versions before 3 know one column only.
  const labels = row.has('labelsArray') ? row.textLists('labelsArray') : [row.texts('labels')]
  const columns = inputsAndOutputs(saved)
  if (labels.length !== columns.length) throw saved.mismatch('labelsArray', `${columns.length} lists of labels`)
  return stage(saved, {
    kind: 'textToIndex',
    columns: columns.map((names, index) => ({ ...names, labels: labels[index] as readonly string[] })),
    invalid: handleInvalid(saved),
  })
}

const indexToString: SparkBuilder = (saved) => {
  const labels = saved.has('labels') ? saved.texts('labels') : []
  return stage(saved, {
    kind: 'indexToText',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    ...(labels.length === 0 ? {} : { labels }),
  })
}

const oneHotEncoder: SparkBuilder = (saved, { limits }) => {
  const sizes = saved.row('data').numbers('categorySizes')
  const columns = inputsAndOutputs(saved)
  if (
    sizes.length !== columns.length ||
    sizes.some((size) => !(Number.isInteger(size) && size > 0 && size <= limits.itemBytes))
  )
    throw saved.mismatch('categorySizes', `${columns.length} counts of categories`)
  return stage(saved, {
    kind: 'oneHot',
    columns: columns.map((names, index) => ({ ...names, categories: sizes[index] as number })),
    dropsLast: saved.boolean('dropLast'),
    keepsInvalid: handleInvalid(saved) === 'keep',
  })
}

/** Before version 3 this class was not fitted. */
const unfittedOneHotEncoder: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'oneHotByRows',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    dropsLast: saved.boolean('dropLast'),
  })

const scaled = (
  saved: Saved,
  shifts: Float64Array,
  factors: Float64Array,
  bases = new Float64Array(shifts.length),
): Model =>
  stage(saved, {
    kind: 'scaling',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    shifts,
    factors,
    bases,
  })

/** A column without spread becomes zero. */
const standardScaler: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [means, deviations] = [row.vector('mean'), row.vector('std')]
  if (means.length !== deviations.length) throw saved.mismatch('std', `${means.length} numbers`)
  return scaled(
    saved,
    saved.boolean('withMean') ? means : new Float64Array(means.length),
    saved.boolean('withStd') ? deviations.map((one) => (one === 0 ? 0 : 1 / one)) : deviations.map(() => 1),
  )
}

/** A column with one value in training becomes the middle of the range. */
const minMaxScaler: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [lows, highs] = [row.vector('originalMin'), row.vector('originalMax')]
  if (lows.length !== highs.length) throw saved.mismatch('originalMax', `${lows.length} numbers`)
  const [low, high] = [saved.number('min'), saved.number('max')]
  const spans = highs.map((one, index) => one - (lows[index] as number))
  return scaled(
    saved,
    lows,
    spans.map((span) => (span === 0 ? 0 : (high - low) / span)),
    spans.map((span) => (span === 0 ? 0.5 * (high - low) + low : low)),
  )
}

/** A column without a range becomes zero. */
const robustScaler: SparkBuilder = (saved) => {
  const row = saved.row('data')
  const [ranges, medians] = [row.vector('range'), row.vector('median')]
  if (ranges.length !== medians.length) throw saved.mismatch('median', `${ranges.length} numbers`)
  return scaled(
    saved,
    saved.boolean('withCentering') ? medians : new Float64Array(medians.length),
    saved.boolean('withScaling') ? ranges.map((one) => (one === 0 ? 0 : 1 / one)) : ranges.map(() => 1),
  )
}

const maxAbsScaler: SparkBuilder = (saved) => {
  const highest = saved.row('data').vector('maxAbs')
  return scaled(
    saved,
    new Float64Array(highest.length),
    highest.map((one) => (one === 0 ? 1 : 1 / one)),
  )
}

const imputer: SparkBuilder = (saved) => {
  const row = saved.row('data')
  return stage(saved, {
    kind: 'means',
    missing: saved.number('missingValue'),
    columns: inputsAndOutputs(saved).map((names) => ({ ...names, value: row.number(names.input) })),
  })
}

const bucketizer: SparkBuilder = (saved) => {
  const bounds = isSingle(saved) ? [saved.numbers('splits')] : saved.numberLists('splitsArray')
  const names = inputsAndOutputs(saved)
  if (bounds.length !== names.length) throw saved.mismatch('splitsArray', `${names.length} lists of numbers`)
  const columns = names.map((one, index) => ({ ...one, bounds: bounds[index] as Float64Array }))
  for (const own of bounds)
    if (own.length < 3 || own.some((bound, index) => index > 0 && !(bound > (own[index - 1] as number))))
      throw saved.wrong('splits', 'three or more ascending numbers')
  return stage(saved, { kind: 'bucketizer', columns, invalid: handleInvalid(saved) })
}

export const features: SparkFamily = {
  'org.apache.spark.ml.feature.VectorAssembler': assembler,
  'org.apache.spark.ml.feature.StringIndexerModel': stringIndexer,
  'org.apache.spark.ml.feature.IndexToString': indexToString,
  'org.apache.spark.ml.feature.OneHotEncoder': unfittedOneHotEncoder,
  'org.apache.spark.ml.feature.OneHotEncoderModel': oneHotEncoder,
  'org.apache.spark.ml.feature.StandardScalerModel': standardScaler,
  'org.apache.spark.ml.feature.MinMaxScalerModel': minMaxScaler,
  'org.apache.spark.ml.feature.MaxAbsScalerModel': maxAbsScaler,
  'org.apache.spark.ml.feature.RobustScalerModel': robustScaler,
  'org.apache.spark.ml.feature.ImputerModel': imputer,
  'org.apache.spark.ml.feature.Bucketizer': bucketizer,
}
