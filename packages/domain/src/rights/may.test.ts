import { describe, expect, it } from 'vitest'
import { type Action, actions, type Actor, may, type ObjectKind, objectKinds, type Role, roles } from './may.ts'

const actor = (role: Role): Actor => ({ id: 'ann', organisation: 'one', role })
const object = (kind: ObjectKind, owner = 'bob', organisation = 'one') => ({ kind, owner, organisation })
const allowed = (role: Role, kind: ObjectKind, owner?: string): Action[] =>
  actions.filter((action) => may(actor(role), action, object(kind, owner)))

describe('may', () => {
  it('denies everything across organisations, to administrators too', () => {
    for (const role of roles) {
      for (const kind of objectKinds) {
        expect(actions.filter((action) => may(actor(role), action, object(kind, 'ann', 'two')))).toEqual([])
      }
    }
  })

  it('lets a viewer look and ask deployments, and nothing more', () => {
    for (const kind of objectKinds) {
      const expected = { token: [], deployment: ['view', 'predict'] }[kind as string] ?? ['view']
      expect([kind, allowed('viewer', kind)]).toEqual([kind, expected])
    }
  })

  it('keeps a former member, now a viewer, from changing what is theirs', () => {
    expect(allowed('viewer', 'dataset', 'ann')).toEqual(['view'])
  })

  it('lets a member make things and change only their own', () => {
    expect(allowed('member', 'dataset')).toEqual(['view', 'create', 'run'])
    expect(allowed('member', 'dataset', 'ann')).toEqual(['view', 'edit', 'delete', 'create', 'run'])
    expect(allowed('member', 'model', 'ann')).toContain('deploy')
    expect(allowed('member', 'job')).toEqual(['view'])
    expect(allowed('member', 'job', 'ann')).toContain('edit')
  })

  it('shows a token to its owner; an administrator may also remove it, not use or make it', () => {
    expect(allowed('member', 'token')).toEqual([])
    expect(allowed('member', 'token', 'ann')).toEqual(['view', 'edit', 'delete', 'create'])
    expect(allowed('viewer', 'token', 'ann')).toEqual(['view', 'edit', 'delete', 'create'])
    expect(allowed('administrator', 'token')).toEqual(['view', 'delete'])
  })

  it('leaves people, roles and settings to administrators', () => {
    expect(allowed('administrator', 'organisation')).toEqual(['view', 'edit', 'administer'])
    expect(allowed('member', 'organisation')).toEqual(['view'])
    expect(allowed('member', 'person', 'ann')).toEqual(['view', 'edit'])
    expect(roles.filter((role) => may(actor(role), 'administer', object('person', 'ann')))).toEqual(['administrator'])
  })
})
