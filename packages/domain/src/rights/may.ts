import Type, { type Static } from 'typebox'

export const roles = ['administrator', 'member', 'viewer'] as const
export const Role = Type.Enum(roles)
export type Role = Static<typeof Role>

export const objectKinds = [
  'organisation',
  'person',
  'token',
  'dataset',
  'task',
  'environment',
  'blueprint',
  'project',
  'trainingRun',
  'model',
  'release',
  'deployment',
  'job',
] as const
export const ObjectKind = Type.Enum(objectKinds)
export type ObjectKind = Static<typeof ObjectKind>

export const actions = ['view', 'edit', 'delete', 'create', 'run', 'deploy', 'predict', 'administer'] as const
export type Action = (typeof actions)[number]

export type Actor = { readonly id: string; readonly organisation: string; readonly role: Role }
export type ObjectRef = { readonly kind: ObjectKind; readonly owner: string; readonly organisation: string }

/** Who one is to an object: its owner as well as one's role. */
type Relation = Role | 'owner'
type Rights = Readonly<Partial<Record<Relation, readonly Action[]>>>

const everything: readonly Action[] = ['view', 'edit', 'delete', 'create', 'run', 'deploy', 'predict']
/** Work that members share: all may use it, its owner may change it. */
const shared: Rights = {
  administrator: everything,
  owner: ['view', 'edit', 'delete'],
  member: ['view', 'create', 'run'],
  viewer: ['view'],
}
const personal: Rights = { owner: ['view', 'edit', 'delete', 'create'], administrator: ['view', 'delete'] }

/** What is not in this table is denied. A viewer who owns something (made in an earlier role) may still only look. */
export const rights: Readonly<Record<ObjectKind, Rights>> = {
  organisation: { administrator: ['view', 'edit', 'administer'], member: ['view'], viewer: ['view'] },
  person: {
    administrator: ['view', 'edit', 'delete', 'create', 'administer'],
    owner: ['view', 'edit'],
    member: ['view'],
    viewer: ['view'],
  },
  token: personal,
  dataset: shared,
  task: shared,
  environment: { administrator: everything, member: ['view', 'run'], viewer: ['view'] },
  blueprint: shared,
  project: shared,
  trainingRun: shared,
  model: {
    ...shared,
    owner: ['view', 'edit', 'delete', 'deploy'],
    member: ['view', 'create', 'run', 'deploy', 'predict'],
  },
  release: { ...shared, owner: ['view', 'edit', 'delete', 'deploy'], member: ['view', 'create', 'deploy'] },
  deployment: {
    administrator: everything,
    owner: ['view', 'edit', 'delete', 'deploy', 'predict'],
    member: ['view', 'create', 'predict'],
    viewer: ['view', 'predict'],
  },
  job: {
    administrator: ['view', 'edit', 'delete'],
    owner: ['view', 'edit', 'delete', 'create'],
    member: ['view'],
    viewer: ['view'],
  },
}

/**
 * Whether the actor may do this to the object. For `create`, the object is the one to be made, owned by the actor.
 * Denied unless a row of the table allows it; never across organisations.
 */
export const may = (actor: Actor, action: Action, object: ObjectRef): boolean => {
  if (actor.organisation !== object.organisation) return false
  const row = rights[object.kind]
  if (row[actor.role]?.includes(action) === true) return true
  return actor.id === object.owner && canOwn(actor, object) && row.owner?.includes(action) === true
}

/** Viewers own nothing but themselves and their tokens. */
const canOwn = (actor: Actor, { kind }: ObjectRef): boolean =>
  actor.role !== 'viewer' || kind === 'person' || kind === 'token'
