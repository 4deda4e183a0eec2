import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { RunBundle } from '@modelsmith/api'
import { listEnvironments } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Bytes, Caller } from '../../infra/http/handler.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { authorise } from '../../infra/rights/objects.ts'
import { authoriseJob } from '../jobs/index.ts'
import { findModel, type PredictPayload } from '../models/index.ts'
import { findProject, findRun, type ProjectRow, type RunRow } from '../projects/index.ts'
import { hiddenOfPrediction, hiddenOfProject } from '../sensitive-columns/index.ts'
import type { Tasks } from '../tasks/index.ts'
import { sessionLimits, toldOf } from '../training/index.ts'
import { bundleError } from './errors.ts'
import { type TarEntry, tar } from './tar.ts'

type BundledTask = Extract<RunBundle, { kind: 'training' }>['tasks'][number]

/** What a run worked from, as an archive for another machine. */
export const createBundles = ({ database, objects, library, settings }: Context, tasks: Tasks) => {
  const stored = async (path: string, key: string): Promise<TarEntry> => {
    const place = await objects.pathOf(key)
    return { path, size: (await stat(place)).size, read: () => objects.read(key) }
  }
  const folder = (path: string, files: readonly StoredFile[]): Promise<TarEntry[]> =>
    Promise.all(files.map((file) => stored(`${path}/${file.path}`, file.key)))

  const environmentsOf = async (names: Iterable<string>): Promise<RunBundle['environments']> => {
    const wanted = new Set(names)
    return (await listEnvironments(settings.dataDir))
      .filter(({ name }) => wanted.has(name))
      .map(({ name, interpreter, packages }) => ({
        name,
        interpreter: interpreter ?? null,
        packages: packages.map((each) => ({ name: each.name, version: each.version })),
      }))
  }

  const archive = (id: string, about: RunBundle, entries: readonly TarEntry[]): Bytes => {
    const text = Buffer.from(`${JSON.stringify(about, null, 2)}\n`)
    const all = [{ path: 'run.json', size: text.length, read: () => text }, ...entries]
    return { stream: Readable.from(tar(all)), type: 'application/x-tar', fileName: `${id}.tar` }
  }

  /** A run cannot be repeated on masks. */
  const demandShown = (title: string, hidden: ReadonlySet<string>): void => {
    if (hidden.size > 0) throw bundleError('bundle.sensitive', { title, columns: [...hidden] })
  }

  return {
    /** Of a training run, for whoever may see the run, its data and every task in it. */
    async training(caller: Caller, id: string): Promise<Bytes> {
      const object = await authorise(database, caller, 'download', 'trainingRun', id)
      const run = (await findRun(database, id)) as RunRow
      await tasks.demandAll(
        caller,
        run.graph.nodes.map(({ taskVersion }) => taskVersion),
        'download',
      )
      const project = (await findProject(database, run.project_id)) as ProjectRow
      for (const dataset of [project.dataset_id, ...project.further_datasets])
        await authorise(database, caller, 'download', 'dataset', dataset)
      demandShown(object.name, await hiddenOfProject(database, caller, run.project_id))
      const entries: TarEntry[] = []
      const about: BundledTask[] = []
      for (const taskId of new Set(run.graph.nodes.map(({ taskVersion }) => taskVersion))) {
        const version = await tasks.version(caller, taskId)
        const isBuiltin = library.some((task) => task.id === taskId)
        const place = isBuiltin ? null : `tasks/${version.contentHash}`
        const row = isBuiltin ? undefined : await tasks.row(caller, taskId)
        if (place !== null && row !== undefined) entries.push(...(await folder(place, row.files)))
        const { targetTypes, typeSchema, hyperparameters, predictionParameters, environment } = version
        const lock = row?.environment_lock ?? undefined
        about.push({
          id: taskId,
          name: version.taskName,
          targetTypes,
          typeSchema,
          hyperparameters,
          predictionParameters,
          environment,
          ...(lock === undefined ? {} : { lock: lock as NonNullable<BundledTask['lock']> }),
          codeHash: version.contentHash,
          folder: place,
        })
      }
      const partition = project.partition
      const told = toldOf(project)
      entries.push(
        { path: 'partition.bin', size: partition.length, read: () => partition },
        await stored('data.cols', project.blocks_key),
      )
      const model = run.model_id === null ? undefined : await findModel(database, run.model_id)
      if (model !== undefined) entries.push(await stored('out-of-fold.csv', model.out_of_fold_key))
      const predictions = model?.manifest.predictions
      return archive(
        id,
        {
          version: 1,
          kind: 'training',
          id,
          name: object.name,
          state: run.state,
          error: run.error,
          environments: await environmentsOf(about.map(({ environment }) => environment)),
          limits: sessionLimits(settings),
          contentId: project.content_id,
          columns: project.columns.map((column) => ({ ...column })) as never,
          features: [...(run.features ?? project.features)],
          target: told.target ?? null,
          targetType: project.target_type,
          classes: [...told.classes],
          ...(project.weights === null ? {} : { weights: project.weights }),
          folds: project.partitioning.folds,
          method: project.partitioning.method,
          sampleSize: run.sample_size,
          ...(run.retrained_from === null ? {} : { onAllRows: true }),
          seed: project.partitioning.seed,
          graph: run.graph,
          tasks: about,
          ...(predictions === undefined ? {} : { predictions }),
        },
        entries,
      )
    },

    /** Of a job: a training's run, or the rows and the model of a prediction of a file. */
    async job(caller: Caller, id: string): Promise<Bytes> {
      const job = await authoriseJob(database, caller, 'download', id)
      if (job.kind === 'trainBlueprint') return this.training(caller, String(job.payload['run']))
      const payload = job.payload as PredictPayload
      if (job.kind !== 'predictFile' || 'release' in payload) throw bundleError('bundle.kind', { title: job.title })
      await authorise(database, caller, 'download', 'model', payload.model)
      demandShown(job.title, await hiddenOfPrediction(database, caller, id))
      const model = await findModel(database, payload.model)
      if (model !== undefined) demandShown(job.title, await hiddenOfProject(database, caller, model.project_id))
      const used = model?.graph.nodes.map(({ taskVersion }) => taskVersion) ?? []
      await tasks.demandAll(caller, used, 'download')
      const rows = payload.blocks ? 'rows.cols' : 'rows.csv'
      const place = await objects.pathOf(payload.sourceKey).catch(() => undefined)
      if (model === undefined || place === undefined) throw bundleError('bundle.gone', { title: job.title })
      const entries = [...(await folder('model', model.files)), await stored(rows, payload.sourceKey)]
      return archive(
        id,
        {
          version: 1,
          kind: 'prediction',
          id,
          name: job.title,
          state: job.state,
          error: job.error,
          environments: await environmentsOf(model.manifest.nodes.map(({ environment }) => environment)),
          limits: sessionLimits(settings),
          rows,
          passThrough: [...payload.passThrough],
          parameters: payload.parameters ?? {},
        },
        entries,
      )
    },
  }
}

export type Bundles = ReturnType<typeof createBundles>
