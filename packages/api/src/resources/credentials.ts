import Type, { type Static } from 'typebox'
import { Description, Id, idPattern, Name, objectFields, PersonRef, strict, Timestamp } from '../common.ts'

const CredentialType = Type.Enum(['database', 's3', 'kafka', 'mail', 'other'])
/** Values are written and never read: no answer has them. */
const Fields = Type.Record(
  Type.String({ pattern: '^[a-z][a-zA-Z0-9_]{0,63}$' }),
  Type.String({ minLength: 1, maxLength: 20_000 }),
  {
    minProperties: 1,
    maxProperties: 20,
    additionalProperties: false,
    writeOnly: true,
    description: 'Such as {"user": "…", "password": "…"}; kept encrypted, in no answer',
  },
)

export const Credential = Type.Object(
  {
    ...objectFields,
    description: Type.String(),
    type: CredentialType,
    fieldNames: Type.Array(Type.String()),
    /** Which of the operator's keys it is encrypted with. */
    keyId: Type.String(),
    grants: Type.Integer({ description: 'Versions of tasks that it reaches' }),
  },
  { ...strict, $id: 'Credential' },
)
export type Credential = Static<typeof Credential>
export const CredentialCreate = Type.Object(
  { name: Name, description: Type.Optional(Description), type: CredentialType, fields: Fields },
  strict,
)
export const CredentialChange = Type.Object(
  { name: Type.Optional(Name), description: Type.Optional(Description), fields: Type.Optional(Fields) },
  strict,
)

/** What the hooks of one version of a task find in their environment. */
export const CredentialGrant = Type.Object(
  {
    taskVersionId: Id,
    taskId: Id,
    taskName: Type.String(),
    number: Type.String({ description: 'Of the version' }),
    variables: Type.Array(Type.String(), { description: 'Names of the environment variables' }),
    predictions: Type.Boolean({ description: 'Whether they are there where a model predicts, beside its training' }),
    grantedBy: PersonRef,
    grantedAt: Timestamp,
  },
  { ...strict, $id: 'CredentialGrant' },
)
export type CredentialGrant = Static<typeof CredentialGrant>
export const CredentialGrantCreate = Type.Object(
  {
    taskVersionId: Type.String({ pattern: idPattern }),
    prefix: Type.String({
      pattern: '^[A-Z][A-Z0-9_]{0,31}$',
      description: 'Of the variables: WAREHOUSE gives WAREHOUSE_PASSWORD for the field password',
    }),
    predictions: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether whoever predicts a file or a dataset with a model has them reach the hooks too',
      }),
    ),
  },
  strict,
)
