import { mkdir, readFile, realpath, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { classCodes, noClass } from '@modelsmith/domain'
import { train, type TrainingResult } from '@modelsmith/engine'
import type { Runner } from '@modelsmith/runner'
import { type Column, type ColumnSchema, columnIndex, decodeBlocks, type Table, writeCsv } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { putFolder, stepCacheOf } from '../../infra/objects/step-cache.ts'
import { announceChange, insertBeside, touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf, type Settings } from '../../infra/settings.ts'
import { writeLocks } from '../environments/index.ts'
import { type JobDone, type JobEndings, type JobHandler, type JobPorts, jobError } from '../jobs/index.ts'
import {
  findProject,
  findRun,
  measureNew,
  type ProjectRow,
  type RunRow,
  setRunModel,
  setRunState,
} from '../projects/index.ts'
import { foldFilesOf } from './fold-files.ts'
import { insightsOf } from './insights.ts'
import { type Actuals, scoreTraining } from './scores.ts'
import { trainingSpecOf } from './spec.ts'
import { inPart, openSteps, stepLine } from './steps.ts'

/** What shuts sessions in, as the runner says it. */
export const sandboxSetting = ({ sandbox }: Settings): 'auto' | 'full' | 'container' =>
  sandbox === 'kernel' ? 'full' : sandbox

export type TrainingSupplies = { readonly runner: Runner; readonly sandboxed: boolean }

/** Trains a blueprint for a run: the engine does the work, this keeps what came of it. */
export const trainJob = (context: Context, { runner, sandboxed }: TrainingSupplies): JobHandler => {
  const { database, objects, settings } = context
  return async ({ job, signal, progress, log, write }) => {
    if (!sandboxed) throw jobError('job.sandbox', {})
    const run = (await findRun(database, String(job.payload['run']))) as RunRow
    const project = (await findProject(database, run.project_id)) as ProjectRow
    await write((queries) => setRunState(queries, run.id, 'running'))
    const places = placesOf(settings)
    const workDir = join(places.work, `train-${randomUUID()}`)
    await mkdir(workDir, { recursive: true, mode: 0o755 })
    const steps = openSteps(run.id, write, (done, total, current) =>
      progress(total === 0 ? null : done / total, current),
    )
    try {
      progress(null, 'Making tasks and environments ready')
      const spec = await trainingSpecOf(context, run, project, job.organisation_id, {
        signal,
        onLine: (text) => log.add({ source: 'platform', node: null, text }),
      })
      log.add({ source: 'platform', node: null, text: planLine(run, spec.folds, spec.partition) })
      const result = await train(
        spec,
        {
          cache: stepCacheOf(database, objects, job.organisation_id),
          workDir: join(workDir, 'engine'),
          parallelism: settings.parallelism,
          signal,
          onStep: (step) => {
            steps.add(step)
            const text = stepLine(step)
            if (text !== undefined) log.add({ source: 'platform', node: step.node, text })
          },
          onPrint: (node, part, { stream, text }) => log.add({ source: stream, node, text: inPart(part, text) }),
        },
        runner,
      )
      progress(0.99, 'Keeping the model')
      await writeLocks(context, spec.environments, result.modelDir)
      return await modelOf(job, run, project, result)
    } finally {
      await steps.close()
      await rm(workDir, { recursive: true, force: true })
    }
  }

  async function modelOf(
    job: JobPorts['job'],
    run: RunRow,
    project: ProjectRow,
    result: TrainingResult,
  ): Promise<JobDone> {
    const data = decodeBlocks(await readFile(await objects.pathOf(project.blocks_key)))
    const actuals = actualsOf(project, data)
    const files = await putFolder(objects, await realpath(result.modelDir))
    const foldFiles = await foldFilesOf(context, job.organisation_id, result.folds)
    const outOfFold = await objects.putBytes(Buffer.from(writeCsv(predictionsTable(result.outOfFold))))
    const { holdout } = result
    const held =
      holdout === undefined ? undefined : await objects.putBytes(Buffer.from(writeCsv(predictionsTable(holdout))))
    const scores = scoreTraining(actuals, result, project.partitioning.folds)
    const insights = insightsOf(actuals, { data, names: project.features }, result)
    const id = newId('model')
    return {
      result: { modelId: id },
      keep: async (queries) => {
        await insertBeside(queries, run.id, { id, kind: 'model', name: run.blueprint_name })
        await queries.run(sql`
          insert into model (id, project_id, training_run_id, manifest, scores, insights, files, fold_files, out_of_fold_key, holdout_key)
          values (${id}, ${project.id}, ${run.id}, ${json(result.manifest)}, ${json(scores)}, ${json(insights)}, ${json(files)}, ${json(foldFiles)}, ${outOfFold.key}, ${held?.key ?? null})`)
        await hold(queries, id, [...files, ...foldFiles, outOfFold, ...(held === undefined ? [] : [held])])
        await setRunState(queries, run.id, 'succeeded')
        await setRunModel(queries, run.id, id)
        await touchByPlatform(queries, run.id)
        await measureNew(queries, { id: job.owner_id, organisation: job.organisation_id }, project.id)
        await announceChange(queries, project.id)
      },
    }
  }
}

/** What is to be done, in words. */
const planLine = (run: RunRow, folds: number, partition: Int8Array): string => {
  const { length: tasks } = run.graph.nodes
  const training = partition.filter((part) => part > 0).length
  const holdout = partition.filter((part) => part === 0).length
  const ofFolds = `${tasks} ${tasks === 1 ? 'task' : 'tasks'} on ${folds} ${folds === 1 ? 'fold' : 'folds'}`
  const rows = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
  const share = run.sample_size < 1 ? `, of which each fit sees ${Math.round(run.sample_size * 1000) / 10} %` : ''
  return run.retrained_from === null
    ? `${ofFolds}, then on all ${rows(training)}${share}; ${rows(holdout)} held out`
    : `${ofFolds}${share}, then on all ${rows(training + holdout)}, of which ${rows(holdout)} of the holdout`
}

export const trainEnded: JobEndings['trainBlueprint'] = async (queries, job, ending) => {
  const run = await findRun(queries, String(job.payload['run']))
  if (run === undefined) return
  await setRunState(queries, run.id, ending.state, ending.error)
  await touchByPlatform(queries, run.id)
  await announceChange(queries, run.project_id)
}

/** The target as the metrics compare it. */
export const actualsOf = (project: ProjectRow, data: Table): Actuals => {
  const targetType = project.target_type
  const weights = project.weights === null ? undefined : data.columns[columnIndex(data, project.weights)]
  return {
    values: project.target === null ? new Int8Array(data.rows).fill(noClass) : valuesOf(project, project.target, data),
    targetType,
    classes: project.classes,
    ...(weights?.kind === 'float64' ? { weights: weights.values } : {}),
  }
}

const valuesOf = ({ target_type, classes }: ProjectRow, target: string, data: Table): ArrayLike<number> => {
  const index = columnIndex(data, target)
  const column = data.columns[index]
  if (column === undefined) throw new RangeError(`The data has no column "${target}".`)
  return target_type === 'regression' && column.kind === 'float64'
    ? column.values
    : classCodes(column, data.schema.columns[index] as ColumnSchema, data.rows, classes)
}

/** Row number (from 0, as in the dataset), the fold where it was predicted by one, and the scores. */
const predictionsTable = ({ rows, fold, predictions }: Predicted): Table => {
  const before: readonly (readonly [string, Int32Array | Int8Array])[] = [
    ['row', rows],
    ...(fold === undefined ? [] : [['fold', fold] as const]),
  ]
  return {
    schema: {
      columns: [...before.map(([name]): ColumnSchema => ({ name, type: 'integer' })), ...predictions.schema.columns],
    },
    rows: predictions.rows,
    columns: [
      ...before.map(
        ([, values]): Column => ({
          kind: 'float64',
          values: Float64Array.from(values),
          validity: undefined,
        }),
      ),
      ...predictions.columns,
    ],
  }
}

type Predicted = NonNullable<TrainingResult['holdout']> & { readonly fold?: Int8Array }
