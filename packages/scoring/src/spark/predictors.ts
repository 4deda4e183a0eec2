import type { Model } from '../model/model.ts'
import type { Classifier, ProbabilityLink, SoftmaxRule } from '../stages/classifier.ts'
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

/** The softmax of a class that had a rule of its own before 3.2; from then on they share one, all but the perceptron. */
export const softmax = (saved: Saved, before: SoftmaxRule): ProbabilityLink => ({
  kind: 'softmax',
  rule: saved.isBefore(3, 2) ? before : 'infinite',
})

/** A regression with the columns that its parameters name. */
export const regressor = (saved: Saved, made: Pick<Regressor, 'scores' | 'size'> & Partial<Regressor>): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: { kind: 'regressor', features: saved.text('featuresCol'), prediction: saved.text('predictionCol'), ...made },
})
