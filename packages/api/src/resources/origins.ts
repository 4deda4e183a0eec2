import Type, { type Static } from 'typebox'
import { Id, PersonRef, strict, Timestamp } from '../common.ts'

/** From which installation a release came, in a signed archive. */
export const Origin = Type.Object(
  {
    installation: Type.String({ description: 'As whoever trusts it here has called it' }),
    address: Type.String({ description: 'Where it said that it is' }),
    fingerprint: Type.String({ description: 'SHA-256 of its public key' }),
    modelId: Id,
    modelName: Type.String(),
    releaseId: Id,
    releaseNumber: Type.Integer(),
    publishedAt: Timestamp,
    experiment: Type.String(),
    exportedAt: Timestamp,
    exportedBy: Type.String(),
    importedAt: Timestamp,
    importedBy: PersonRef,
    metrics: Type.Array(Type.Object({ part: Type.String(), name: Type.String(), value: Type.Number() }, strict), {
      description: 'What was measured where it was trained',
    }),
  },
  strict,
)
export type Origin = Static<typeof Origin>
