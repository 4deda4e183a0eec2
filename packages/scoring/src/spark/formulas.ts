import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'

const stage = (saved: Saved, made: Stage): Model => ({ kind: 'stage', name: saved.name, stage: made })

/** A formula is saved with the pipeline that it became; only its label is left to see to. */
const formula: SparkBuilder = (saved, { build }) => {
  const label = saved.row('data').text('label')
  return {
    kind: 'pipeline',
    name: saved.name,
    steps: [
      build(saved.path === '' ? 'pipelineModel' : `${saved.path}/pipelineModel`),
      stage(saved, { kind: 'formulaLabel', input: label, output: saved.text('labelCol') }),
    ],
  }
}

const columnPruner: SparkBuilder = (saved) =>
  stage(saved, { kind: 'withoutColumns', columns: saved.row('data').texts('columnsToPrune') })

/** Gives other names to the parts of vectors, which no model looks at. */
const attributeRewriter: SparkBuilder = (saved) => stage(saved, { kind: 'withoutColumns', columns: [] })

const interaction: SparkBuilder = (saved) => {
  const inputs = saved.texts('inputCols')
  if (inputs.length < 2) throw saved.wrong('inputCols', 'two or more names')
  return stage(saved, { kind: 'interaction', inputs, output: saved.text('outputCol') })
}

const cosineTransform: SparkBuilder = (saved) =>
  stage(saved, {
    kind: 'cosineTransform',
    input: saved.text('inputCol'),
    output: saved.text('outputCol'),
    isInverse: saved.boolean('inverse'),
  })

export const formulas: SparkFamily = {
  'org.apache.spark.ml.feature.RFormulaModel': formula,
  'org.apache.spark.ml.feature.ColumnPruner': columnPruner,
  'org.apache.spark.ml.feature.VectorAttributeRewriter': attributeRewriter,
  'org.apache.spark.ml.feature.Interaction': interaction,
  'org.apache.spark.ml.feature.DCT': cosineTransform,
}
