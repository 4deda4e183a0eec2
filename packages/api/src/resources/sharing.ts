import { Action, ObjectKind, ObjectRole, Relation } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, idPattern, Nullable, PersonRef, strict, Timestamp } from '../common.ts'

export const GranteeKind = Type.Enum(['person', 'group', 'organisation'])

/** What the caller may do to an object; pages offer that and nothing else. */
export const Access = Type.Object(
  {
    id: Id,
    kind: ObjectKind,
    name: Type.String(),
    owner: PersonRef,
    /** Null where only the role in the organisation allows something. */
    role: Nullable(Relation),
    actions: Type.Array(Action),
  },
  { ...strict, $id: 'Access' },
)
export type Access = Static<typeof Access>

export const Share = Type.Object(
  {
    grantee: Type.Object({ kind: GranteeKind, id: Id, name: Type.String() }, strict),
    role: ObjectRole,
    /** The object that the role was given on, where that is not this one: a role on a project is one on its models. */
    from: Nullable(Type.Object({ kind: ObjectKind, id: Id, name: Type.String() }, strict)),
    grantedBy: Nullable(PersonRef),
    grantedAt: Timestamp,
  },
  { ...strict, $id: 'Share' },
)
export type Share = Static<typeof Share>

export const Shares = Type.Object({ items: Type.Array(Share) }, { ...strict, $id: 'Shares' })

export const ShareGive = Type.Object(
  {
    grantee: Type.String({ pattern: idPattern, description: 'Id of a person, a group, or the organisation' }),
    role: ObjectRole,
  },
  strict,
)
export const OwnerChange = Type.Object(
  { person: Type.String({ pattern: idPattern, description: 'Id of the person who is to own it' }) },
  strict,
)
