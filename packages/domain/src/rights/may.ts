import {
  type Action,
  actions,
  type ObjectKind,
  type Relation,
  relations,
  type RightsRow,
  rights,
  type Role,
} from './table.ts'

export type Actor = { readonly id: string; readonly organisation: string; readonly role: Role }
export type ObjectRef = {
  readonly kind: ObjectKind
  readonly organisation: string
  readonly owner: string
  /** The actor's role on it, where it is not theirs. */
  readonly relation?: Relation | undefined
}

type Table = Readonly<Record<ObjectKind, RightsRow>>

/**
 * Whether the actor may do this to the object. For `create`, the object is the one to be made, owned by the actor.
 * Denied unless a row of the table allows it; never across organisations.
 */
export const may = (actor: Actor, action: Action, object: ObjectRef, table: Table = rights): boolean => {
  if (actor.organisation !== object.organisation) return false
  const row = table[object.kind]
  if (row.organisation[actor.role]?.includes(action) === true) return true
  const relation = actor.id === object.owner ? 'owner' : object.relation
  if (relation === undefined || row.object[relation]?.includes(action) !== true) return false
  return actor.role !== 'viewer' || row.viewer.includes(action)
}

/** All that the actor may do to the object: what pages offer. */
export const allowedActions = (actor: Actor, object: ObjectRef): Action[] =>
  actions.filter((action) => may(actor, action, object))

/** Who may do this to objects of the kind: a whole role of the organisation, else whoever has one of these roles on the object. */
export const relationsThatMay = (role: Role, action: Action, kind: ObjectKind): 'all' | readonly Relation[] => {
  const row = rights[kind]
  if (row.organisation[role]?.includes(action) === true) return 'all'
  if (role === 'viewer' && !row.viewer.includes(action)) return []
  return relations.filter((relation) => row.object[relation]?.includes(action) === true)
}

/** The role that allows most, of those that somebody has in one way or another. */
export const strongest = (held: readonly Relation[]): Relation | undefined =>
  relations.find((relation) => held.includes(relation))
