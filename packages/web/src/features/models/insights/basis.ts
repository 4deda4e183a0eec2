import type { Model, ModelInsights } from '@modelsmith/api'
import { formatNumber } from '../../../ui/format.ts'

export type Insight<K extends keyof ModelInsights> = NonNullable<ModelInsights[K]>

const words = {
  validation: 'of the validation (fold 1)',
  crossValidation: 'of all folds, each predicted by the model that had not seen it',
  holdout: 'of the holdout',
} as const

type Counted = { readonly rows: number; readonly part: keyof typeof words; readonly weighted?: boolean | undefined }

/** What a chart was computed on. */
export const basisOf = ({ rows, part, weighted }: Counted): string =>
  `${formatNumber(rows)} rows ${words[part]}${weighted === true ? ', each counted by its weight' : ''}`

/** What is added up: rows, or their weights. */
export const countedAs = ({ weighted }: Pick<Counted, 'weighted'>): 'Rows' | 'Weight' =>
  weighted === true ? 'Weight' : 'Rows'

/** What a model answers, as an axis says it: the probability of a class, or its one number. */
export const outputOf = (
  { target, targetType }: Pick<Model, 'target' | 'targetType'>,
  label: string | undefined,
): string =>
  label !== undefined
    ? `Predicted probability of ${label}`
    : targetType === 'anomaly'
      ? 'Anomaly score'
      : `Predicted ${target}`
