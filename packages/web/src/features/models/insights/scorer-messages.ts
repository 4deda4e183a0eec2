import type { Explanation } from '@modelsmith/api'
import type { InputHint } from '@modelsmith/scoring'

type Cell = Explanation['values'][number]

export type ToScorer =
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'predict'; readonly id: number; readonly row: Readonly<Record<string, Cell>> }

export type FromScorer =
  | { readonly kind: 'opened'; readonly hints: Readonly<Record<string, InputHint>> }
  | { readonly kind: 'failed'; readonly message: string }
  /** A number, or the probability of each class of the model. */
  | { readonly kind: 'predicted'; readonly id: number; readonly outputs: readonly number[] }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
