import { expect, it } from 'vitest'
import { check } from '../validate.ts'
import {
  ApprovalPolicy,
  type GovernedSettings,
  governedChanges,
  isLowered,
  nextChangeRequestState,
} from './approval.ts'

const now: GovernedSettings = { importance: 'high', updates: 'manual', associationColumn: null, fallbackId: null }

it('holds back what lowers the importance or alters answers, and nothing else', () => {
  expect(governedChanges(now, {})).toEqual([])
  expect(governedChanges(now, { importance: 'critical' })).toEqual([])
  expect(governedChanges(now, { importance: 'high', updates: 'manual', associationColumn: null })).toEqual([])
  expect(governedChanges(now, { importance: 'low', updates: 'automatic', associationColumn: 'id' })).toEqual([
    'importance',
    'updates',
    'associationColumn',
  ])
  expect(governedChanges({ ...now, associationColumn: 'id' }, { associationColumn: null })).toEqual([
    'associationColumn',
  ])
  expect(governedChanges(now, { fallbackId: 'deployment_1' })).toEqual(['fallbackId'])
  expect([isLowered('low', 'low'), isLowered('critical', 'high'), isLowered('low', 'critical')]).toEqual([
    false,
    true,
    false,
  ])
})

it('takes a policy that names every importance, and known actions once', () => {
  const policy = { low: [], moderate: [], high: ['replace', 'delete'], critical: ['create'] }
  expect(check(ApprovalPolicy, policy)).toEqual([])
  for (const wrong of [
    { ...policy, high: ['rollback'] },
    { ...policy, high: ['replace', 'replace'] },
    { ...policy, utmost: [] },
    { low: [], moderate: [], high: [] },
    null,
  ])
    expect(check(ApprovalPolicy, wrong)).not.toEqual([])
})

it('decides on a request once', () => {
  expect(nextChangeRequestState('open', 'approve')).toBe('done')
  for (const state of ['done', 'failed', 'rejected', 'withdrawn'] as const)
    for (const event of ['approve', 'fail', 'reject', 'withdraw'] as const)
      expect(nextChangeRequestState(state, event)).toBeUndefined()
})
