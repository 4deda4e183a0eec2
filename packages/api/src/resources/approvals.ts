import { ApprovalAction, ChangeRequestState, Importance } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Name, Nullable, PageQuery, PersonRef, StoredError, strict, Timestamp } from '../common.ts'
import { Reason, Replacement } from './governance.ts'

export const Updates = Type.Enum(['manual', 'automatic'], {
  description: 'automatic: follows the latest release of its registered model, where its clients would not notice',
})

/** What of a deployment's settings a change request can ask for. */
export const SettingsAsked = Type.Object(
  {
    importance: Type.Optional(Importance),
    updates: Type.Optional(Updates),
    associationColumn: Type.Optional(Nullable(Name)),
    fallbackId: Type.Optional(Nullable({ ...Id, description: 'The deployment that answers while the model cannot' })),
  },
  { ...strict, minProperties: 1 },
)
export type SettingsAsked = Static<typeof SettingsAsked>

const { reason: _, ...replacement } = Replacement.properties
export const ReplacementAsked = Type.Object(replacement, strict)
export type ReplacementAsked = Static<typeof ReplacementAsked>

export const ChangeRequestCreate = Type.Object(
  {
    action: ApprovalAction,
    settings: Type.Optional({ ...SettingsAsked, description: 'Of change: what to set' }),
    replacement: Type.Optional({ ...ReplacementAsked, description: 'Of replace: what is to answer' }),
    reason: Type.String({ ...Reason, description: 'Why; shown to whoever decides, and kept' }),
  },
  strict,
)
export type ChangeRequestCreate = Static<typeof ChangeRequestCreate>

export const Rejection = Type.Object(
  { reason: Type.String({ ...Reason, description: 'Why not; shown to whoever asked, and kept' }) },
  strict,
)

export const ChangeRequestQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(ChangeRequestState),
    deployment: Type.Optional({ ...Id, description: 'Only those of this deployment' }),
  },
  strict,
)

/** One thing that would be different. */
const Difference = Type.Object(
  {
    what: Type.Enum(['deployment', 'model', 'importance', 'updates', 'associationColumn', 'fallback']),
    before: Nullable(Type.String()),
    after: Nullable(Type.String()),
  },
  strict,
)
export type Difference = Static<typeof Difference>

/** Told by mail to one person, or to the webhook of the deployment. */
const RequestNotice = Type.Object(
  {
    event: Type.Enum(['asked', 'decided']),
    channel: Type.Enum(['mail', 'webhook']),
    at: Timestamp,
    sentAt: Nullable(Timestamp),
    problem: Nullable(Type.String({ description: 'Why it was not sent yet' })),
  },
  strict,
)

/** Something that somebody has asked to do with a deployment, which nobody does until a second person approves. */
export const ChangeRequest = Type.Object(
  {
    id: Id,
    deployment: Type.Object({ id: Id, name: Type.String(), isDeleted: Type.Boolean() }, strict),
    action: ApprovalAction,
    settings: Nullable(SettingsAsked),
    replacement: Nullable(ReplacementAsked),
    differences: Type.Array(Difference, {
      description: 'Exactly what would be different, as it was when it was asked',
    }),
    noticed: Type.Array(Type.String({ description: 'What clients would notice' })),
    reason: Type.String(),
    state: ChangeRequestState,
    askedBy: PersonRef,
    createdAt: Timestamp,
    deploymentVersion: Type.Integer({ description: 'The version of the deployment that it was asked for' }),
    isOutdated: Type.Boolean({
      description: 'The deployment was changed since: it can no longer be carried out as it was asked',
    }),
    decidedBy: Nullable(PersonRef),
    decidedAt: Nullable(Timestamp),
    decisionReason: Nullable(Type.String()),
    problem: Nullable(StoredError),
    notices: Type.Array(RequestNotice, {
      description: 'That it was asked goes to whoever may decide; what was said to it, to whoever asked',
    }),
    mayDecide: Type.Boolean({ description: 'Whether it waits for the caller among others' }),
    mayWithdraw: Type.Boolean(),
  },
  { ...strict, $id: 'ChangeRequest' },
)
export type ChangeRequest = Static<typeof ChangeRequest>
