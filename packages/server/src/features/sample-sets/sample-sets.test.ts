import type { Dataset, Job, Project, SampleSet } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { runJob } from '../../testing/world.ts'

const platform = withPlatform()
const datasets: Dataset[] = []

const upload = async (csv: string): Promise<Dataset> => {
  const { ann } = platform.people
  const { body } = await call(platform, ann, 'uploadDataset', { files: { 'pumps.csv': csv } })
  const { dataset, job } = body as unknown as { dataset: Dataset; job: Job }
  const { error } = await runJob(platform, ann, job.id)
  if (error !== null) throw new Error(error.message)
  return (await call(platform, ann, 'getDataset', { params: { id: dataset.id } })).body as unknown as Dataset
}

/** Sixty readings of twelve pumps; the state is a code, of which 9 is no state at all. */
const readings = (from: number) =>
  [
    'pump,pressure,weight,state',
    ...Array.from({ length: 60 }, (_, row) => {
      const reading = from + row
      return [`p${reading % 12}`, (reading % 7) + 0.5, 1 + (reading % 2), [0, 1, 2, 9][reading % 4]].join()
    }),
  ].join('\n')

beforeAll(async () => {
  for (const from of [0, 60]) datasets.push(await upload(readings(from)))
})

const whole = () => ({
  name: 'Pumps',
  datasetVersionIds: datasets.map(({ latest }) => latest.id),
  fields: [
    { name: 'pressure', role: 'feature' },
    { name: 'state', role: 'label' },
    { name: 'weight', role: 'weight' },
    { name: 'pump', role: 'group' },
  ],
  labels: [
    { label: 'well', values: ['0'] },
    { label: 'broken', values: ['1', '2'] },
  ],
})
const create = (body: object) => call(platform, platform.people.ann, 'createSampleSet', { body })
const created = async (body: object = whole()): Promise<SampleSet> => (await create(body)).body as unknown as SampleSet

describe('a sample set', () => {
  it('shows the rows of its datasets with the labels that values mean', async () => {
    const { id } = await created()
    const { body } = await call(platform, platform.people.ann, 'previewSampleSet', { params: { id } })
    expect(body).toMatchObject({
      total: 120,
      columns: [{ name: 'pressure' }, { name: 'state', type: 'category' }, { name: 'weight' }, { name: 'pump' }],
      labels: [
        { label: 'broken', rows: 60 },
        { label: 'well', rows: 30 },
        { label: null, rows: 30 },
      ],
      targetType: 'binary',
    })
    expect((body as { rows: unknown[] }).rows.length).toBe(50)
  })

  it('becomes a project: roles say target, features, weights and how rows are split', async () => {
    const { id } = await created()
    const answer = await call(platform, platform.people.ann, 'createSampleSetProject', {
      params: { id },
      body: { name: 'Broken pumps', positiveClass: 'broken', partitioning: { folds: 3 } },
    })
    const project = answer.body as unknown as Project
    expect(project).toMatchObject({
      target: 'state',
      features: ['pressure'],
      weights: 'weight',
      classes: ['well', 'broken'],
      partitioning: { method: 'group', column: 'pump', folds: 3 },
      rows: { total: 120, missingTarget: 30 },
    })
    const row = await platform.context.database.first<{ further_datasets: string[]; partition: Buffer }>(
      sql`select further_datasets, partition from project where id = ${project.id}`,
    )
    expect(row?.further_datasets).toEqual([datasets[1]?.id])
    // Rows of one pump lie in both datasets, and in one part.
    const parts = new Int8Array(row?.partition ?? Buffer.of())
    for (let pump = 0; pump < 12; pump++)
      expect(new Set(parts.filter((part, at) => part >= 0 && at % 12 === pump)).size).toBeLessThanOrEqual(1)
  })

  it('is refused with everything that is wrong, new or changed', async () => {
    const wrong = {
      fields: [
        { name: 'state', role: 'feature' },
        { name: 'nothing', role: 'feature' },
      ],
    }
    const { status, body } = await create({ ...whole(), ...wrong })
    expect([status, body.code]).toEqual([422, 'sampleSet.invalid'])
    expect(body.findings?.map(({ code }) => code)).toEqual(['sampleSet.noRole', 'sampleSet.noColumn'])
    const made = await created()
    const change = (parts: object, ifMatch = made.version) =>
      call(platform, platform.people.ann, 'changeSampleSet', { params: { id: made.id }, body: parts, ifMatch })
    expect((await change(wrong)).body.code).toBe('sampleSet.invalid')
    expect((await change({ labels: [] })).body).toMatchObject({ labels: [], fields: made.fields })
    expect((await change({ name: 'Other' })).status).toBe(412)
  })

  it('shows no row of a dataset that one may not see', async () => {
    const { ann, mia } = platform.people
    const { id } = await created()
    await call(platform, ann, 'share', { params: { id }, body: { grantee: mia.id, role: 'consumer' } })
    expect((await call(platform, mia, 'getSampleSet', { params: { id } })).status).toBe(200)
    expect((await call(platform, mia, 'previewSampleSet', { params: { id } })).status).toBe(404)
    const body = { name: 'Taken' }
    expect((await call(platform, mia, 'createSampleSetProject', { params: { id }, body })).status).toBe(404)
  })
})
