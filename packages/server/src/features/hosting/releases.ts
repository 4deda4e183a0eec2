import type {
  Application,
  ExactExplanations,
  ExplainNatively,
  HostedModel,
  ModelRelease,
  PublishConfiguration,
  ReleaseStarted,
  UsedAlgorithm,
} from '@modelsmith/api'
import {
  checkConfiguration,
  nextExperimentState,
  nextModelReleaseState,
  ownApplication,
  servedApplication,
  usualConfiguration,
} from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { authoriseUse, touchByPlatform } from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { answering, modelRelease, registeredModel } from './access.ts'
import { isCoded } from './coded/coded-file.ts'
import { hostingError } from './errors.ts'
import { givenBy, outcomeOf } from './outcome.ts'
import type { Readers } from './readers.ts'
import type { Rows } from './rows.ts'
import * as store from './store.ts'
import { servedModel } from './trained/candidate.ts'

type ReleaseRequest = {
  readonly experimentId: string
  readonly description?: string
  readonly rows?: Rows
  readonly configuration?: Partial<PublishConfiguration>
}

/** Releases of registered models: what a candidate becomes when it is published. */
export const createReleases = ({ database, objects }: Context, readers: Readers) => ({
  /** Begins a release: nothing answers by it until its test run has succeeded. */
  async release(
    caller: Caller,
    model: string,
    { experimentId, description = '', rows, configuration: asked = {} }: ReleaseRequest,
  ): Promise<ReleaseStarted> {
    const begun = await database.transaction(async (queries) => {
      await store.lockModel(queries, model)
      await registeredModel(queries, caller, 'edit', model)
      const object = await authoriseUse(queries, caller, 'view', 'experiment', experimentId)
      const row = (await store.findExperiment(queries, experimentId)) as store.ExperimentRow
      if (row.registered_model_id !== model)
        throw infraError('object.notFound', { kind: 'experiment', id: experimentId })
      if (nextExperimentState(row.state, 'release') === undefined)
        throw hostingError('release.notCandidate', { name: object.name })
      const by = answering(object, row)
      const { model: hosted } = by
      const trained = 'trained' in by ? await servedModel(queries, by.trained) : undefined
      const { proof, custom_algorithm: custom } = row
      const coded = isCoded(custom) ? custom : undefined
      if (coded !== undefined) await demandModelFilesRun(queries, caller.organisation)
      const own = coded === undefined ? row.model : null
      const configuration = { ...usualConfiguration, ...asked } as PublishConfiguration
      const whole = ownApplication(own ?? hosted, custom?.definition, row.application) as Application
      const findings = checkConfiguration(configuration, hosted, whole)
      if (findings.length > 0) throw hostingError('release.configuration', {}, { findings })
      const application = servedApplication(whole, configuration)
      const id = newId('modelRelease')
      const serving = {
        file: row.file,
        algorithm: algorithmWords(custom, hosted),
        application,
        configuration,
        outcome: {
          ...outcomeOf(hosted, application, coded !== undefined || trained !== undefined),
          ...givenBy(configuration),
        },
        proof,
        ...(coded === undefined ? {} : { coded: servedCode(coded, hosted) }),
        ...(trained === undefined ? {} : { trained }),
      }
      const made = await store.insertModelRelease(queries, {
        id,
        model,
        experiment: experimentId,
        description,
        serving,
      })
      if (made === undefined) throw hostingError('release.another', {})
      // Of a file that code runs, the folder is made by its test run.
      await hold(queries, id, 'trained' in by ? (trained?.files ?? []) : [by.file])
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

  /** By a child that reads the file for it: what is served does not carry what explanations need. */
  async explain(
    caller: Caller,
    id: string,
    { rows, background = [] }: ExplainNatively,
    signal: AbortSignal,
  ): Promise<ExactExplanations> {
    const { serving } = await modelRelease(database, caller, 'deploy', id)
    const { file, application, coded } = serving
    if (coded !== undefined || file === null) throw hostingError('release.codedExplanation', {})
    const path = await objects.pathOf(file.key)
    return readers.ask<'explain'>({ kind: 'explain', path, application, rows, background }, signal)
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
    return store.toModelRelease((await store.findModelRelease(database, id)) as store.ModelReleaseRow)
  },
})

/** What a release says that answers. */
const algorithmWords = (custom: UsedAlgorithm | null, { algorithm }: HostedModel): string => {
  if (custom === null) return algorithm
  const { code } = custom
  return `${custom.name} (${code === null ? algorithm : `${code.taskName} ${code.number}`})`
}

const servedCode = (
  { code, definition }: UsedAlgorithm & { readonly code: store.ServedCode['code'] },
  { outputs }: HostedModel,
): store.ServedCode => ({ code, outputs, parameters: definition.predictionParameters, files: [] })
