import { keptRows } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { queueJob } from '../jobs/index.ts'
import type { ScorePayload } from './score-job.ts'
import * as store from './store.ts'
import { nameOf } from './words.ts'

type Added = Pick<
  Parameters<typeof store.insertChallenger>[1],
  'deployment' | 'model_id' | 'model_release_id' | 'person'
>

/** Makes it a challenger, which scores what is asked from then on; its id. */
export const begin = async (queries: Queries, added: Added): Promise<string> => {
  const id = newId('challenger')
  await store.insertChallenger(queries, { id, ...added })
  await store.keepRowsFor(queries, added.deployment, keptRows.usualDays)
  await announceChange(queries, added.deployment)
  return id
}

/** Lets it score what was kept in a time; the job's id. */
export const replay = async (
  queries: Queries,
  challenger: store.ChallengerRow,
  { from, to }: { readonly from: Date; readonly to: Date },
  { id: owner, organisation }: Pick<Principal, 'id' | 'organisation'>,
): Promise<string> => {
  const payload: ScorePayload = {
    challenger: challenger.id,
    from: from.toISOString(),
    to: to.toISOString(),
    ...store.predictedOf(challenger),
  }
  const job = await queueJob(queries, {
    kind: 'scoreChallenger',
    title: `Replay requests with challenger ${nameOf(challenger)}`,
    owner,
    organisation,
    subject: { kind: 'deployment', id: challenger.deployment_id },
    payload,
  })
  await store.setReplay(queries, challenger.id, job)
  return job
}

/** A release as a challenger, which scores all rows that are kept, where there are any; what it and its replay are called. */
export const challengeWith = async (
  queries: Queries,
  deployment: string,
  release: string,
  person: Pick<Principal, 'id' | 'organisation'>,
): Promise<{ readonly challengerId: string; readonly replayJobId: string | null }> => {
  const id = await begin(queries, { deployment, model_id: null, model_release_id: release, person: person.id })
  const { from, to, rows } = await store.keptOf(queries, deployment)
  const challenger = await store.findChallenger(queries, id)
  const has = rows > 0 && from !== null && to !== null && challenger !== undefined
  return { challengerId: id, replayJobId: has ? await replay(queries, challenger, { from, to }, person) : null }
}
