import type { Dataset, Job, Operation } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { beforeAll, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { addDataset, makeWorld, runJob } from '../../testing/world.ts'

const platform = withPlatform()

const secret = (row: number) => `SECRET-7f3a${row % 4}`
const csv = `size,name,sold\n${Array.from({ length: 40 }, (_, row) => `${row},${secret(row)},${row % 2 === 0 ? 'yes' : 'no'}`).join('\n')}\n`

let dataset: Dataset
let sampleSet: string
let uma: TestPerson
let ed: TestPerson

const ask = (person: TestPerson, operation: Operation, parts: CallParts = {}) =>
  call(platform, person, operation, parts)
const now = async (): Promise<Dataset> =>
  (await ask(platform.people.ann, 'getDataset', { params: { id: dataset.id } })).body as unknown as Dataset

beforeAll(async () => {
  const { ann } = platform.people
  dataset = await addDataset(platform, ann, csv)
  uma = await addPerson(platform.context, ann, 'Uma', 'member')
  ed = await addPerson(platform.context, ann, 'Ed', 'member')
  const definition = {
    name: 'Names',
    datasetVersionIds: [dataset.latest.id],
    fields: [
      { name: 'size', role: 'feature' },
      { name: 'name', role: 'label' },
    ],
  }
  sampleSet = ((await ask(ann, 'createSampleSet', { body: definition })).body as { id: string }).id
  for (const id of [dataset.id, sampleSet]) {
    for (const [person, role] of [
      [uma, 'consumer'],
      [platform.people.vera, 'consumer'],
      [ed, 'editor'],
    ] as const)
      await ask(ann, 'share', { params: { id }, body: { grantee: person.id, role } })
  }
  await ask(ann, 'changeDataset', {
    params: { id: dataset.id },
    body: { sensitive: ['name'] },
    ifMatch: (await now()).version,
  })
})

/** Each answer about the dataset's data, with the operation's name. */
const answersTo = async (person: TestPerson): Promise<[Operation, number, string][]> => {
  const { latest, id } = await now()
  const asked: [Operation, CallParts][] = [
    ['getDataset', { params: { id } }],
    ['listDatasets', {}],
    ['listDatasetVersions', { params: { id } }],
    ['getDatasetVersion', { params: { id: latest.id } }],
    ['getDatasetProfile', { params: { id: latest.id } }],
    ['getDatasetRows', { params: { id: latest.id } }],
    ['adviseTarget', { params: { id: latest.id }, query: { column: 'name' } }],
    ['downloadDataset', { params: { id: latest.id } }],
    ['previewSampleSet', { params: { id: sampleSet } }],
  ]
  return Promise.all(
    asked.map(async ([operation, parts]) => {
      const { status, text } = await ask(person, operation, parts)
      return [operation, status, text] as [Operation, number, string]
    }),
  )
}
const telling = async (person: TestPerson) =>
  (await answersTo(person)).filter(([, , text]) => text.includes('SECRET-')).map(([operation]) => operation)

const openly: Operation[] = [
  'getDatasetProfile',
  'getDatasetRows',
  'adviseTarget',
  'downloadDataset',
  'previewSampleSet',
]

it('is seen by owners, editors and administrators, and by nobody else', async () => {
  expect(await now()).toMatchObject({ sensitive: ['name'] })
  const { ann, adam, vera } = platform.people
  expect([await telling(ann), await telling(ed), await telling(adam)]).toEqual([openly, openly, openly])
  expect([await telling(uma), await telling(vera)]).toEqual([[], []])
  const statuses = (await answersTo(uma)).map(([, status]) => status)
  expect(new Set(statuses)).toEqual(new Set([200]))
})

it('leaves a mask in rows and in the file, and the other columns as they are', async () => {
  const params = { id: (await now()).latest.id }
  expect((await ask(uma, 'getDatasetRows', { params, query: { limit: 2 } })).body).toMatchObject({
    rows: [
      [0, mask, 'yes'],
      [1, mask, 'no'],
    ],
  })
  const { text, headers } = await ask(uma, 'downloadDataset', { params })
  expect(text.split('\n').slice(0, 2)).toEqual(['size,name,sold', `0,${mask},yes`])
  expect(headers['content-disposition']).toContain('things.csv')
  expect((await ask(ed, 'downloadDataset', { params })).text).toBe(csv)
})

it('lies in no bundle for those who do not see it', async () => {
  const world = await makeWorld(platform, platform.people.ann)
  const { ann } = platform.people
  for (const id of [world.dataset, world.project, world.task])
    await ask(ann, 'share', { params: { id }, body: { grantee: uma.id, role: 'consumer' } })
  const params = { id: world.trainingRun }
  expect((await ask(uma, 'downloadTrainingRun', { params })).status).toBe(200)
  const { version } = (await ask(ann, 'getDataset', { params: { id: world.dataset } })).body as unknown as Dataset
  await ask(ann, 'changeDataset', { params: { id: world.dataset }, body: { sensitive: ['colour'] }, ifMatch: version })
  const predicted = await ask(uma, 'predictDataset', {
    params: { id: world.model },
    body: { datasetVersionId: world.datasetVersion, passThrough: ['colour'] },
  })
  const { job } = predicted.body as unknown as { job: Job }
  expect(await platform.context.database.first(sql`select payload from job where id = ${job.id}`)).toMatchObject({
    payload: { masked: ['colour'] },
  })
  expect((await ask(uma, 'downloadJob', { params: { id: job.id } })).body.code).toBe('bundle.sensitive')
  await ask(uma, 'cancelJob', { params: { id: job.id } })
  expect((await ask(uma, 'downloadTrainingRun', { params })).body.code).toBe('bundle.sensitive')
  expect((await ask(ann, 'downloadTrainingRun', { params })).status).toBe(200)
})

it('is kept by versions that have the column again', async () => {
  const params = { id: dataset.id }
  for (const rows of ['size,sold\n1,yes\n2,no\n', csv]) {
    const { body } = await ask(platform.people.ann, 'uploadDatasetVersion', { params, files: { 'things.csv': rows } })
    await runJob(platform, platform.people.ann, (body as unknown as { job: Job }).job.id)
  }
  expect(await now()).toMatchObject({ sensitive: ['name'], latest: { number: 3 } })
  expect(await telling(uma)).toEqual([])
})

it('is never what a project tells, whoever asks, and is not refused in words that tell it', async () => {
  const { ann } = platform.people
  const { latest, version, id } = await now()
  const project = { name: 'Names', datasetVersionId: latest.id, target: 'sold' }
  const refused = [
    { ...project, target: 'name' },
    { ...project, target: 'name', positiveClass: 'nobody' },
    { ...project, weights: 'name' },
    { ...project, partitioning: { method: 'column', column: 'name', holdoutValue: 'nobody' } },
  ]
  for (const person of [ann, uma]) {
    const answers = await Promise.all(refused.map((body) => ask(person, 'createProject', { body })))
    expect(answers.map(({ body }) => body.code)).toEqual(refused.map(() => 'project.sensitive'))
    expect(answers.flatMap(({ body }) => body.findings?.map(({ place }) => place?.pointer))).toEqual([
      '/target',
      '/target',
      '/weights',
      '/partitioning/column',
    ])
    expect(answers.map(({ text }) => text).join()).not.toContain('SECRET-')
  }
  const ofSamples = await ask(ann, 'createSampleSetProject', { params: { id: sampleSet }, body: { name: 'S' } })
  expect(ofSamples.body.code).toBe('project.sensitive')
  expect((await ask(ann, 'adviseTarget', { params: { id: latest.id }, query: { column: 'name' } })).body).toMatchObject(
    {
      problems: [expect.stringContaining('cannot be a target')],
    },
  )
  const grouped = { ...project, partitioning: { method: 'group', column: 'name', folds: 2 } }
  const made = await ask(uma, 'createProject', { body: grouped })
  expect([made.status, made.text.includes('SECRET-')]).toEqual([201, false])
  const marks = await ask(ann, 'changeDataset', {
    params: { id },
    body: { sensitive: ['name', 'sold'] },
    ifMatch: version,
  })
  expect([marks.status, marks.body.code, marks.text.includes('something that you may not see')]).toEqual([
    409,
    'dataset.sensitiveRole',
    true,
  ])
  expect((await now()).sensitive).toEqual(['name'])
  await ask(uma, 'deleteProject', { params: { id: String(made.body['id']) }, ifMatch: 1 })
})

it('is marked by editors only, for columns that there are, and stands in the audit log', async () => {
  const params = { id: dataset.id }
  const { version } = await now()
  const change = (person: TestPerson, sensitive: string[]) =>
    ask(person, 'changeDataset', { params, body: { sensitive }, ifMatch: version })
  expect((await change(uma, [])).body.code).toBe('object.forbidden')
  expect((await change(ed, ['name', 'none', 'nothing'])).body.findings?.map(({ code }) => code)).toEqual([
    'dataset.unknownColumn',
    'dataset.unknownColumn',
  ])
  expect((await now()).sensitive).toEqual(['name'])
  expect((await change(ed, ['sold'])).body).toMatchObject({ sensitive: ['sold'] })
  const { body } = await ask(platform.people.adam, 'listAudit', { query: { limit: 1 } })
  expect(body).toMatchObject({
    items: [{ operation: 'changeDataset', before: { sensitive: ['name'] }, after: { sensitive: ['sold'] } }],
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
