import { ApprovalPolicy } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Nullable, PersonRef, strict, Timestamp } from '../common.ts'

const RunModelFiles = Type.Boolean({
  description:
    'Whether uploaded model files may be run: by the code of an algorithm, in a sandbox without a network. Off until an administrator allows it',
})

const Approvals = {
  ...ApprovalPolicy,
  description:
    'For each importance of a deployment, what of it needs a second person’s approval: create, change, replace, delete. Rolling back and pausing never do',
}

/** What administrators decide for their organisation. */
export const OrganisationSettings = Type.Object(
  {
    runModelFiles: RunModelFiles,
    approvals: Approvals,
    changedBy: Nullable(PersonRef),
    changedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'OrganisationSettings' },
)
export type OrganisationSettings = Static<typeof OrganisationSettings>
export const OrganisationSettingsChange = Type.Object(
  { runModelFiles: Type.Optional(RunModelFiles), approvals: Type.Optional(Approvals) },
  strict,
)
export type OrganisationSettingsChange = Static<typeof OrganisationSettingsChange>
