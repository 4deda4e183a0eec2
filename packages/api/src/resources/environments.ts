import { EnvironmentVersionState } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Finding, Id, Name, Nullable, objectFields, PersonRef, StoredError, strict, Timestamp } from '../common.ts'
import { TaskFile } from './tasks.ts'

const Language = Type.Object(
  {
    language: Type.Enum(['python', 'r']),
    version: Type.String(),
    packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
    /** What the worker needs and the image lacks; tasks of the language do not run then. */
    missing: Type.Array(Type.String()),
  },
  strict,
)

/** A folder with a Dockerfile, and the image that was built from it. */
export const EnvironmentVersion = Type.Object(
  {
    id: Id,
    environmentId: Id,
    environmentName: Type.String(),
    number: Type.Integer({ minimum: 1 }),
    /** What a task names it by in its metadata. */
    reference: Type.String({ description: '`NAME@NUMBER`' }),
    state: EnvironmentVersionState,
    error: Nullable(StoredError),
    files: Type.Array(TaskFile),
    contentHash: Type.String(),
    languages: Type.Array(Language),
    imageId: Nullable(Type.String()),
    warnings: Type.Array(Finding),
    note: Nullable(Type.String()),
    jobId: Nullable(Type.String()),
    createdAt: Timestamp,
  },
  { ...strict, $id: 'EnvironmentVersion' },
)
export type EnvironmentVersion = Static<typeof EnvironmentVersion>

export const CustomEnvironment = Type.Object(
  { ...objectFields, description: Type.String(), latest: EnvironmentVersion },
  { ...strict, $id: 'CustomEnvironment' },
)
export type CustomEnvironment = Static<typeof CustomEnvironment>

export const EnvironmentChange = Type.Object(
  { name: Type.Optional(Name), description: Type.Optional(Type.String({ maxLength: 10_000 })) },
  strict,
)

/** Leave of an administrator for a version of a task to use the network. */
export const NetworkGrant = Type.Object(
  {
    id: Id,
    taskVersionId: Id,
    taskName: Type.String(),
    number: Type.String(),
    grantedBy: PersonRef,
    grantedAt: Timestamp,
    reason: Type.String(),
    revokedBy: Nullable(PersonRef),
    revokedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'NetworkGrant' },
)
export type NetworkGrant = Static<typeof NetworkGrant>

export const NetworkGrantCreate = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S', description: 'Why; it is kept' }) },
  strict,
)

/** A version of a task that asks for the network, with what was said to it so far, newest first. */
export const NetworkRequest = Type.Object(
  {
    taskVersionId: Id,
    taskId: Id,
    taskName: Type.String(),
    number: Type.String(),
    granted: Type.Boolean(),
    grants: Type.Array(NetworkGrant),
  },
  { ...strict, $id: 'NetworkRequest' },
)
export type NetworkRequest = Static<typeof NetworkRequest>
