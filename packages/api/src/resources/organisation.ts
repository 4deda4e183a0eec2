import Type, { type Static } from 'typebox'
import { Nullable, PersonRef, strict, Timestamp } from '../common.ts'

const RunModelFiles = Type.Boolean({
  description:
    'Whether uploaded model files may be run: by the code of an algorithm, in a sandbox without a network. Off until an administrator allows it',
})

/** What administrators decide for their organisation. */
export const OrganisationSettings = Type.Object(
  { runModelFiles: RunModelFiles, changedBy: Nullable(PersonRef), changedAt: Nullable(Timestamp) },
  { ...strict, $id: 'OrganisationSettings' },
)
export type OrganisationSettings = Static<typeof OrganisationSettings>
export const OrganisationSettingsChange = Type.Object({ runModelFiles: RunModelFiles }, strict)
