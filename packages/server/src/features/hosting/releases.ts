import type { Application, HostedModel, ModelRelease, ReleaseStarted } from '@modelsmith/api'
import { nextExperimentState, nextModelReleaseState, ownApplication } from '@modelsmith/domain'
import type { Outcome } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { authoriseUse, touchByPlatform } from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { modelRelease, registeredModel, withFile } from './access.ts'
import { hostingError } from './errors.ts'
import type { Rows } from './rows.ts'
import * as store from './store.ts'

type ReleaseRequest = { readonly experimentId: string; readonly description?: string; readonly rows?: Rows }

/** Releases of registered models: what a candidate becomes when it is published. */
export const createReleases = ({ database }: Context) => ({
  /** Begins a release: nothing answers by it until its test run has succeeded. */
  async release(
    caller: Caller,
    model: string,
    { experimentId, description = '', rows }: ReleaseRequest,
  ): Promise<ReleaseStarted> {
    const begun = await database.transaction(async (queries) => {
      await registeredModel(queries, caller, 'edit', model)
      const object = await authoriseUse(queries, caller, 'view', 'experiment', experimentId)
      const row = (await store.findExperiment(queries, experimentId)) as store.ExperimentRow
      if (row.registered_model_id !== model)
        throw infraError('object.notFound', { kind: 'experiment', id: experimentId })
      if (nextExperimentState(row.state, 'release') === undefined)
        throw hostingError('release.notCandidate', { name: object.name })
      const { file, model: hosted } = withFile(object, row)
      const { proof, custom_algorithm: custom, model: own } = row
      const application = ownApplication(own ?? hosted, custom?.definition, row.application) as Application
      const id = newId('modelRelease')
      const serving = {
        file,
        algorithm: custom === null ? hosted.algorithm : `${custom.name} (${hosted.algorithm})`,
        application,
        outcome: outcomeOf(hosted, application),
        proof,
      }
      const made = await store.insertModelRelease(queries, {
        id,
        model,
        experiment: experimentId,
        description,
        serving,
      })
      if (made === undefined) throw hostingError('release.another', {})
      await hold(queries, id, [file])
      const job = await queueJob(queries, {
        kind: 'publishRelease',
        title: `Publish ${object.name}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'registeredModel', id: model },
        payload: { release: id, rows: rows ?? [] },
      })
      await store.setReleaseJob(queries, id, job)
      await touchByPlatform(queries, model)
      return { id, job }
    })
    return {
      release: store.toModelRelease((await store.findModelRelease(database, begun.id)) as store.ModelReleaseRow),
      job: toJob((await findJob(database, begun.job)) as NonNullable<Awaited<ReturnType<typeof findJob>>>),
    }
  },

  async setLatest(caller: Caller, id: string): Promise<ModelRelease> {
    await database.transaction(async (queries) => {
      const row = await modelRelease(queries, caller, 'edit', id)
      if (row.state === 'latest') return
      if (nextModelReleaseState(row.state, 'restore') === undefined)
        throw hostingError('release.notPublished', { state: row.state })
      await store.publishRelease(queries, row)
      await touchByPlatform(queries, row.registered_model_id)
    })
    return store.toModelRelease(await modelRelease(database, caller, 'view', id))
  },
})

/** How the prediction process is to write what the model answers. */
const outcomeOf = ({ answer, targetType, classes }: HostedModel, { passThrough }: Application): Outcome => ({
  targetType,
  classes,
  ...(answer === 'label' ? { labels: 'alone' as const } : {}),
  ...(answer === 'labelWithProbabilities' ? { labels: 'with probabilities' as const } : {}),
  ...(answer === 'outputs' ? { outputs: true as const } : {}),
  ...(passThrough.length === 0 ? {} : { passedThrough: passThrough.length }),
})
