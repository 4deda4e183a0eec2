import { servingError } from '@modelsmith/serving'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import * as store from './store.ts'

/** That the deployment would answer a request now; in the words that a request is refused with. */
export const demandAnswering = async (queries: Queries, id: string): Promise<void> => {
  const found = await store.answeringOf(queries, id)
  if (found === undefined) throw infraError('object.notFound', { kind: 'deployment', id })
  const { waiting, paused_at: at, paused_by: by, pause_reason: reason } = found
  if (waiting)
    throw servingError('serving.withheld', { reason: 'The deployment waits for somebody to approve that it answers.' })
  if (at !== null)
    throw servingError('serving.paused', { id, at: at.toISOString(), by: by ?? '', reason: reason ?? '' })
}
