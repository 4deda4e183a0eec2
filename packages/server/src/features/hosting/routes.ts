import type { ModelRelease } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, Request as HandlerRequest, Routes } from '../../infra/http/handler.ts'
import { letGo } from '../../infra/objects/references.ts'
import { authoriseCreate, createObject, listObjects, pageOf, removeObject, touch } from '../../infra/rights/objects.ts'
import { withoutSourceOf } from '../jobs/index.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import { experiment, modelRelease, registeredModel } from './access.ts'
import { readParameters } from './rows.ts'
import type { Hosting } from './service.ts'
import * as store from './store.ts'

// Files are predicted by releases as they are by trained models.
type Operations = Exclude<keyof typeof import('@modelsmith/api').hostingEndpoints, 'predictReleaseFile'>

/** Whose code the caller may see; asked of the tasks feature by the entry point. */
type TaskSight = {
  readonly unseen: (caller: Caller, versions: readonly string[]) => Promise<ReadonlySet<string>>
}

type Asked = Pick<HandlerRequest<'tryExperiment'>, 'body' | 'bytes' | 'query' | 'signal'>

export const hostingRoutes = (
  { database }: Context,
  { uploads, experiments, training, releases }: Hosting,
  cancelJob: (queries: Queries, job: string) => Promise<void>,
  tasks: TaskSight,
  masking: Pick<Masking, 'ofModel'>,
): Routes<Operations> => {
  /**
   * A test run runs code, and asks a trained model rows of its project: what went wrong shows none of the code to whoever may not see
   * it, and no value of a sensitive column.
   */
  const shown = async (caller: Caller, row: store.ModelReleaseRow): Promise<ModelRelease> => {
    const release = store.toModelRelease(row)
    const { error, modelId } = release
    if (error === null) return release
    const unseen = await tasks.unseen(caller, await store.taskVersionsOf(database, row))
    const told = unseen.size === 0 ? error : withoutSourceOf(error)
    // What is source is told by how it is printed, so masks come last.
    return { ...release, error: modelId === null ? told : (await masking.ofModel(caller, modelId)).error(told) }
  }
  const readModel = async (caller: Caller, id: string) => {
    const { object, row } = await registeredModel(database, caller, 'view', id)
    return store.toRegisteredModel(object, row)
  }
  const asked = ({ body, bytes, query, signal }: Asked) =>
    bytes === undefined
      ? { rows: body.rows, parameters: { ...readParameters(query.parameters), ...body.parameters }, signal }
      : { csv: bytes.data, parameters: readParameters(query.parameters), signal }

  return {
    listRegisteredModels: async ({ caller, query }) => {
      const page = await listObjects(database, caller, 'registeredModel', query)
      const ids = page.items.map(({ id }) => id)
      const rows = new Map((await store.registeredModelsOf(database, ids)).map((row) => [row.id, row]))
      return {
        items: page.items.map((object) =>
          store.toRegisteredModel(object, rows.get(object.id) as store.RegisteredModelRow),
        ),
        nextCursor: page.nextCursor,
      }
    },
    createRegisteredModel: async ({ caller, body }) => {
      authoriseCreate(caller, 'registeredModel')
      const id = await database.transaction(async (queries) => {
        const made = await createObject(queries, caller, 'registeredModel', body.name, body.description)
        await store.insertRegisteredModel(queries, { id: made, alias: body.alias ?? '' })
        await store.setSeenBy(queries, caller, made, body.sensitivity ?? 'private')
        return made
      })
      return readModel(caller, id)
    },
    getRegisteredModel: ({ caller, params }) => readModel(caller, params.id),
    changeRegisteredModel: async ({ caller, params, body, ifMatch }) => {
      await database.transaction(async (queries) => {
        const { object, row } = await registeredModel(queries, caller, 'edit', params.id)
        const { alias, sensitivity = row.sensitivity } = body
        // Who sees it is not for every editor to say.
        if (sensitivity !== row.sensitivity) await registeredModel(queries, caller, 'share', params.id)
        await touch(queries, object, ifMatch, body)
        if (alias !== undefined) await store.setAlias(queries, params.id, alias)
        if (sensitivity !== row.sensitivity) await store.setSeenBy(queries, caller, params.id, sensitivity)
      })
      return readModel(caller, params.id)
    },
    deleteRegisteredModel: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) => {
        const { object } = await registeredModel(queries, caller, 'delete', params.id)
        const user = await store.deploymentOf(queries, params.id)
        if (user !== undefined)
          throw infraError('object.inUse', { kind: 'model', name: object.name, by: `the deployment "${user.name}"` })
        const { jobs, holders, experiments } = await store.partsOfModel(queries, params.id)
        await removeObject(queries, object, ifMatch)
        for (const job of jobs) await cancelJob(queries, job)
        await store.removeExperiments(queries, experiments)
        await letGo(queries, holders)
      })
    },
    listExperiments: async ({ caller, params, query }) => {
      await registeredModel(database, caller, 'view', params.id)
      const page = await pageOf(query, (after, limit) => store.listExperiments(database, params.id, after, limit))
      const ids = page.items.map(({ id }) => id)
      const rows = new Map((await store.experimentsOf(database, ids)).map((row) => [row.id, row]))
      return {
        items: page.items.map((object) => store.toExperiment(object, rows.get(object.id) as store.ExperimentRow)),
        nextCursor: page.nextCursor,
      }
    },
    createExperiment: ({ caller, params, body }) => experiments.create(caller, params.id, body),
    getExperiment: ({ caller, params }) => experiments.read(caller, params.id),
    changeExperiment: ({ caller, params, body, ifMatch }) => experiments.change(caller, params.id, ifMatch, body),
    deleteExperiment: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) => {
        const { object } = await experiment(queries, caller, 'delete', params.id)
        const release = await store.releaseOfExperiment(queries, params.id)
        if (release !== undefined)
          throw infraError('object.inUse', {
            kind: 'experiment',
            name: object.name,
            by: `release ${release.number ?? 'under way'}`,
          })
        await removeObject(queries, object, ifMatch)
        const begun = (await store.fileUploadsOf(queries, params.id)).map(({ id }) => id)
        await letGo(queries, [params.id, ...begun])
        for (const upload of begun) await store.removeFileUpload(queries, upload)
      })
    },
    chooseExperimentRows: async ({ caller, params, body, signal }) => {
      await training.chooseRows(caller, params.id, body, signal)
      return experiments.read(caller, params.id)
    },
    trainExperiment: ({ caller, params, body }) => training.train(caller, params.id, body),
    uploadModelFile: async ({ caller, params, upload }) => {
      await uploads.upload(caller, params.id, upload.files)
      return experiments.read(caller, params.id)
    },
    beginFileUpload: ({ caller, params, body }) => uploads.beginUpload(caller, params.id, body),
    listFileUploads: ({ caller, params }) => uploads.listUploads(caller, params.id),
    getFileUpload: ({ caller, params }) => uploads.readUpload(caller, params.id),
    sendFilePart: ({ caller, params, query, bytes }) =>
      uploads.addPart(caller, params.id, query.offset, bytes?.data ?? Buffer.alloc(0)),
    finishFileUpload: async ({ caller, params }) =>
      experiments.read(caller, await uploads.finishUpload(caller, params.id)),
    tryExperiment: (request) => experiments.tryRows(request.caller, request.params.id, asked(request)),
    proveExperiment: (request) => experiments.prove(request.caller, request.params.id, asked(request)),
    checkExperiment: ({ caller, params }) => experiments.check(caller, params.id),
    submitExperiment: ({ caller, params, ifMatch }) => experiments.submit(caller, params.id, ifMatch),
    listModelReleases: async ({ caller, params, query }) => {
      await registeredModel(database, caller, 'view', params.id)
      const page = await pageOf(query, (after, limit) => store.listModelReleases(database, params.id, after, limit))
      const items = await Promise.all(page.items.map((row) => shown(caller, row)))
      return { items, nextCursor: page.nextCursor }
    },
    releaseExperiment: ({ caller, params, body }) => releases.release(caller, params.id, body),
    getModelRelease: async ({ caller, params }) =>
      shown(caller, await modelRelease(database, caller, 'view', params.id)),
    explainByRelease: ({ caller, params, body, signal }) => releases.explain(caller, params.id, body, signal),
    setLatestRelease: ({ caller, params }) => releases.setLatest(caller, params.id),
  }
}
