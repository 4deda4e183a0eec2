import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { subfolders } from './folder.ts'

const maxStages = 1_000

/** Uids need not differ between stages, so that the index in a folder's name tells which is which. */
const pipeline: SparkBuilder = (saved, { folder, build }) => {
  const uids = saved.texts('stageUids')
  if (uids.length > maxStages) throw limitReached('stages', maxStages, { found: uids.length })
  const stages = saved.path === '' ? 'stages' : `${saved.path}/stages`
  const found = subfolders(folder, stages)
  const steps = uids.map((uid, index) => {
    const wanted = found.find((name) => name.endsWith(`_${uid}`) && Number.parseInt(name, 10) === index)
    if (wanted === undefined && uid === saved.metadata['uid']) throw saved.cycle(uid, 'its own stages')
    if (wanted === undefined) throw scoringError('spark.stage', { path: `${stages}/${index}_${uid}` })
    return build(`${stages}/${wanted}`)
  })
  if (found.length !== uids.length)
    throw scoringError('spark.extraStage', { path: stages, found: found.length, expected: uids.length })
  // Rows go through a pipeline of nothing as they are.
  if (steps.length === 0) return { kind: 'stage', name: saved.name, stage: { kind: 'withoutColumns', columns: [] } }
  return { kind: 'pipeline', name: saved.name, steps }
}

/** Searches keep the model that they found best. */
const best: SparkBuilder = (saved, { build }) => build(saved.path === '' ? 'bestModel' : `${saved.path}/bestModel`)

export const pipelines: SparkFamily = {
  'org.apache.spark.ml.PipelineModel': pipeline,
  'pyspark.ml.pipeline.PipelineModel': pipeline,
  'org.apache.spark.ml.tuning.CrossValidatorModel': best,
  'org.apache.spark.ml.tuning.TrainValidationSplitModel': best,
  // Python saves by itself what was judged by an evaluator that Java does not know.
  'pyspark.ml.tuning.CrossValidatorModel': best,
  'pyspark.ml.tuning.TrainValidationSplitModel': best,
}
