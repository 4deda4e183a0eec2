import Type, { type Static } from 'typebox'
import { Finding, Id, Nullable, PersonRef, strict, Timestamp } from '../common.ts'

export const Reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '\\S',
  description: 'Why; kept in the history of the deployment',
})

/** One of the two. */
export const ReplacementChoice = Type.Object(
  {
    modelId: Type.Optional(Id),
    modelReleaseId: Type.Optional({ ...Id, description: 'A release of a registered model, in place of modelId' }),
  },
  strict,
)

export const Replacement = Type.Object(
  {
    ...ReplacementChoice.properties,
    reason: Reason,
    acceptChanges: Type.Optional(
      Type.Boolean({ default: false, description: 'Replace it although clients would notice what the check finds' }),
    ),
  },
  strict,
)

export const ReplacementCheck = Type.Object(
  {
    changes: Type.Array(Finding, { description: 'What clients would notice' }),
    refused: Type.Boolean({ description: 'It answers another kind of question: no confirmation helps' }),
  },
  { ...strict, $id: 'ReplacementCheck' },
)
export type ReplacementCheck = Static<typeof ReplacementCheck>

export const RollBack = Type.Object({ reason: Type.Optional(Reason) }, strict)
export const PauseRequest = Type.Object({ reason: Reason }, strict)

export const FallbackChange = Type.Object(
  {
    deploymentId: Nullable({
      ...Id,
      description: 'Answers while the model of this deployment cannot; null: nobody does',
    }),
    reason: Reason,
  },
  strict,
)

export const DeploymentPause = Type.Object({ at: Timestamp, by: PersonRef, reason: Type.String() }, strict)

const ReleaseServed = Type.Object({ id: Id, number: Type.Integer(), modelName: Type.String() }, strict)

/** What happened to what answers for a deployment. */
export const DeploymentEvent = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['deployed', 'replaced', 'followed', 'rolledBack', 'paused', 'resumed', 'fallbackChanged']),
    at: Timestamp,
    by: Nullable(PersonRef),
    approvedBy: Nullable(PersonRef),
    from: Nullable(ReleaseServed),
    to: Nullable(ReleaseServed),
    reason: Nullable(Type.String()),
    changes: Type.Array(Type.String({ description: 'What clients noticed' })),
  },
  { ...strict, $id: 'DeploymentEvent' },
)
export type DeploymentEvent = Static<typeof DeploymentEvent>
