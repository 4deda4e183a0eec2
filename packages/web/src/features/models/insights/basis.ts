import type { ModelInsights } from '@modelsmith/api'
import { formatNumber } from '../../../ui/format.ts'

export type Insight<K extends keyof ModelInsights> = NonNullable<ModelInsights[K]>

const words = {
  validation: 'of the validation (fold 1)',
  crossValidation: 'of all folds, each predicted by the model that had not seen it',
  holdout: 'of the holdout',
} as const

/** What a chart was computed on. */
export const basisOf = ({ rows, part }: { readonly rows: number; readonly part: keyof typeof words }): string =>
  `${formatNumber(rows)} rows ${words[part]}`
