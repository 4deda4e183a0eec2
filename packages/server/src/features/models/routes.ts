import { Readable } from 'node:stream'
import { customInsightForms, type FeatureInsights, type ModelInsights } from '@modelsmith/api'
import { classMetrics, mask } from '@modelsmith/domain'
import type { predictionParametersFor } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { hold } from '../../infra/objects/references.ts'
import type { Caller, Routes, Upload } from '../../infra/http/handler.ts'
import { authorise, authoriseUse, listObjects, pageOf } from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import type { Datasets } from '../datasets/index.ts'
import { hostingError, modelRelease, releasedFiles, runsUploadedFiles } from '../hosting/index.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { findProject, type ProjectRow } from '../projects/index.ts'
import { hiddenOf, hiddenOfProject, hiddenOfProjects } from '../sensitive-columns/index.ts'
import type { Tasks } from '../tasks/index.ts'
import type { Charts } from '../training/index.ts'
import { archiveEntries } from './artifact-archive.ts'
import { customInsightText, renderedInsight } from './custom-insights.ts'
import { modelError } from './errors.ts'
import type { ExplainPayload } from './explain-job.ts'
import { demandExplainable, explainDefaults, hiddenFrom, maskExplanation } from './explain.ts'
import type { FeatureInsightsPayload } from './feature-insights-job.ts'
import { isTried } from './native-scoring.ts'
import type { PredictPayload, PredictRows } from './predict-job.ts'
import { demandParameters, namesIn, readParameters } from './rows-asked.ts'
import * as store from './store.ts'
import { zip, zipBytes } from './zip.ts'

type Operations =
  | 'listModels'
  | 'getModel'
  | 'getModelInsights'
  | 'getFeatureInsights'
  | 'computeFeatureInsights'
  | 'listExplanations'
  | 'explainRows'
  | 'downloadArtifact'
  | 'getCustomInsight'
  | 'renderCustomInsight'
  | 'downloadArtifacts'
  | 'downloadScorer'
  | 'predictDataset'
  | 'predictFile'
  | 'predictReleaseFile'
  | 'outOfFoldPredictions'

export const modelRoutes = ({ database, objects }: Context, datasets: Datasets, tasks: Tasks): Routes<Operations> => {
  const read = async (caller: Caller, id: string, action: 'view' | 'predict' | 'download' = 'view') => {
    const object = await authorise(database, caller, action, 'model', id)
    return { object, row: (await store.findModel(database, id)) as store.ModelRow }
  }

  const artifactOf = async (
    caller: Caller,
    row: store.ModelRow,
    { node, path, fold }: { readonly node: string; readonly path: string; readonly fold?: number },
  ) => {
    const artifact =
      fold === undefined
        ? store.artifactsOf(row).find((each) => each.node === node && each.path === path)
        : store.foldArtifactsOf(row).find((each) => each.fold === fold && each.node === node && each.path === path)
    if (artifact === undefined) throw modelError('model.noArtifact', { node, path, fold })
    await demandNothingHidden(caller, row)
    return artifact
  }

  /** That they may take away what the task at a node wrote. */
  const demandFiles = async (caller: Caller, row: store.ModelRow, node: string): Promise<void> => {
    const made = row.graph.nodes.find(({ id }) => id === node)
    if (made !== undefined) await tasks.demandAll(caller, [made.taskVersion], 'download')
  }

  /** What code learned is its own to write: nobody can mask it. */
  const demandNothingHidden = async (caller: Caller, row: store.ModelRow): Promise<void> => {
    const hidden = await hiddenOfProject(database, caller, row.project_id)
    if (hidden.size > 0) throw modelError('model.sensitive', { columns: [...hidden] })
  }

  /** A model, for whoever may take all of it away. */
  const readWhole = async (caller: Caller, id: string) => {
    const found = await read(caller, id, 'download')
    await demandNothingHidden(caller, found.row)
    await tasks.demandAll(
      caller,
      found.row.graph.nodes.map(({ taskVersion }) => taskVersion),
      'download',
    )
    return found
  }

  const startPrediction = async (
    caller: Caller,
    subject: { readonly kind: 'model' | 'registeredModel'; readonly id: string },
    name: string,
    payload: PredictPayload,
    /** Of what answers, where the job opens them by itself. */
    files: readonly { readonly key: string }[] = [],
  ) => {
    const { dataset } = payload
    const id = await database.transaction(async (queries) => {
      await authoriseUse(queries, caller, 'predict', subject.kind, subject.id)
      if (dataset !== undefined) await authoriseUse(queries, caller, 'use', 'dataset', dataset)
      const job = await queueJob(queries, {
        kind: 'predictFile',
        title: `Predict ${name}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject,
        payload,
      })
      await hold(queries, job, [{ key: payload.sourceKey }, ...files])
      return job
    })
    return { job: toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
  }

  /** The rows of an upload, kept for the job that reads them. */
  const sent = async (
    nodes: Parameters<typeof predictionParametersFor>[0],
    { fields, files }: Upload,
  ): Promise<PredictRows & { readonly name: string }> => {
    const parameters = demandParameters(nodes, readParameters(fields['parameters']))
    const [file] = files
    if (file === undefined || files.length > 1) throw modelError('model.noFile', { count: files.length })
    const stored = await objects.putFile(file.file)
    const passThrough = namesIn(fields['passThrough'])
    return { name: file.path, sourceKey: stored.key, blocks: false, passThrough, parameters }
  }

  return {
    listModels: async ({ caller, query }) => {
      const page = await listObjects(database, caller, 'model', query)
      const rows = new Map(
        (
          await store.modelsOf(
            database,
            page.items.map(({ id }) => id),
          )
        ).map((row) => [row.id, row]),
      )
      const hidden = await hiddenOfProjects(database, caller, [
        ...new Set([...rows.values()].map(({ project_id }) => project_id)),
      ])
      return {
        items: page.items.map((object) => {
          const row = rows.get(object.id) as store.ModelRow
          return store.toModel(object, row, hidden.get(row.project_id) ?? new Set())
        }),
        nextCursor: page.nextCursor,
      }
    },
    getModel: async ({ caller, params }) => {
      const { object, row } = await read(caller, params.id)
      return store.toModel(object, row, await hiddenOfProject(database, caller, row.project_id))
    },
    getModelInsights: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id)
      const part = query.part ?? 'crossValidation'
      if (part === 'holdout' && row.retrained_from !== null) throw modelError('model.holdoutLearned', {})
      if (part === 'holdout' && !row.holdout_unlocked) throw modelError('model.holdoutLocked', {})
      const hidden = await hiddenOfProject(database, caller, row.project_id)
      const charts = await store.chartsOf(database, row.id, part)
      const project = (await findProject(database, row.project_id)) as ProjectRow
      return insightsOf(row.id, charts, hidden, {
        target: row.target,
        isHidden: await hiddenFrom(database, caller, project),
      })
    },
    getFeatureInsights: async ({ caller, params }) => {
      const { row } = await read(caller, params.id)
      const found = await store.findInsight(database, row.id, 'features')
      return {
        modelId: row.id,
        jobId: await store.insightJobOf(database, row.id),
        computedAt: found?.created_at.toISOString() ?? null,
        computed: withoutEffects(found?.value ?? null, await hiddenOfProject(database, caller, row.project_id)),
      }
    },
    computeFeatureInsights: async ({ caller, params, body: { rows = 2000, repeats = 5, seed = 0 } }) => {
      const id = await database.transaction(async (queries) => {
        const object = await authoriseUse(queries, caller, 'predict', 'model', params.id)
        const last = await store.insightJobOf(queries, params.id)
        if (last !== null && (await findJob(queries, last))?.ended_at === null) return last
        return queueJob(queries, {
          kind: 'computeInsights',
          title: `Feature insights of ${object.name}`,
          owner: caller.id,
          organisation: caller.organisation,
          subject: { kind: 'model', id: params.id },
          payload: { model: params.id, rows, repeats, seed } satisfies FeatureInsightsPayload,
        })
      })
      return { job: toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
    },
    listExplanations: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id)
      const page = await pageOf(query, (after, limit) =>
        store.explanationsOf(database, row.id, caller.id, query.jobId, after, limit),
      )
      const project = (await findProject(database, row.project_id)) as ProjectRow
      const hidden = await hiddenFrom(database, caller, project)
      return {
        items: page.items.map((found) => maskExplanation(store.toExplanation(found), project.target, hidden)),
        nextCursor: page.nextCursor,
      }
    },
    explainRows: async ({ caller, params, body }) => {
      const { object, row } = await read(caller, params.id, 'predict')
      const project = (await findProject(database, row.project_id)) as ProjectRow
      const payload = { model: row.id, ...explainDefaults, ...body } satisfies ExplainPayload
      demandExplainable(payload, row, project)
      const id = await database.transaction(async (queries) => {
        await authoriseUse(queries, caller, 'predict', 'model', params.id)
        return queueJob(queries, {
          kind: 'explainRows',
          title: `Explain rows by ${object.name}`,
          owner: caller.id,
          organisation: caller.organisation,
          subject: { kind: 'model', id: params.id },
          payload,
        })
      })
      return { job: toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) }
    },
    // Whoever sees the model sees what its tasks drew; the files themselves are the task's.
    getCustomInsight: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id)
      const artifact = await artifactOf(caller, row, query)
      // A model is often a text.
      if (customInsightForms[artifact.mediaType] === 'text') await demandFiles(caller, row, artifact.node)
      return customInsightText(objects, artifact)
    },
    renderCustomInsight: async ({ caller, params, query }) =>
      renderedInsight(objects, await artifactOf(caller, (await read(caller, params.id)).row, query)),
    downloadArtifact: async ({ caller, params, query }) => {
      const { row } = await read(caller, params.id, 'download')
      const artifact = await artifactOf(caller, row, query)
      await demandFiles(caller, row, artifact.node)
      return {
        stream: objects.read(artifact.key),
        type: artifact.mediaType,
        fileName: `${query.fold === undefined ? '' : `fold-${query.fold}-`}${artifact.path.split('/').at(-1) ?? artifact.path}`,
      }
    },
    downloadArtifacts: async ({ caller, params, query }) => {
      const { object, row } = await readWhole(caller, params.id)
      const asked = { name: object.name, row, folds: query.folds === true }
      const entries = await archiveEntries({ database, objects }, caller, asked)
      return {
        stream: Readable.from(zip(entries), { objectMode: false }),
        type: 'application/zip',
        fileName: `${row.id}.zip`,
        headers: { 'content-length': String(zipBytes(entries)) },
      }
    },
    downloadScorer: async ({ caller, params }) => {
      const { row } = await readWhole(caller, params.id)
      const key = isTried(row) ? row.native?.key : null
      if (key === null || key === undefined) throw modelError('model.noScorer', {})
      return { stream: objects.read(key), type: 'application/json', fileName: 'scorer.json' }
    },
    predictDataset: async ({ caller, params: { id }, body }) => {
      const { row } = await read(caller, id, 'predict')
      const parameters = demandParameters(row.manifest.nodes, body.parameters ?? {})
      const version = await datasets.ready(caller, body.datasetVersionId, 'use')
      const hidden = await hiddenOf(database, caller, [version.dataset_id])
      return startPrediction(caller, { kind: 'model', id }, version.file_name, {
        model: id,
        sourceKey: version.blocks_key,
        blocks: true,
        dataset: version.dataset_id,
        passThrough: body.passThrough ?? [],
        masked: [...hidden],
        parameters,
      })
    },
    predictFile: async ({ caller, params: { id }, upload }) => {
      const { row } = await read(caller, id, 'predict')
      const { name, ...rows } = await sent(row.manifest.nodes, upload)
      return startPrediction(caller, { kind: 'model', id }, name, { model: id, ...rows })
    },
    predictReleaseFile: async ({ caller, params: { id }, upload }) => {
      const release = await modelRelease(database, caller, 'predict', id)
      if (release.number === null) throw hostingError('release.notPublished', { state: release.state })
      const { coded, trained } = release.serving
      if (runsUploadedFiles(release.serving)) await demandModelFilesRun(database, caller.organisation)
      const { name, ...rows } = await sent(
        [{ id: 'model', predictionParameters: (trained ?? coded)?.parameters ?? [] }],
        upload,
      )
      const subject = { kind: 'registeredModel', id: release.registered_model_id } as const
      return startPrediction(caller, subject, name, { release: id, ...rows }, releasedFiles(release.serving))
    },
    outOfFoldPredictions: async ({ caller, params }) => {
      const { row } = await read(caller, params.id)
      return {
        stream: Readable.from(objects.read(row.out_of_fold_key)),
        type: 'text/csv; charset=utf-8',
        fileName: 'out-of-fold.csv',
      }
    },
  }
}

/** What a target has no chart for is null, and so is what nobody drew yet when the model was trained. */
const insightsOf = (
  modelId: string,
  { ranking, distribution, calibration, confusion, residuals, lift, byFeature, anomaly }: Partial<Charts>,
  hidden: ReadonlySet<string>,
  rows: RowsShown,
): ModelInsights => ({
  modelId,
  ranking: ranking ?? null,
  distribution: distribution ?? null,
  calibration: calibration ?? null,
  confusion:
    confusion === undefined || confusion === null
      ? null
      : { ...confusion, perClass: [...classMetrics(confusion.classes, confusion.counts)] },
  residuals: residuals ?? null,
  lift: lift ?? null,
  byFeature:
    byFeature === undefined || byFeature === null
      ? null
      : { ...byFeature, features: byFeature.features.filter(({ feature }) => !hidden.has(feature)) },
  anomaly: anomaly === undefined || anomaly === null ? null : { ...anomaly, top: maskTop(anomaly, rows) },
})

type RowsShown = { readonly target: string | null; readonly isHidden: (name: string) => boolean }

const maskTop = (
  { columns, top }: NonNullable<Charts['anomaly']>,
  { target, isHidden }: RowsShown,
): NonNullable<Charts['anomaly']>['top'] =>
  top.map(({ label, values, ...row }) => ({
    ...row,
    label: label !== null && target !== null && isHidden(target) ? mask : label,
    values: values.map((value, at) => (value !== null && isHidden(columns[at] as string) ? mask : value)),
  }))

/** An effect is drawn over values of its feature; what a feature is worth to the model, tells none. */
const withoutEffects = (
  computed: FeatureInsights['computed'],
  hidden: ReadonlySet<string>,
): FeatureInsights['computed'] =>
  computed && { ...computed, effects: computed.effects.filter(({ feature }) => !hidden.has(feature)) }
