import type { Model } from '../model/model.ts'
import type { Classifier, ProbabilityLink } from '../stages/classifier.ts'
import type { Regressor } from '../stages/regressor.ts'
import { classifierColumns, thresholdsOrHighest } from './columns.ts'
import type { Saved } from './saved.ts'

/** A classifier with the columns that its parameters name; the highest score, or thresholds, decide where nothing else does. */
export const classifier = (
  saved: Saved,
  made: Pick<Classifier, 'size' | 'classes' | 'scores' | 'link'> & Partial<Classifier>,
): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: {
    kind: 'classifier',
    features: saved.text('featuresCol'),
    isOneScore: false,
    decision: made.decision ?? thresholdsOrHighest(saved, made.classes),
    columns: classifierColumns(saved),
    ...made,
  },
})

/** From 3.2 on Spark has one softmax for all. */
export const softmax = (saved: Saved): ProbabilityLink => ({ kind: 'softmax', isNew: !saved.isBefore(3, 2) })

/** A regression with the columns that its parameters name. */
export const regressor = (saved: Saved, made: Pick<Regressor, 'scores' | 'size'> & Partial<Regressor>): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: { kind: 'regressor', features: saved.text('featuresCol'), prediction: saved.text('predictionCol'), ...made },
})
