import type { ChangeRequest, Difference } from '@modelsmith/api'
import type { ApprovalAction, Importance } from '@modelsmith/domain'

export const importanceWords: Readonly<Record<Importance, string>> = {
  low: 'Low',
  moderate: 'Moderate',
  high: 'High',
  critical: 'Critical',
}

export const actionWords: Readonly<Record<ApprovalAction, string>> = {
  create: 'Begin to answer',
  change: 'Change settings',
  replace: 'Replace the model',
  delete: 'Delete it',
}

const whatWords: Readonly<Record<Difference['what'], string>> = {
  deployment: 'Deployment',
  model: 'Model',
  importance: 'Importance',
  updates: 'Updates',
  associationColumn: 'Association column',
}

export const wordsOf = ({ what, before, after }: Difference) =>
  ({ what: whatWords[what], before: before ?? 'none', after: after ?? 'none' }) as const

export const stateWords: Readonly<Record<ChangeRequest['state'], string>> = {
  open: 'Waits for approval',
  done: 'Approved and done',
  failed: 'Approved, and could not be done',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
}
