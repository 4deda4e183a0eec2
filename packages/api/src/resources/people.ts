import { Role } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Description, Id, idPattern, Name, Nullable, PersonRef, strict, Timestamp } from '../common.ts'

const Email = Type.String({ maxLength: 320, pattern: '^[^\\s@]+@[^\\s@]+$' })
export const Password = Type.String({ minLength: 12, maxLength: 1000, description: 'At least 12 characters' })

/** Somebody of the organisation, as the others see them. */
export const Member = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Nullable(Type.String({ description: 'Null for a service account' })),
    role: Role,
    state: Type.Enum(['active', 'invited', 'locked', 'deactivated']),
    groups: Type.Array(PersonRef),
    createdAt: Timestamp,
    version: Type.Integer({ minimum: 1 }),
  },
  { ...strict, $id: 'Member' },
)
export type Member = Static<typeof Member>

export const MemberCreate = Type.Object(
  { name: Name, email: Type.Optional(Email), role: Role },
  { ...strict, description: 'A service account has no email; everybody else needs one' },
)
export const MemberChange = Type.Object({ name: Type.Optional(Name), role: Type.Optional(Role) }, strict)

/** The secret is shown once: whoever has it chooses the password. */
export const Invitation = Type.Object(
  {
    secret: Type.String(),
    expiresAt: Timestamp,
    mailed: Type.Boolean({ description: 'Whether it was sent to the person by mail' }),
  },
  { ...strict, $id: 'Invitation' },
)
export type Invitation = Static<typeof Invitation>
export const MemberCreated = Type.Object(
  { person: Member, invitation: Nullable(Invitation) },
  { ...strict, $id: 'MemberCreated' },
)
export const Deactivation = Type.Object(
  {
    successor: Type.Optional(
      Type.String({
        pattern: idPattern,
        description: 'Id of the person who gets what they own; needed where they own something',
      }),
    ),
  },
  strict,
)
export const InvitationAccept = Type.Object({ secret: Type.String({ maxLength: 200 }), password: Password }, strict)
export const PasswordChange = Type.Object({ current: Type.String({ maxLength: 1000 }), password: Password }, strict)

export const PersonGroup = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.String(),
    members: Type.Array(PersonRef),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Type.Integer({ minimum: 1 }),
  },
  { ...strict, $id: 'PersonGroup' },
)
export type PersonGroup = Static<typeof PersonGroup>
const members = Type.Array(Id, { maxItems: 10_000, description: 'Ids of people' })
export const GroupCreate = Type.Object(
  { name: Name, description: Type.Optional(Description), members: Type.Optional(members) },
  strict,
)
export const GroupChange = Type.Partial(GroupCreate, strict)
