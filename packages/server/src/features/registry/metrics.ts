import type { Origin } from '@modelsmith/api'
import type { ModelRow } from '../models/index.ts'

/** Scores of a training, but for those of a holdout that is locked. */
export const metricsOf = ({
  scores,
  holdout_unlocked,
}: Pick<ModelRow, 'scores' | 'holdout_unlocked'>): Origin['metrics'] => {
  const parts = {
    'cross validation': scores.crossValidation,
    validation: scores.validation,
    holdout: holdout_unlocked ? scores.holdout : null,
  }
  return Object.entries(parts).flatMap(([part, of]) =>
    Object.entries(of ?? {}).flatMap(([name, value]) => (typeof value === 'number' ? [{ part, name, value }] : [])),
  )
}
