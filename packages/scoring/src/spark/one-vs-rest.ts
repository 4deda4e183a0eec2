import { scoringError } from '../errors.ts'
import { limitReached } from '../limits.ts'
import type { Classifier } from '../stages/classifier.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import { columnIfAny } from './columns.ts'

const maxClasses = 10_000

/** A model for each class, each of which tells it from all others. */
const oneVsRestModel: SparkBuilder = (saved, { build }) => {
  const classes = saved.count('numClasses')
  if (classes > maxClasses) throw limitReached('classes', maxClasses, { found: classes })
  const members = Array.from({ length: classes }, (_, index): Classifier => {
    const model = build(saved.path === '' ? `model_${index}` : `${saved.path}/model_${index}`)
    if (model.kind !== 'stage' || model.stage.kind !== 'classifier' || model.stage.columns.raw === '')
      throw scoringError('model.class', { name: saved.className, why: `its model ${index} gives no raw scores` })
    return model.stage
  })
  const rawColumn = columnIfAny(saved, 'rawPredictionCol')
  return {
    kind: 'stage',
    name: saved.name,
    stage: { kind: 'oneVsRest', members, rawColumn, prediction: saved.text('predictionCol') },
  }
}

export const oneVsRest: SparkFamily = {
  'org.apache.spark.ml.classification.OneVsRestModel': oneVsRestModel,
}
