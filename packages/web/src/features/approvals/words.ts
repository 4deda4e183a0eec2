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
  fallback: 'Fallback',
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

const toldTo: Readonly<Record<ChangeRequest['notices'][number]['event'], string>> = {
  asked: 'Notices to whoever may decide',
  decided: 'Notice to whoever asked',
}

/** What was told, one line for each way: how many notices were sent, and what keeps the others; nobody is asked to decide what is decided. */
export const toldWords = ({ notices, state }: Pick<ChangeRequest, 'notices' | 'state'>): string[] =>
  (['asked', 'decided'] as const).flatMap((event) =>
    (['mail', 'webhook'] as const).flatMap((channel) => {
      const own = notices.filter((each) => each.event === event && each.channel === channel)
      if (own.length === 0) return []
      const waiting = own.filter(({ sentAt }) => sentAt === null)
      const isLate = event === 'asked' && state !== 'open'
      const why = isLate
        ? 'it was decided first'
        : (waiting.find(({ problem }) => problem !== null)?.problem ?? 'waiting')
      const to = channel === 'mail' ? 'by mail' : 'by the webhook of the deployment'
      const sent = `${own.length - waiting.length} of ${own.length} sent`
      return [`${toldTo[event]}, ${to}: ${sent}${waiting.length === 0 ? '' : ` (${why})`}`]
    }),
  )
