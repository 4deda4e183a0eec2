import type { Dataset, Job, Project, TrainingRun } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { addModel, runJob } from '../../testing/world.ts'
import { toldOf } from '../training/index.ts'
import { findProject, type ProjectRow } from './index.ts'

const platform = withPlatform()
let version: string

/** 200 rows: one in five is sold; customers have four rows each; rows come in the order of their days, from the newest. */
const csv = [
  'customer,day,size,colour,split,weight,bad,amount,sold',
  ...Array.from({ length: 200 }, (_, row) => {
    const day = new Date(Date.UTC(2024, 0, 1) + (200 - row) * 86_400_000).toISOString().slice(0, 10)
    const bad = row === 0 ? '' : row === 1 ? -1 : 2
    const amount = row % 5 < 3 ? 0 : 10 + row / 2
    return [
      `c${row % 50}`,
      day,
      row % 17,
      row % 3 ? 'red' : 'blue',
      ['a', 'b', 'held'][row % 3],
      1 + (row % 4),
      bad,
      amount,
      row % 5 === 0 ? 'yes' : 'no',
    ].join()
  }),
].join('\n')

const create = (body: object) =>
  call(platform, platform.people.ann, 'createProject', {
    body: { name: 'Sales', datasetVersionId: version, target: 'sold', ...body },
  })
const created = async (body: object): Promise<Project> => {
  const answer = await create(body)
  expect([answer.status, answer.body]).toEqual([201, expect.anything()])
  return answer.body as unknown as Project
}
const refused = async (body: object): Promise<[string, string[]]> => {
  const { code, findings } = (await create(body)).body as { code: string; findings?: readonly { message: string }[] }
  return [code, (findings ?? []).map(({ message }) => message)]
}
const partitionOf = async ({ id }: Project): Promise<Int8Array> => {
  const row = await platform.context.database.first<{ partition: Buffer }>(
    sql`select partition from project where id = ${id}`,
  )
  return Int8Array.from(new Int8Array(row?.partition ?? Buffer.of()))
}

beforeAll(async () => {
  const { ann } = platform.people
  const { body } = await call(platform, ann, 'uploadDataset', { files: { 'sales.csv': csv } })
  const { dataset, job } = body as unknown as { dataset: Dataset; job: Job }
  const { error } = await runJob(platform, ann, job.id)
  if (error !== null) throw new Error(error.message)
  version = ((await call(platform, ann, 'getDataset', { params: { id: dataset.id } })).body as unknown as Dataset)
    .latest.id
})

describe('row weights of a project', () => {
  it('come from a column that is then no feature', async () => {
    const project = await created({ weights: 'weight' })
    expect(project.weights).toBe('weight')
    expect(project.features).not.toContain('weight')
    expect(project.features).toContain('size')
  })

  it('are refused with everything that is wrong', async () => {
    expect(await refused({ weights: 'bad', features: ['bad', 'size'] })).toEqual([
      'project.rows',
      [
        '"bad" holds the row weights and cannot be a feature too.',
        '1 row has no weight in "bad".',
        '1 row has a negative weight in "bad".',
      ],
    ])
    expect(await refused({ weights: 'colour', partitioning: { method: 'group', column: 'sold' } })).toEqual([
      'project.rows',
      [
        '"colour" cannot hold row weights: it is of type category, expected numbers.',
        'Rows cannot be split by "sold": it is the target.',
      ],
    ])
    expect(await refused({ weights: 'nowhere', features: ['none'] })).toEqual(['project.unknownColumn', []])
  })
})

describe('what nobody defined', () => {
  it('is refused in what is given of a whole too', async () => {
    const [code] = await refused({ partitioning: { folds: 3, fold: 4 } })
    expect(code).toBe('request.invalid')
  })
})

describe('partitions of a project', () => {
  it('keep groups together', async () => {
    const project = await created({ partitioning: { method: 'group', column: 'customer', folds: 4 } })
    const parts = await partitionOf(project)
    for (let customer = 0; customer < 50; customer++)
      expect(new Set(parts.filter((_, row) => row % 50 === customer)).size).toBe(1)
    expect(project.rows).toMatchObject({ training: 160, holdout: 40 })
  })

  it('follow time, the newest rows held out', async () => {
    const project = await created({ partitioning: { method: 'date', column: 'day', folds: 3 } })
    const parts = await partitionOf(project)
    // The newest rows come first in the file.
    expect(
      [...parts]
        .map((part, row) => [part, row])
        .filter(([part]) => part === 0)
        .map(([, row]) => row),
    ).toEqual([...Array(40).keys()])
    expect(project.parts.map(({ name, rows }) => [name, rows])).toEqual([
      ['holdout', 40],
      ['fold 1', 40],
      ['fold 2', 40],
      ['fold 3', 40],
      ['only trained on', 40],
    ])
    expect(project.parts[0]?.from?.slice(0, 10)).toBe('2024-06-10')
  })

  it('are named by a column, which is then no feature unless somebody says so', async () => {
    const project = await created({ partitioning: { method: 'column', column: 'split', holdoutValue: 'held' } })
    expect(project.partitioning).toMatchObject({ folds: 2 })
    expect(project.parts.map(({ name, from }) => [name, from])).toEqual([
      ['holdout', 'held'],
      ['fold 1', 'a'],
      ['fold 2', 'b'],
    ])
    expect(project.features).not.toContain('split')
  })
})

describe('smart downsampling', () => {
  it('leaves rows of the largest class out and corrects the weights of the others', async () => {
    const project = await created({ weights: 'weight', downsampling: { kept: 0.5 } })
    expect(project.downsampling).toEqual({ kept: 0.5, majority: 'no', leftOut: 80, weights: 'weight' })
    expect(project.rows).toMatchObject({ total: 200, training: 96, holdout: 24 })
    expect(project.weights).toBe('corrected weight')
    expect(project.features.some((name) => name.includes('weight'))).toBe(false)
    expect(project.columns.map(({ name }) => name)).toContain('corrected weight')
  })

  it('takes zeros of a number, and says when it cannot', async () => {
    const project = await created({ target: 'amount', downsampling: { kept: 0.8 } })
    expect(project).toMatchObject({ metric: 'Tweedie deviance', downsampling: { majority: '0', leftOut: 24 } })
    expect(await refused({ downsampling: { kept: 0.1 } })).toEqual([
      'project.rows',
      ['Of "no" only 16 rows would be left, fewer than the 40 of the rest that it is reduced to match.'],
    ])
  })
})

describe('a project of anomalies', () => {
  const anomalies = (body: object) => created({ target: undefined, targetType: 'anomaly', ...body })

  it('needs no target: every row and column takes part, and no metric says what is best', async () => {
    const { ann } = platform.people
    const project = await anomalies({})
    expect(project).toMatchObject({ target: null, targetType: 'anomaly', classes: [], metric: null })
    expect(project.partitioning).toMatchObject({ method: 'random', folds: 5, holdout: 0.2 })
    expect(project.rows).toEqual({ total: 200, training: 160, holdout: 40, missingTarget: 0 })
    expect(project.features).toHaveLength(9)
    const params = { id: project.id }
    const { body } = await call(platform, ann, 'getRepository', { params })
    const ids = (body as unknown as { items: { id: string }[] }).items.map(({ id }) => id)
    expect(ids).toEqual([
      'isolation-forest',
      'kernel-density',
      'local-outlier-factor',
      'mixture-density',
      'one-class-svm',
    ])
    await call(platform, ann, 'trainRepository', { params, body: { ids: ids.slice(0, 2) } })
    expect((await call(platform, ann, 'getLeaderboard', { params })).body).toMatchObject({
      metric: null,
      higherIsBetter: null,
      entries: [{ run: { repositoryId: 'kernel-density' } }, { run: { repositoryId: 'isolation-forest' } }],
    })
    const asked = await call(platform, ann, 'getLeaderboard', { params, query: { metric: 'AUC' } })
    expect(asked.body).toMatchObject({
      code: 'project.noLabels',
      detail: 'Nothing says which rows are anomalies, so that no metric, and not "AUC", tells how well they are found.',
    })
  })

  it('is measured by a column that labels rows, which is no feature and which tasks are not told of', async () => {
    const project = await anomalies({ target: 'sold', positiveClass: 'no' })
    expect(project).toMatchObject({ target: 'sold', classes: ['yes', 'no'], metric: 'AUC' })
    expect(project.features).not.toContain('sold')
    const row = (await findProject(platform.context.database, project.id)) as ProjectRow
    expect(toldOf(row)).toEqual({ classes: [] })
    expect(toldOf({ ...row, target_type: 'binary' })).toEqual({ target: 'sold', classes: ['yes', 'no'] })
    const some = await anomalies({ target: 'bad', metric: 'PR AUC' })
    expect([some.classes, some.metric, some.rows.training]).toEqual([['-1', '2'], 'PR AUC', 160])
  })

  it('says what does not fit', async () => {
    const missing = { target: undefined }
    expect(await refused(missing)).toEqual(['project.noTarget', ['There is no target.']])
    expect(await refused({ ...missing, targetType: 'binary' })).toEqual([
      'project.noTarget',
      ['There is no target, and a project of type binary predicts one.'],
    ])
    const anomaly = { ...missing, targetType: 'anomaly' }
    expect((await refused({ ...anomaly, positiveClass: 'yes' }))[1]).toEqual([
      'Without a target there is no class "yes".',
    ])
    expect((await refused({ ...anomaly, target: 'split' }))[1]).toEqual([
      'The column "split" is category with 3 distinct values; labels of anomalies have two distinct values, one of them for anomalies.',
    ])
    expect((await refused({ ...anomaly, metric: 'AUC' }))[0]).toBe('project.noLabels')
    expect((await refused({ ...anomaly, target: 'sold', metric: 'RMSE' }))[0]).toBe('project.metric')
    expect((await refused({ ...anomaly, target: 'sold', positiveClass: 'maybe' }))[1]).toEqual([
      'The target "sold" has no value "maybe"; it has "no" and "yes".',
    ])
    expect((await refused({ ...anomaly, downsampling: { kept: 0.5 } }))[1]).toEqual([
      'Rows of a target of type anomaly are not downsampled.',
    ])
    expect((await refused({ ...anomaly, partitioning: { method: 'stratified' } }))[1]).toEqual([
      'Stratified partitioning needs classes, the target type is anomaly.',
    ])
  })

  it('has no score that is farther from the truth than others', async () => {
    const { ann } = platform.people
    const project = await anomalies({})
    const { run } = (
      await call(platform, ann, 'train', { params: { id: project.id }, body: { repositoryId: 'isolation-forest' } })
    ).body as unknown as { run: TrainingRun }
    const model = await addModel(platform, run)
    const explain = (order: string) =>
      call(platform, ann, 'explainRows', { params: { id: model }, body: { order } as never })
    expect((await explain('worst')).body).toMatchObject({ code: 'model.noTruth' })
    expect((await explain('highest')).status).toBe(202)
    expect((await call(platform, ann, 'getModel', { params: { id: model } })).body).toMatchObject({
      target: null,
      classes: [],
    })
  })
})

describe('a project', () => {
  it('has feature lists, which a training may use beside a sample size', async () => {
    const { ann } = platform.people
    const project = await created({})
    const change = (featureLists: object[]) =>
      call(platform, ann, 'changeProject', {
        params: { id: project.id },
        body: { featureLists },
        ifMatch: project.version,
      })
    expect(
      (
        await change([
          { name: 'Few', features: ['size', 'other'] },
          { name: 'Few', features: ['size'] },
        ])
      ).body,
    ).toMatchObject({
      code: 'project.featureLists',
      detail: 'Not features of the project: other. Two lists have the name Few.',
    })
    expect((await change([{ name: 'Few', features: ['size'] }])).body).toMatchObject({
      featureLists: [{ name: 'Few', features: ['size'] }],
    })
    const train = (body: object) => call(platform, ann, 'train', { params: { id: project.id }, body: body as never })
    const repositoryId = 'gradient-boosting'
    expect((await train({ repositoryId, featureList: 'None' })).body).toMatchObject({ code: 'project.featureList' })
    const { run } = (await train({ repositoryId, featureList: 'Few', sampleSize: 0.25 })).body as { run: object }
    expect(run).toMatchObject({
      featureList: 'Few',
      sampleSize: 0.25,
      repositoryId,
      // The list has no category, so that the branch for them is not there.
      graph: { nodes: [{ id: 'model', inputs: [{ from: 'data', dataTypes: ['NUM'] }] }] },
    })
  })

  it('has a repository of what fits, trainable as a set', async () => {
    const { ann } = platform.people
    const project = await created({})
    const repository = async () =>
      (await call(platform, ann, 'getRepository', { params: { id: project.id } })).body as unknown as {
        items: { id: string; trained: number }[]
      }
    const before = await repository()
    const ids = before.items.map(({ id }) => id)
    expect(ids).toContain('logistic-regression')
    expect(ids).not.toContain('ridge-regression')
    const train = (wanted: string[]) =>
      call(platform, ann, 'trainRepository', { params: { id: project.id }, body: { ids: wanted } })
    expect((await train(['random-forest', 'ridge-regression'])).body).toMatchObject({ code: 'project.repository' })
    expect((await repository()).items.every(({ trained }) => trained === 0)).toBe(true)
    const started = (await train(['random-forest', 'logistic-regression'])).body as { items: unknown[] }
    expect(started.items.length).toBe(2)
    expect((await repository()).items.filter(({ trained }) => trained === 1).map(({ id }) => id)).toEqual([
      'logistic-regression',
      'random-forest',
    ])
  })

  it('says who unlocked the holdout and when; nobody locks it again', async () => {
    const { ann } = platform.people
    const project = await created({})
    const change = (body: object, ifMatch: number) =>
      call(platform, ann, 'changeProject', { params: { id: project.id }, body, ifMatch })
    expect(project.unlocked).toBe(null)
    const { body } = await change({ holdoutUnlocked: true }, project.version)
    const opened = body as unknown as Project
    expect(opened).toMatchObject({ holdoutUnlocked: true, unlocked: { by: { id: ann.id } } })
    expect((await change({ holdoutUnlocked: false }, opened.version)).status).toBe(422)
    const again = (await change({ holdoutUnlocked: true }, opened.version)).body as unknown as Project
    expect(again.unlocked).toEqual(opened.unlocked)
  })
})
