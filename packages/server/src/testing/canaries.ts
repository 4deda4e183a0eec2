import type { Challenger, Deployment, Dataset, Job, Operation, Project, Search, TrainingRun } from '@modelsmith/api'
import { effectPoints, featureEffect } from '@modelsmith/domain'
import {
  type Column,
  type ColumnSchema,
  decodeBlocks,
  encodeBlocksWhole,
  numberColumn,
  rowsFromTable,
  selectColumns,
  sliceRows,
  type Table,
} from '@modelsmith/table'
import { openPredictionLog, servingPaths } from '@modelsmith/serving'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepExplanations, keepInsight } from '../features/models/store.ts'
import { keepBaselines } from '../features/monitoring/compute-baseline.ts'
import { shipLog } from '../features/monitoring/index.ts'
import { findProject, type ProjectRow } from '../features/projects/index.ts'
import { putAnswers, putExplanation } from '../features/requests/store.ts'
import { insightsOf } from '../features/training/insights.ts'
import type { Actuals } from '../features/training/scores.ts'
import { actualsOf } from '../features/training/index.ts'
import { json, sql } from '../infra/database/database.ts'
import { newId } from '../infra/ids.ts'
import { hold } from '../infra/objects/references.ts'
import { placesOf } from '../infra/settings.ts'
import { keptRequest } from './asked.ts'
import { call, type CallParts } from './call.ts'
import type { Platform, TestPerson } from './platform.ts'
import { addDataset, addModel, libraryGraph, makeWorld, runJob } from './world.ts'

const rows = 40
const name = (row: number): string => `SECRET-7f3a${row % 4}`
const born = (row: number): string => `1987-06-${10 + (row % 20)}`
const pay = (row: number): number => 76_543_217.5 + 3 * row

const csv = `size,name,born,pay,sold\n${Array.from({ length: rows }, (_, row) => `${row},${name(row)},${born(row)},${pay(row)},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`

/** The columns of `csv` whose values are unlike anything else. */
export const sensitive = ['name', 'born', 'pay'] as const

/** A value of one of them, however it is written: numbers also as bins round them, moments also as microseconds since 1970. */
export const canary = /SECRET-7f3a|1987-06-|(?<![\w.])76,?543,?[23]\d\d(?![\d,])|(?<![\w.])5[45]\d{13}(?!\d)/

/** What tasks print of rows, and raise about them. */
const prints = [`0  ${name(0)}  ${born(0)}  ${pay(0)}`, `median of pay: ${pay(19)}`, 'Name: 0, dtype: object']
const error = {
  code: 'task.raised',
  message: `KeyError: '${name(1)}'`,
  traceback: `Traceback (most recent call last):\n  File "custom.py", line 7, in fit\n    pass\nKeyError: '${name(1)}'`,
}

/** One of everything, as of a `World`, with canaries wherever values of rows may come to stand; and the jobs that told them. */
export const makeCanaries = async (platform: Platform, person: TestPerson, asker: TestPerson) => {
  const { database, objects } = platform.context
  const world = await makeWorld(platform, person)
  const ask = async <T>(who: TestPerson, operation: Operation, parts: CallParts): Promise<T> =>
    (await call(platform, who, operation, parts)).body as unknown as T
  const dataset = await addDataset(platform, person, csv)
  const project = await ask<Project>(person, 'createProject', {
    body: { name: 'Sales', datasetVersionId: dataset.latest.id, target: 'sold', partitioning: { folds: 2 } },
  })
  const { run } = await ask<{ run: TrainingRun }>(person, 'train', {
    params: { id: project.id },
    body: { name: 'Forest', graph: libraryGraph },
  })
  const model = await addModel(platform, run)
  const row = (await findProject(database, project.id)) as ProjectRow
  const data = decodeBlocks(await readFile(await objects.pathOf(row.blocks_key)))
  await addInsights(platform, model, row, data)
  const deployment = await ask<Deployment>(person, 'createDeployment', { body: { name: 'Shop', modelId: model } })
  await database.run(
    sql`update deployment set serving_state = 'failed', problem = ${error.message} where id = ${deployment.id}`,
  )
  await keepBaselines(platform.context)
  const again = await ask<{ run: TrainingRun }>(person, 'train', {
    params: { id: project.id },
    body: { name: 'Forest again', graph: libraryGraph },
  })
  const challenging = await addModel(platform, again.run)
  const challenger = await ask<Challenger>(person, 'addChallenger', {
    params: { id: deployment.id },
    body: { modelId: challenging, acceptChanges: true },
  })
  const { version: deployed } = await ask<Deployment>(person, 'getDeployment', { params: { id: deployment.id } })
  const changeRequest = await ask<{ id: string }>(person, 'createChangeRequest', {
    params: { id: deployment.id },
    body: { action: 'replace', replacement: { modelId: challenging, acceptChanges: true }, reason: 'Better' },
    ifMatch: deployed,
  })
  await database.run(sql`
    insert into challenger_error (challenger_id, hour, code, message, rows) values (${challenger.id}, date_trunc('hour', now()), ${error.code}, ${error.message}, 3)`)
  const scored = newId('job')
  await database.run(sql`
    insert into job (id, kind, lane, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at, ended_at, error)
    values (${scored}, 'scoreChallenger', 'long', 'Score', 'failed', ${person.id}, ${person.organisation},
      ${json({ challenger: challenger.id, model: challenging })}, 'deployment', ${deployment.id}, now(), now(), ${json(error)})`)
  await database.run(sql`update challenger set job_id = ${scored} where id = ${challenger.id}`)
  await keepRequest(platform, deployment, data)
  const sampleSet = await ask<{ id: string }>(person, 'createSampleSet', {
    body: {
      name: 'People',
      datasetVersionIds: [dataset.latest.id],
      fields: [...sensitive.map((column) => ({ name: column, role: 'feature' })), { name: 'sold', role: 'label' }],
    },
  })

  const print = async (job: string) => {
    for (const [index, text] of prints.entries())
      await database.run(
        sql`insert into job_log (job_id, sequence, at, source, node, text) values (${job}, ${index + 1}, now(), 'stdout', 'model', ${text})`,
      )
    await database.run(sql`
      update job set log_lines = ${prints.length}, state = 'failed', ended_at = now(), error = ${json(error)} where id = ${job}`)
  }
  await print(run.jobId)
  await database.run(sql`update training_run set state = 'failed', error = ${json(error)} where id = ${run.id}`)

  const { search } = await ask<{ search: Search }>(person, 'startSearch', {
    params: { id: project.id },
    body: { name: 'Forest', graph: libraryGraph, trials: 1 },
  })
  await print(search.jobId)
  await database.run(sql`update search set state = 'failed', error = ${json(error)} where id = ${search.id}`)
  await database.run(sql`
    insert into search_trial (search_id, number, parameters, error, wall_ms) values (${search.id}, 1, '{}', ${json(error)}, 1)`)

  /** A prediction that somebody asked for, which passed columns through and ended, or failed. */
  const predict = async (owner: TestPerson, how: object): Promise<string> => {
    const id = newId('job')
    const lines = Array.from({ length: rows }, (_, at) => `${name(at)},${born(at)},${pay(at)},0.5,0.5`)
    const result = await objects.putBytes(Buffer.from(`name,born,pay,no,yes\n${lines.join('\n')}\n`))
    const payload = { model, sourceKey: row.blocks_key, passThrough: sensitive, ...how }
    await database.run(sql`
      insert into job (id, kind, lane, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at, result_key)
      values (${id}, 'predictFile', 'short', 'Predict', 'queued', ${owner.id}, ${owner.organisation}, ${json(payload)}, 'model', ${model}, now(), ${result.key})`)
    await database.transaction((queries) => hold(queries, id, [result, { key: row.blocks_key }]))
    await print(id)
    return id
  }
  const predicted = await predict(asker, { blocks: true, dataset: dataset.id })
  const predictedBefore = await predict(asker, { blocks: true })
  const own = await predict(asker, { blocks: false })

  /** A batch that passed columns through. */
  const scoreBatch = async (how: object): Promise<string> => {
    const id = newId('job')
    const chunk = await objects.putBytes(encodeBlocksWhole(selectColumns(data, sensitive)))
    const payload = {
      model,
      deployment: deployment.id,
      deploymentRelease: deployment.release.id,
      source: { kind: 'dataset', datasetVersionId: dataset.latest.id, name: 'things.csv' },
      sink: { kind: 'file' },
      sourceKey: row.blocks_key,
      passThrough: sensitive,
      logged: true,
      ...how,
    }
    await database.run(sql`
      insert into job (id, kind, lane, title, state, owner_id, organisation_id, payload, subject_kind, subject_id, created_at, ended_at)
      values (${id}, 'scoreBatch', 'long', 'Batch', 'succeeded', ${asker.id}, ${asker.organisation}, ${json(payload)}, 'deployment', ${deployment.id}, now(), now())`)
    await database.run(
      sql`insert into batch (job_id, deployment_id, total_rows) values (${id}, ${deployment.id}, ${data.rows})`,
    )
    await database.run(
      sql`insert into batch_chunk (job_id, number, rows, key) values (${id}, 0, ${data.rows}, ${chunk.key})`,
    )
    await database.transaction((queries) => hold(queries, id, [chunk]))
    return id
  }
  const batch = await scoreBatch({ blocks: true, dataset: dataset.id })
  const ownBatch = await scoreBatch({ blocks: false })
  for (const owner of [person, asker])
    await addExplanation(platform, { id: run.jobId, owner_id: owner.id }, model, data)

  // Last: what could not be read is told by the dataset, whose rows stay as they were.
  const columns = [{ name: 'name', type: 'number' }]
  const readAgain = await ask<{ job: Job }>(person, 'changeDatasetSchema', {
    params: { id: dataset.latest.id },
    body: { columns },
  })
  await runJob(platform, person, readAgain.job.id)
  return {
    world: {
      ...world,
      dataset: dataset.id,
      datasetVersion: dataset.latest.id,
      sampleSet: sampleSet.id,
      project: project.id,
      trainingRun: run.id,
      search: search.id,
      model,
      deployment: deployment.id,
      changeRequest: changeRequest.id,
      job: run.jobId,
    },
    jobs: { trained: run.jobId, searched: search.jobId, predicted, predictedBefore, read: readAgain.job.id, scored },
    batch,
    own,
    ownBatch,
    mark: async (): Promise<number> => {
      const { version } = await ask<Dataset>(person, 'getDataset', { params: { id: dataset.id } })
      const body = { sensitive: [...sensitive] }
      return (await call(platform, person, 'changeDataset', { params: { id: dataset.id }, body, ifMatch: version }))
        .status
    },
  }
}

/** A request whose rows are kept, with what somebody has asked of it since. */
const keepRequest = async ({ context }: Platform, deployment: Pick<Deployment, 'id'>, data: Table): Promise<void> => {
  const { database, settings } = context
  const { id } = deployment
  await database.run(sql`update deployment set keep_rows_days = 30, association_column = 'name' where id = ${id}`)
  const { release } = (await database.first<{ release: string }>(
    sql`select id as release from release where deployment_id = ${id}`,
  )) as { release: string }
  const half = numberColumn(Array.from({ length: rows }, () => 0.5))
  const folder = placesOf(settings).serving
  const log = openPredictionLog(join(folder, servingPaths.log))
  log.append(
    {
      requestId: keptRequest,
      deploymentId: id,
      releaseId: release,
      at: new Date().toISOString(),
      rows,
      latencyMs: 1,
      status: 'ok',
      errorCode: null,
    },
    {
      inputs: selectColumns(data, ['size', ...sensitive]),
      scores: {
        rows,
        schema: { columns: ['no', 'yes'].map((each) => ({ name: each, type: 'number' as const })) },
        columns: [half, half],
      },
      ids: selectColumns(data, ['name']),
      outcome: { targetType: 'binary', classes: ['no', 'yes'] },
    },
  )
  log.close()
  await shipLog(context, folder)
  const { sequence } = (await database.first<{ sequence: number }>(
    sql`select sequence from kept_rows where deployment_id = ${id}`,
  )) as { sequence: number }
  const made = { request: keptRequest, sequence, job: newId('job') }
  const problem = error.message
  const unanswered = { releaseId: release, problem, different: null, largestDifference: null, answers: [] }
  await putAnswers(database, { ...made, found: [unanswered] })
  const unexplained = { problem, features: [], method: null, whySampled: null, background: null, outputs: [] }
  await putExplanation(database, { ...made, row: 0, found: unexplained })
}

/** What a training and an insight job would keep of a model that answers one half for everything. */
const addInsights = async (platform: Platform, model: string, project: ProjectRow, data: Table): Promise<void> => {
  const { database, objects } = platform.context
  const half = (length: number) => numberColumn(Array.from({ length }, () => 0.5))
  const names = ['no', 'yes'].map((each) => ({ name: each, type: 'number' as const }))
  const outOfFold = {
    rows: Int32Array.from({ length: rows }, (_, row) => row),
    fold: Int8Array.from({ length: rows }, (_, row) => 1 + (row % 2)),
    predictions: { rows, schema: { columns: names }, columns: [half(rows), half(rows)] },
  }
  const actuals = actualsOf(project, data)
  const drawn = (of: Actuals) =>
    insightsOf(of, { data, names: ['size', ...sensitive] }, { outOfFold, holdout: undefined })
  const insights = drawn(actuals)
  const { anomaly } = drawn({ ...actuals, targetType: 'anomaly' }).crossValidation ?? {}
  const features = selectColumns(data, ['size', ...sensitive])
  const effects = await Promise.all(
    features.schema.columns.map((schema, index) =>
      featureEffect({
        rows: features,
        feature: schema.name,
        points: effectPoints(features.columns[index] as Column, schema as ColumnSchema, features.rows),
        predict: async (table) => [new Float64Array(table.rows).fill(0.5), new Float64Array(table.rows).fill(0.5)],
        shown: 1,
        curves: 2,
      }),
    ),
  )
  await keepInsight(database, model, 'features', {
    part: 'validation',
    partRows: rows,
    metric: 'LogLoss',
    impact: null,
    effects: effects as never,
  })
  const artifact = await objects.putBytes(Buffer.from(JSON.stringify({ categories: [name(0), name(1)] })))
  const page = await objects.putBytes(Buffer.from(`<p>${name(0)}</p>`))
  const predictions = await objects.putBytes(
    Buffer.from(`row,fold,no,yes\n${Array.from({ length: rows }, (_, row) => `${row},1,0.5,0.5`).join('\n')}\n`),
  )
  const files = [
    { path: 'artifacts/model/categories.json', ...artifact },
    { path: 'artifacts/model/page.html', ...page },
  ]
  const inputs = data.schema.columns.filter((column) => column.name !== 'sold')
  await database.run(sql`
    update model set insights = ${json({ ...insights, crossValidation: { ...insights.crossValidation, anomaly } })}, files = ${json(files)}, out_of_fold_key = ${predictions.key},
      manifest = manifest || ${json({ inputs })} where id = ${model}`)
  await database.transaction((queries) => hold(queries, model, [artifact, page, predictions]))
}

/** Why the model answers one half for the first row, as somebody had it explained. */
const addExplanation = async (
  { context }: Platform,
  job: { readonly id: string; readonly owner_id: string },
  model: string,
  data: Table,
): Promise<void> => {
  const features = ['size', ...sensitive]
  const nothing = features.map(() => 0)
  await keepExplanations(context.database, job, model, [
    {
      row: 0,
      part: 'validation',
      targetType: 'binary',
      features,
      values: rowsFromTable(sliceRows(selectColumns(data, features), 0, 1))[0] ?? [],
      changed: [],
      actual: 'yes',
      method: 'sampled',
      whySampled: null,
      background: { rows: 10, of: rows, pairs: 2, seed: 0 },
      outputs: [{ label: 'yes', base: 0.5, prediction: 0.5, score: null, contributions: nothing, errors: nothing }],
    },
  ])
}
