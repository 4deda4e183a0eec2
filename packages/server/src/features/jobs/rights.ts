import type { StoredError } from '@modelsmith/api'
import { may, strongest, withoutSource } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { noteDenied, noteSubject } from '../../infra/audit/recording.ts'
import { infraError } from '../../infra/errors.ts'
import { findObjects } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import * as store from './store.ts'

/** What works on rows that somebody sent, or chose, is theirs alone. */
const ownOnly: ReadonlySet<store.JobRow['kind']> = new Set([
  'predictFile',
  'scoreBatch',
  'explainRows',
  'askModelFile',
  'splitRows',
  'askKeptRows',
])

/**
 * The job, if the caller may do this to it: theirs, or one that works for something that they have a role on. What somebody sent to be
 * predicted is theirs alone.
 */
export const authoriseJob = async (
  queries: Queries,
  caller: Principal,
  action: 'view' | 'edit' | 'download',
  id: string,
): Promise<store.JobRow> => {
  const row = await store.findJob(queries, id)
  if (row === undefined) throw infraError('object.notFound', { kind: 'job', id })
  const [subject] = ownOnly.has(row.kind) ? [] : await findObjects(queries, caller, [row.subject_id])
  const reference = {
    kind: 'job' as const,
    owner: row.owner_id,
    organisation: row.organisation_id,
    relation: strongest(subject?.held ?? []),
  }
  const named = { kind: 'job', id, name: row.title }
  if (may(caller, action, reference)) {
    noteSubject(named, { state: row.state })
    return row
  }
  noteDenied(named)
  if (!may(caller, 'view', reference)) throw infraError('object.notFound', { kind: 'job', id })
  throw infraError('object.forbidden', { action: action === 'edit' ? 'cancel' : action, kind: 'job', name: row.title })
}

/** An error as it is told to whoever may not see the code that it came of. */
export const withoutSourceOf = ({ traceback, ...error }: StoredError): StoredError =>
  traceback === undefined ? error : { ...error, traceback: withoutSource(traceback) }
