import { mostChallengers } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { announceChange, authorise, touch } from '../../infra/rights/objects.ts'
import {
  checkAgainst,
  choose,
  deploymentError,
  type DeploymentRow,
  deploymentReader,
  findDeployment,
  replace,
  servedId,
} from '../deployments/index.ts'
import { findJob, toJob } from '../jobs/index.ts'
import { databaseNow, keptOf, rangeOf } from '../monitoring/index.ts'
import { hiddenOfProject, hiddenOfRelease, type Masking } from '../sensitive-columns/index.ts'
import { begin, replay } from './begin.ts'
import { comparisonOf } from './comparison.ts'
import { challengerError } from './errors.ts'
import * as store from './store.ts'
import { nameOf, toChallenger } from './words.ts'

type Operations =
  | 'listChallengers'
  | 'addChallenger'
  | 'removeChallenger'
  | 'replayChallenger'
  | 'compareChallengers'
  | 'promoteChallenger'

type Neighbours = {
  readonly masking: Pick<Masking, 'ofModel'>
  /** Cancels a job that has not ended. */
  readonly cancelJob: (queries: Queries, job: string) => Promise<void>
}

const withheld = 'What went wrong may tell values of sensitive columns; those who may edit the dataset see it.'
const isActive = (state: string | null): boolean => state === 'queued' || state === 'running' || state === 'cancelling'

export const challengerRoutes = (
  context: Pick<Context, 'database' | 'settings'>,
  { masking, cancelJob }: Neighbours,
): Routes<Operations> => {
  const { database } = context
  const { read: readDeployment } = deploymentReader(context, masking)

  const demandChallenger = async (queries: Queries, deployment: string, id: string): Promise<store.ChallengerRow> => {
    const row = await store.findChallenger(queries, id)
    if (row?.deployment_id !== deployment) throw challengerError('challenger.notFound', { id })
    return row
  }

  /** Rows that requests sent may stand in what went wrong with them: nothing tells which of their cells are sensitive. */
  const shownTo = (caller: Caller, release: string) => {
    const ofChampion = hiddenOfRelease(database, caller, release)
    return async ({ project_id }: store.ChallengerRow, message: string): Promise<string> => {
      const own = project_id === null ? undefined : await hiddenOfProject(database, caller, project_id)
      return (await ofChampion).size + (own?.size ?? 0) === 0 ? message : withheld
    }
  }

  const championOf = async (queries: Queries, id: string): Promise<DeploymentRow> =>
    (await findDeployment(queries, id)) as DeploymentRow

  const read = async (caller: Caller, deployment: string) => {
    const { release_id } = await championOf(database, deployment)
    const shown = shownTo(caller, release_id)
    const rows = await store.challengersOf(database, deployment)
    return Promise.all(
      rows.map(async (row) => toChallenger(row, row.job_problem && (await shown(row, row.job_problem)))),
    )
  }

  /** What may become a challenger of this deployment. */
  const demandOther = async (queries: Queries, champion: DeploymentRow, chosen: string, name: string) => {
    if (servedId(champion) === chosen) throw challengerError('challenger.isChampion', { name })
    const all = await store.challengersOf(queries, champion.id)
    if (all.some((each) => (each.model_id ?? each.model_release_id) === chosen))
      throw challengerError('challenger.isChallenger', { name })
    if (all.length >= mostChallengers) throw challengerError('challenger.tooMany', { most: mostChallengers })
  }

  const rangeFor = async (asked: { readonly from?: string; readonly to?: string }) =>
    rangeOf(asked, await databaseNow(database))

  return {
    listChallengers: async ({ caller, params: { id } }) => {
      await authorise(database, caller, 'view', 'deployment', id)
      return {
        items: await read(caller, id),
        most: mostChallengers,
        kept: await keptOf(database, id),
      }
    },
    addChallenger: async ({ caller, params, body }) => {
      const made = await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'edit', 'deployment', params.id)
        await store.lockDeployment(queries, object.id)
        const champion = await championOf(queries, object.id)
        const chosen = await choose(queries, caller, body)
        const id = chosen.model ?? chosen.modelRelease ?? ''
        const { changes, refused } = checkAgainst(champion, chosen)
        if (refused) throw deploymentError('deployment.otherKind', {}, { findings: changes })
        await demandOther(queries, champion, id, await store.nameOfModel(queries, id))
        if (changes.length > 0 && body.acceptChanges !== true)
          throw deploymentError('deployment.changesNotAccepted', {}, { findings: changes })
        return begin(queries, {
          deployment: object.id,
          model_id: chosen.model,
          model_release_id: chosen.modelRelease,
          person: caller.id,
        })
      })
      return toChallenger((await store.findChallenger(database, made)) as store.ChallengerRow, null)
    },
    removeChallenger: async ({ caller, params: { id }, query }) => {
      await database.transaction(async (queries) => {
        await authorise(queries, caller, 'edit', 'deployment', id)
        const challenger = await demandChallenger(queries, id, query.challenger)
        const { job_id, job_state, replay_job_id, replay_state } = challenger
        if (job_id !== null && isActive(job_state)) await cancelJob(queries, job_id)
        if (replay_job_id !== null && isActive(replay_state)) await cancelJob(queries, replay_job_id)
        await store.deleteChallenger(queries, challenger.id)
        await announceChange(queries, id)
      })
    },
    replayChallenger: async ({ caller, params: { id }, body }) => {
      await authorise(database, caller, 'edit', 'deployment', id)
      const range = await rangeFor(body)
      const job = await database.transaction(async (queries) => {
        await store.lockDeployment(queries, id)
        const challenger = await demandChallenger(queries, id, body.challengerId)
        if (challenger.deleted) throw challengerError('challenger.modelDeleted', { name: nameOf(challenger) })
        if (isActive(challenger.replay_state)) throw challengerError('challenger.replaying', {})
        const [from, to] = [range.from.toISOString(), range.to.toISOString()]
        const { rows } = await store.keptOf(queries, id, range)
        if (rows === 0)
          throw challengerError('challenger.noRows', { from, to, kept: wordsOf(await store.keptOf(queries, id)) })
        if ((await store.rowsInScope(queries, challenger.id, range)) === 0)
          throw challengerError('challenger.allScored', { rows, from, to })
        return replay(queries, challenger, range, caller)
      })
      const row = await findJob(database, job)
      return { job: toJob(row as NonNullable<typeof row>) }
    },
    compareChallengers: async ({ caller, params: { id }, query }) => {
      await authorise(database, caller, 'view', 'deployment', id)
      const { release_id } = await championOf(database, id)
      return comparisonOf(database, id, await rangeFor(query), shownTo(caller, release_id))
    },
    promoteChallenger: async ({ caller, params: { id }, body, ifMatch }) => {
      await database.transaction(async (queries) => {
        await touch(queries, await authorise(queries, caller, 'deploy', 'deployment', id), ifMatch)
        const challenger = await demandChallenger(queries, id, body.challengerId)
        if (challenger.deleted) throw challengerError('challenger.modelDeleted', { name: nameOf(challenger) })
        const champion = await championOf(queries, id)
        const name = nameOf(challenger)
        if (challenger.champion) throw challengerError('challenger.isChampion', { name })
        const { reason, acceptChanges = false } = body
        const choice =
          challenger.model_id === null
            ? { modelReleaseId: challenger.model_release_id as string }
            : { modelId: challenger.model_id }
        await replace(queries, caller, champion, { ...choice, reason, acceptChanges })
        await store.deleteChallenger(queries, challenger.id)
        if (body.keepChampion === true) await keepChampion(queries, caller, champion)
      })
      return readDeployment(caller, id)
    },
  }

  /** Nobody can have deleted its model: it answers. */
  async function keepChampion(queries: Queries, caller: Caller, champion: DeploymentRow): Promise<void> {
    const { model_id, model_release_id } = champion
    const all = await store.challengersOf(queries, champion.id)
    if (all.some((each) => (each.model_id ?? each.model_release_id) === servedId(champion))) return
    const challenger = { model_id, model_release_id, deployment: champion.id, person: caller.id }
    await store.insertChallenger(queries, { id: newId('challenger'), ...challenger })
  }
}

const wordsOf = ({ days, from, to }: store.Kept): string => {
  if (from !== null && to !== null) return `Rows are kept from ${from.toISOString()} to ${to.toISOString()}.`
  return days === 0 ? 'The deployment keeps no rows.' : 'None has come since rows are kept.'
}
