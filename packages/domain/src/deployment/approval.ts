import Type, { type Static } from 'typebox'
import { nextState, type Transitions } from '../state-machine.ts'

/** How much depends on a deployment, from the least to the most. */
export const importances = ['low', 'moderate', 'high', 'critical'] as const
export const Importance = Type.Enum(importances, {
  description:
    'How much depends on it; administrators decide for each importance what needs a second person’s approval',
})
export type Importance = Static<typeof Importance>

/** What can need approval. A rollback and a pause never do: they end harm. */
export const approvalActions = ['create', 'change', 'replace', 'delete'] as const
export const ApprovalAction = Type.Enum(approvalActions, {
  description:
    'create: begin to answer; change: lower the importance, or set something that alters answers; replace: put another model behind it; delete: take it down',
})
export type ApprovalAction = Static<typeof ApprovalAction>

const Covered = Type.Array(ApprovalAction, { uniqueItems: true, maxItems: approvalActions.length })

/** For each importance, what needs a second person's approval. */
export const ApprovalPolicy = Type.Object(
  { low: Covered, moderate: Covered, high: Covered, critical: Covered },
  { additionalProperties: false, $id: 'ApprovalPolicy' },
)
export type ApprovalPolicy = Static<typeof ApprovalPolicy>

export const isLowered = (from: Importance, to: Importance): boolean =>
  importances.indexOf(to) < importances.indexOf(from)

/** Settings of a deployment that change may need approval for. */
export type GovernedSettings = {
  readonly importance: Importance
  readonly updates: string
  readonly associationColumn: string | null
  readonly fallbackId: string | null
}

/** What of a change is more than a name, a description or a raised importance. */
export const governedChanges = (
  from: GovernedSettings,
  to: { readonly [Key in keyof GovernedSettings]?: GovernedSettings[Key] | undefined },
): readonly (keyof GovernedSettings)[] => {
  const { importance = from.importance, updates = from.updates, associationColumn = from.associationColumn } = to
  const { fallbackId = from.fallbackId } = to
  return [
    ...(isLowered(from.importance, importance) ? ['importance' as const] : []),
    ...(updates === from.updates ? [] : ['updates' as const]),
    ...(associationColumn === from.associationColumn ? [] : ['associationColumn' as const]),
    ...(fallbackId === from.fallbackId ? [] : ['fallbackId' as const]),
  ]
}

export const changeRequestStates = ['open', 'done', 'failed', 'rejected', 'withdrawn'] as const
export const ChangeRequestState = Type.Enum(changeRequestStates, {
  description:
    'open: waits for a second person; done: approved and carried out; failed: approved, and could not be carried out any more',
})
export type ChangeRequestState = Static<typeof ChangeRequestState>
export type ChangeRequestEvent = 'approve' | 'fail' | 'reject' | 'withdraw'

export const changeRequestTransitions: Transitions<ChangeRequestState, ChangeRequestEvent> = [
  ['open', 'approve', 'done'],
  ['open', 'fail', 'failed'],
  ['open', 'reject', 'rejected'],
  ['open', 'withdraw', 'withdrawn'],
]
export const nextChangeRequestState = nextState(changeRequestTransitions)
