import type { CountsSnapshot } from '../deployment-metrics.ts'
import type { ServingStatus } from '../manifest.ts'

/** What a prediction process tells the one that started it. */
export type FromMember =
  | { readonly ready: true }
  | { readonly status: ServingStatus }
  | { readonly counts: CountsSnapshot; readonly ask?: number }

/** The counts of the others, for the member that asked. */
export type ToMember = { readonly answer: number; readonly others: readonly CountsSnapshot[] }

/** Of which of several prediction processes this is, in its environment. */
export const slotVariable = 'MODELSMITH_SERVING_SLOT'
