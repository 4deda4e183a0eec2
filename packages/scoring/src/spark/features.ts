import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { handleInvalid, inputsAndOutputs } from './columns.ts'
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
  const labels = saved.row('data').texts('labels')
  return stage(saved, {
    kind: 'textToIndex',
    columns: [{ input: saved.text('inputCol'), output: saved.text('outputCol'), labels }],
    invalid: handleInvalid(saved),
  })
}

const indexToString: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'indexToText',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    labels: saved.texts('labels'),
  })

const oneHotEncoder: SparkBuilder = (saved, { limits }) => {
  const sizes = saved.row('data').numbers('categorySizes')
  const columns = inputsAndOutputs(saved)
  if (
    sizes.length !== columns.length ||
    sizes.some((size) => !(Number.isInteger(size) && size > 0 && size <= limits.itemBytes))
  )
    throw saved.wrong('categorySizes', `${columns.length} counts of categories`)
  return stage(saved, {
    kind: 'oneHot',
    columns: columns.map((names, index) => ({ ...names, categories: sizes[index] as number })),
    dropsLast: saved.boolean('dropLast'),
    keepsInvalid: handleInvalid(saved) === 'keep',
  })
}

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
  if (means.length !== deviations.length) throw saved.wrong('std', `${means.length} numbers`)
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
  if (lows.length !== highs.length) throw saved.wrong('originalMax', `${lows.length} numbers`)
  const [low, high] = [saved.number('min'), saved.number('max')]
  const spans = highs.map((one, index) => one - (lows[index] as number))
  return scaled(
    saved,
    lows,
    spans.map((span) => (span === 0 ? 0 : (high - low) / span)),
    spans.map((span) => (span === 0 ? 0.5 * (high - low) + low : low)),
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
  const columns = inputsAndOutputs(saved).map((names) => ({ ...names, bounds: saved.numbers('splits') }))
  for (const { bounds } of columns)
    if (bounds.length < 3 || bounds.some((bound, index) => index > 0 && !(bound > (bounds[index - 1] as number))))
      throw saved.wrong('splits', 'three or more ascending numbers')
  return stage(saved, { kind: 'bucketizer', columns, invalid: handleInvalid(saved) })
}

export const features: SparkFamily = {
  'org.apache.spark.ml.feature.VectorAssembler': assembler,
  'org.apache.spark.ml.feature.StringIndexerModel': stringIndexer,
  'org.apache.spark.ml.feature.IndexToString': indexToString,
  'org.apache.spark.ml.feature.OneHotEncoderModel': oneHotEncoder,
  'org.apache.spark.ml.feature.StandardScalerModel': standardScaler,
  'org.apache.spark.ml.feature.MinMaxScalerModel': minMaxScaler,
  'org.apache.spark.ml.feature.MaxAbsScalerModel': maxAbsScaler,
  'org.apache.spark.ml.feature.ImputerModel': imputer,
  'org.apache.spark.ml.feature.Bucketizer': bucketizer,
}
