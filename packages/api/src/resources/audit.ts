import Type, { type Static } from 'typebox'
import { Nullable, strict, Timestamp } from '../common.ts'

/** A change, or an attempt that was denied. `hash` is SHA-256 over the canonical JSON of all other fields. */
export const AuditEntry = Type.Object(
  {
    sequence: Type.Integer({ minimum: 1 }),
    at: Timestamp,
    actor: Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() }, strict),
    operation: Type.String({ description: 'As the API names it' }),
    outcome: Type.Enum(['done', 'denied']),
    errorCode: Nullable(Type.String()),
    object: Nullable(Type.Object({ kind: Type.String(), id: Type.String(), name: Nullable(Type.String()) }, strict)),
    before: Type.Unknown({ description: 'The object as it was' }),
    after: Type.Unknown({ description: 'What was asked for; secrets are withheld' }),
    address: Type.String({ description: 'Where the request came from' }),
    requestId: Type.String(),
    previousHash: Type.String(),
    hash: Type.String(),
  },
  { ...strict, $id: 'AuditEntry' },
)
export type AuditEntry = Static<typeof AuditEntry>

export const AuditCheck = Type.Object(
  {
    valid: Type.Boolean(),
    entries: Type.Integer(),
    brokenAt: Nullable(Type.Integer({ description: 'The first entry that does not fit' })),
    head: Type.String({
      description: 'Hash of the last entry that fits; keep it elsewhere to tell whether the end was cut off',
    }),
  },
  { ...strict, $id: 'AuditCheck' },
)
