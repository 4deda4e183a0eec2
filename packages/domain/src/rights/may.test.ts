import { describe, expect, it } from 'vitest'
import { type Actor, allowedActions, may, relationsThatMay, strongest } from './may.ts'
import {
  type Action,
  actionMeanings,
  actions,
  type ObjectKind,
  objectKinds,
  type Relation,
  relations,
  type Role,
  rights,
  roles,
  sharedKinds,
} from './table.ts'

const actor = (role: Role): Actor => ({ id: 'ann', organisation: 'one', role })
const object = (kind: ObjectKind, relation?: Relation, organisation = 'one') => ({
  kind,
  owner: 'bob',
  organisation,
  relation,
})
const allowed = (role: Role, kind: ObjectKind, relation?: Relation): Action[] =>
  allowedActions(actor(role), object(kind, relation))

describe('may', () => {
  it('denies everything across organisations, to administrators and owners too', () => {
    for (const role of roles)
      for (const kind of objectKinds)
        for (const relation of relations)
          expect(allowedActions(actor(role), { ...object(kind, relation, 'two'), owner: 'ann' })).toEqual([])
  })

  it('shows a member nothing that people make, unless it was shared', () => {
    for (const kind of sharedKinds) {
      expect([kind, allowed('member', kind)]).toEqual([kind, kind === 'environment' ? [] : ['create']])
      expect(allowed('viewer', kind)).toEqual([])
      for (const relation of ['owner', 'editor', 'consumer'] as const)
        expect([kind, relation, allowed('member', kind, relation)]).toEqual([
          kind,
          relation,
          expect.arrayContaining(['view']),
        ])
    }
  })

  it('gives an editor all that a consumer has, and an owner all that an editor has, to share and to delete', () => {
    for (const kind of sharedKinds) {
      const { consumer = [], editor = [], owner = [] } = rights[kind].object
      expect([kind, editor]).toEqual([kind, expect.arrayContaining([...consumer, 'edit'])])
      expect([kind, owner]).toEqual([kind, expect.arrayContaining([...editor, 'share', 'delete'])])
      expect(editor).not.toContain('share')
    }
  })

  it('lets an executor execute tasks and environments, and neither see nor use them', () => {
    for (const kind of objectKinds) {
      const expected = kind === 'task' || kind === 'environment' ? ['execute'] : []
      expect([kind, rights[kind].object.executor ?? []]).toEqual([kind, expected])
    }
  })

  it('lets a viewer look and ask deployments, whatever they were given', () => {
    for (const kind of sharedKinds)
      for (const relation of ['owner', 'editor', 'consumer'] as const) {
        const expected = kind === 'deployment' ? ['view', 'predict'] : ['view']
        expect([kind, allowed('viewer', kind, relation)]).toEqual([kind, expected])
      }
    expect(allowed('viewer', 'task', 'executor')).toEqual([])
  })

  it('shows a token to its owner; an administrator may also remove it, not use or make it', () => {
    expect(allowed('member', 'token')).toEqual([])
    for (const role of ['member', 'viewer'] as const)
      expect(allowed(role, 'token', 'owner')).toEqual(['view', 'edit', 'delete', 'create'])
    expect(allowed('administrator', 'token')).toEqual(['view', 'delete'])
  })

  it('leaves people, groups, roles and settings to administrators', () => {
    expect(allowed('administrator', 'organisation')).toEqual(['view', 'edit', 'administer'])
    expect(allowed('member', 'organisation')).toEqual(['view'])
    expect(allowed('member', 'group')).toEqual(['view'])
    expect(allowed('member', 'person', 'owner')).toEqual(['view', 'edit'])
    expect(roles.filter((role) => may(actor(role), 'administer', object('person', 'owner')))).toEqual(['administrator'])
  })
})

it('says for lists exactly what it says of each object', () => {
  for (const role of roles)
    for (const kind of objectKinds)
      for (const action of actions) {
        const rule = relationsThatMay(role, action, kind)
        for (const relation of relations)
          expect([role, kind, action, relation, rule === 'all' || rule.includes(relation)]).toEqual([
            role,
            kind,
            action,
            relation,
            may(actor(role), action, object(kind, relation)),
          ])
      }
})

it('takes the role that allows most', () => {
  expect(strongest(['consumer', 'owner', 'executor'])).toBe('owner')
  expect(strongest(['executor', 'consumer'])).toBe('consumer')
  expect(strongest([])).toBe(undefined)
})

it('says in words what each action means', () => {
  expect(Object.keys(actionMeanings)).toEqual([...actions])
})
