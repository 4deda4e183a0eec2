import { join } from 'node:path'
import type { Deployment, FeatureImportance, Job, KeptRow, KeptRows, LoggedRequest, Storage } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { type LoggedRows, mediaTypes, openPredictionLog, readRequest, servingPaths } from '@modelsmith/serving'
import { type ColumnSchema, rowsFromTable } from '@modelsmith/table'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { placesOf } from '../../infra/settings.ts'
import { call, type CallParts } from '../../testing/call.ts'
import { answeredWith, irisClasses as classes, setosa, virginica } from '../../testing/irises.ts'
import { addPerson, type TestPerson, withPlatform } from '../../testing/platform.ts'
import { irisFields as fields, publishIris } from '../../testing/publish.ts'
import { addDataset, makeWorld, noSessions, runJob } from '../../testing/world.ts'
import { forgetRows, shipLog } from '../monitoring/index.ts'
import { askKeptRowsJob } from './index.ts'

const platform = withPlatform()
const day = { from: '2026-01-31T00:00:00Z', to: '2026-02-01T00:00:00Z' }

let tree = ''
let regression = ''
let deployment: Deployment
let uma: TestPerson

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const params = () => ({ id: deployment.id })

const answered = answeredWith(1, 0)

/** What the prediction process would have logged; the ids of the requests. */
const ship = async (requests: readonly (LoggedRows | undefined)[], at = '2026-01-31T12:10:00.000Z', ids?: string[]) => {
  const folder = placesOf(platform.context.settings).serving
  const log = openPredictionLog(join(folder, servingPaths.log))
  const facts = { deploymentId: deployment.id, releaseId: deployment.release.id, latencyMs: 1.5, at }
  const names = requests.map((rows, place) => {
    const requestId = ids?.[place] ?? newId('request')
    if (rows === undefined) log.append({ ...facts, requestId, rows: 0, status: 'error', errorCode: 'rows.cell' })
    else log.append({ ...facts, requestId, rows: rows.inputs.rows, status: 'ok', errorCode: null }, rows)
    return requestId
  })
  log.close()
  await shipLog(platform.context, folder)
  return names as [string, ...string[]]
}

const set = async (body: object, person = platform.people.ann) => {
  const { version } = (await ask('getDeployment', { params: params() })).body as unknown as Deployment
  return ask('changeDeployment', { params: params(), body, ifMatch: version }, person)
}
const request = async (id: string, query: object = {}, person = platform.people.ann) =>
  (await ask('getLoggedRequest', { params: params(), query: { request: id, ...query } }, person))
    .body as unknown as LoggedRequest
const list = async (query: object = {}, person = platform.people.ann) =>
  (await ask('listKeptRows', { params: params(), query: { ...day, ...query } }, person)).body as unknown as KeptRows
const run = async (operation: 'scoreRequestAgain' | 'explainRequest', body: object) => {
  const { job } = (await ask(operation, { params: params(), body })).body as unknown as { job: Job }
  const askKeptRows = askKeptRowsJob(platform.context, noSessions)
  return runJob(platform, platform.people.ann, job.id, { askKeptRows })
}

beforeAll(async () => {
  uma = await addPerson(platform.context, platform.people.ann, 'Uma', 'member')
  const { id } = (await ask('createRegisteredModel', { body: { name: 'Irises' } })).body as { id: string }
  tree = await publishIris(platform, platform.people.ann, id, 'dtc_iris')
  regression = await publishIris(platform, platform.people.ann, id, 'logreg_multinomial_strings')
}, 120_000)

beforeEach(async () => {
  const body = { name: 'Irises', modelReleaseId: tree }
  deployment = (await ask('createDeployment', { body })).body as unknown as Deployment
  await set({ keepRowsDays: 30, associationColumn: 'id' })
})

it('tells one request by its id, with rows, answers and the actual values that came since', async () => {
  const [id, refused] = await ship([answered([setosa, [null, 3, 6, 2]], 'setosa', ['a', 'b']), undefined])
  await ask('addActuals', { params: params(), body: { actuals: [{ associationId: 'b', actual: 'virginica' }] } })
  expect(await request(id)).toMatchObject({
    requestId: id,
    at: '2026-01-31T12:10:00.000Z',
    status: 'ok',
    latencyMs: 1.5,
    rows: 2,
    release: { number: 1, modelName: 'Irises', isCurrent: true },
    rowsState: 'kept',
    columns: fields.map((name) => ({ name, type: 'number', isHidden: false })),
    items: [
      { row: 0, values: { 'petal width': 0.2 }, associationId: 'a', actual: null },
      {
        row: 1,
        values: { 'sepal length': null },
        answer: { prediction: 'setosa', probabilities: { setosa: 1, versicolor: 0, virginica: 0 } },
        actual: 'virginica',
      },
    ],
    again: null,
    explanations: [],
    whyUnexplained: null,
  })
  expect((await request(id, { start: 1, limit: 5 })).items.map(({ row }) => row)).toEqual([1])
  expect(await request(refused as string)).toMatchObject({ rowsState: 'refused', errorCode: 'rows.cell', items: [] })
  const listed = async (query: object) =>
    ((await ask('listPredictionLog', { params: params(), query: query as never })).body as { items: object[] }).items
  expect(await listed({ status: 'error' })).toMatchObject([{ requestId: refused }])
  expect(await listed({ status: 'ok', release: deployment.release.id })).toMatchObject([{ requestId: id }])
  const absent = await ask('getLoggedRequest', { params: params(), query: { request: 'nobody' } })
  expect([absent.status, absent.body.code]).toEqual([404, 'request.notFound'])
})

it('scores a request again with the release that answered and the one of now, and says what differs', async () => {
  const [id] = await ship([answered([setosa, virginica], 'setosa')])
  expect(await run('scoreRequestAgain', { requestId: id })).toMatchObject({
    state: 'succeeded',
    result: { releases: 1 },
  })
  const once = (await request(id)).again
  expect(once?.releases).toMatchObject([
    { number: 1, isCurrent: true, problem: null, different: 1, largestDifference: 1 },
  ])
  expect(once?.releases[0]?.answers.map(({ prediction }) => prediction)).toEqual(['setosa', 'virginica'])
  const { version } = (await ask('getDeployment', { params: params() })).body as unknown as Deployment
  const body = { modelReleaseId: regression, reason: 'Better' }
  await ask('replaceModel', { params: params(), body, ifMatch: version })
  await run('scoreRequestAgain', { requestId: id })
  const { again, release } = await request(id)
  expect(release).toMatchObject({ number: 1, isCurrent: false })
  expect(again?.releases).toMatchObject([
    { number: 2, isCurrent: true, different: 2, answers: [{ prediction: 'setosa' }, { prediction: 'virginica' }] },
    { number: 1, isCurrent: false, different: 1 },
  ])
})

it('explains a row exactly, against the rows that are kept where the model is linear', async () => {
  const [id] = await ship([answered([setosa, virginica], 'setosa')])
  expect(await run('explainRequest', { requestId: id, row: 1 })).toMatchObject({ state: 'succeeded' })
  const [explanation] = (await request(id)).explanations
  expect(explanation).toMatchObject({ row: 1, problem: null, method: 'exact', features: fields })
  for (const { base, contributions, score, prediction } of explanation?.outputs ?? [])
    expect(contributions.reduce((sum, each) => sum + each, base)).toBeCloseTo(score ?? prediction, 9)
  expect(explanation?.outputs).toHaveLength(3)

  const { version } = (await ask('getDeployment', { params: params() })).body as unknown as Deployment
  const body = { modelReleaseId: regression, reason: 'Better' }
  deployment = (await ask('replaceModel', { params: params(), body, ifMatch: version })).body as unknown as Deployment
  const [linear] = await ship([answered([virginica], 'virginica'), answered([setosa, setosa], 'setosa')])
  await run('explainRequest', { requestId: linear, row: 0 })
  const [other] = (await request(linear)).explanations
  expect(other).toMatchObject({ method: 'exact', background: { rows: 3 } })
  for (const { base, contributions, score, prediction } of other?.outputs ?? [])
    expect(contributions.reduce((sum, each) => sum + each, base)).toBeCloseTo(score ?? prediction, 9)
  expect(other?.outputs[0]?.contributions.some((each) => Math.abs(each) > 0.1)).toBe(true)

  const outside = await ask('explainRequest', { params: params(), body: { requestId: id, row: 2 } })
  expect([outside.status, outside.body.code]).toEqual([422, 'request.noRow'])
})

it('finds kept rows by time, cell, class and actual value, page by page, newest first', async () => {
  await ship([answered([setosa, virginica], 'setosa', ['a', 'b']), answered([setosa], 'virginica', ['c'])])
  await ship([answered([[null, 3, 6, 2]], 'versicolor')], '2026-01-31T15:00:00.000Z')
  await ship([answered([setosa], 'setosa')], '2026-03-01T12:00:00.000Z')
  await ask('addActuals', { params: params(), body: { actuals: [{ associationId: 'b', actual: 'virginica' }] } })
  const told = (items: readonly KeptRow[]) =>
    items.map(({ at, row, answer }) => `${at.slice(11, 13)} ${row} ${answer.prediction}`)
  const all = ['15 0 versicolor', '12 0 setosa', '12 1 setosa', '12 0 virginica']
  const whole = await list()
  expect(told(whole.items)).toEqual(all)
  expect([whole.nextCursor, whole.kept.rows]).toEqual([null, 5])
  const paged: string[] = []
  let cursor: string | null = null
  do {
    const page: KeptRows = await list({ limit: 1, ...(cursor === null ? {} : { cursor }) })
    paged.push(...told(page.items))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(paged).toEqual(all)
  const found = async (query: object) => told((await list(query)).items)
  expect(await found({ column: 'petal length', least: '5' })).toEqual(['15 0 versicolor', '12 1 setosa'])
  expect(await found({ column: 'petal length', least: '1', most: '1.4' })).toEqual(['12 0 setosa', '12 0 virginica'])
  expect(await found({ column: 'sepal length', value: '' })).toEqual(['15 0 versicolor'])
  expect(await found({ column: 'sepal length', value: '6.3' })).toEqual(['12 1 setosa'])
  expect(await found({ predicted: 'virginica' })).toEqual(['12 0 virginica'])
  expect(await found({ actual: 'with' })).toEqual(['12 1 setosa'])
  expect(await found({ actual: 'without', predicted: 'setosa' })).toEqual(['12 0 setosa'])
  expect(await found({ release: 'release_00000000000000000000000000' })).toEqual([])
  expect(await found({ column: 'no such', value: '1' })).toEqual([])
  for (const [query, code] of [
    [{ value: '1' }, 'rows.filterColumn'],
    [{ column: 'petal length', least: 'wide' }, 'rows.bound'],
    [{ cursor: 'bm90aGluZw' }, 'rows.cursor'],
  ] as const) {
    const { status, body } = await ask('listKeptRows', { params: params(), query })
    expect([status, body.code]).toEqual([422, code])
  }
})

it('gives the rows that fit as CSV and as Parquet, also where there are none', async () => {
  await ship([answered([setosa, virginica], 'setosa', ['a', 'b'])])
  const query = { ...day, column: 'petal length', least: '5' }
  const csv = await ask('downloadKeptRows', { params: params(), query })
  const [head, ...lines] = csv.text.trim().split('\n')
  expect(head).toBe(
    `request_id,at,release,row,${fields.join(',')},prediction,${classes.map((name) => `probability_${name}`).join(',')},association_id,actual`,
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(',1,1,6.3,3.3,6,2.5,setosa,1,0,0,b,')
  const parquet = await ask('downloadKeptRows', { params: params(), query: { ...query, format: 'parquet' } })
  const read = (name: string, type: ColumnSchema['type']) => {
    const { rows } = readRequest([{ name, type }], parquet.bytes, mediaTypes.parquet, undefined)
    return rowsFromTable(rows)
  }
  expect([read('release', 'integer'), read('petal length', 'number')]).toEqual([[[1]], [[6]]])
  expect([read('prediction', 'category'), read('actual', 'text')]).toEqual([[['setosa']], [[null]]])
  const none = await ask('downloadKeptRows', { params: params(), query: { ...query, least: '50' } })
  expect(none.text.trim().split('\n')).toEqual(['request_id,at,release,row,association_id,actual'])
})

it('keeps a share of the requests, the same ones wherever they are shipped, and counts all', async () => {
  await set({ keepRowsShare: 0.5 })
  const names = Array.from({ length: 60 }, (_, at) => `request ${at} of ${deployment.id}`)
  await ship(
    names.map(() => answered([setosa], 'setosa')),
    undefined,
    names,
  )
  const { items, kept } = await list({ limit: 200 })
  expect(items.length).toBeGreaterThan(10)
  expect(items.length).toBeLessThan(50)
  expect(kept).toMatchObject({ share: 0.5, rows: items.length })
  const states = await Promise.all(names.map(async (name) => (await request(name)).rowsState))
  expect(states.filter((state) => state === 'kept').length).toBe(items.length)
  expect(states.filter((state) => state === 'notKept').length).toBe(60 - items.length)
  const { body } = await ask('getHealth', { params: params(), query: day })
  expect(body).toMatchObject({ requests: 60, rows: 60 })
})

it('lets rows go when their days are over, with what was made of them, and says so', async () => {
  const [id] = await ship([answered([setosa], 'setosa')], new Date(Date.now() - 3 * 86_400_000).toISOString())
  await run('scoreRequestAgain', { requestId: id })
  await set({ keepRowsDays: 1 })
  await forgetRows(platform.context.database)
  expect(await request(id)).toMatchObject({ rowsState: 'letGo', items: [], again: null })
  const again = await ask('scoreRequestAgain', { params: params(), body: { requestId: id } })
  expect([again.status, again.body.code]).toEqual([409, 'request.notKept'])
  expect(await platform.context.database.rows(sql`select 1 from request_answers where request_id = ${id}`)).toEqual([])
})

it('keeps no rows beyond the quota of the organisation, which counts them, and says since when', async () => {
  const stored = async () =>
    ((await ask('getStorage', {}, platform.people.adam)).body as unknown as Storage).organisation.storedBytes
  const before = await stored()
  await ship([answered([setosa], 'setosa')])
  expect(await stored()).toBeGreaterThan(before)
  await ask('changeStorage', { body: { quotaBytes: 1 } }, platform.people.adam)
  const [id] = await ship([answered([setosa], 'setosa')])
  await ask('changeStorage', { body: { quotaBytes: null } }, platform.people.adam)
  expect((await request(id)).rowsState).toBe('notKept')
  expect((await list()).kept.refusedAt).not.toBe(null)
})

it('is for those who may edit the deployment; owners say what is kept, and the audit log says what it was', async () => {
  const [id] = await ship([answered([setosa], 'setosa')])
  await ask('share', { params: params(), body: { grantee: uma.id, role: 'consumer' } })
  expect(await request(id, {}, uma)).toMatchObject({ rowsState: 'withheld', columns: [], items: [] })
  expect((await ask('listKeptRows', { params: params() }, uma)).status).toBe(403)
  await ask('share', { params: params(), body: { grantee: uma.id, role: 'editor' } })
  expect((await request(id, {}, uma)).items).toHaveLength(1)
  const refused = await set({ keepRowsDays: 1 }, uma)
  expect([refused.status, refused.body.code]).toEqual([403, 'deployment.ownersKeepRows'])
  expect((await set({ keepRowsShare: 0 })).status).toBe(422)
  await set({ keepRowsShare: 0.25 })
  const entry = await platform.context.database.first<{ before: object; after: object }>(
    sql`select before, after from audit_entry where operation = 'changeDeployment' order by sequence desc limit 1`,
  )
  expect(entry).toMatchObject({ before: { keepRowsShare: 1 }, after: { keepRowsShare: 0.25 } })
})

it('masks sensitive columns, and chooses no rows by them', async () => {
  const dataset = await addDataset(platform, platform.people.ann, `${fields.join(',')},id\n5.1,3.5,1.4,0.2,x\n`)
  await ask('setBaseline', {
    params: params(),
    body: { source: 'dataset', datasetVersionId: dataset.latest.id },
  })
  const { version } = dataset
  const body = { sensitive: ['sepal length', 'id'] }
  await ask('changeDataset', { params: { id: dataset.id }, body, ifMatch: version })
  await ask('share', { params: params(), body: { grantee: uma.id, role: 'editor' } })
  const [id] = await ship([answered([[48.151, 3.3, 6, 2.5]], 'setosa', ['person 7'])])
  const own = await list()
  expect(own.items).toMatchObject([{ values: { 'sepal length': 48.151 }, associationId: 'person 7' }])
  const seen = await list({}, uma)
  expect(seen.items).toMatchObject([{ values: { 'sepal length': mask, 'petal width': 2.5 }, associationId: mask }])
  await set({ associationColumn: 'another' })
  expect((await list({}, uma)).items).toMatchObject([{ associationId: mask }])
  expect(seen.columns).toContainEqual({ name: 'sepal length', type: 'number', isHidden: true })
  const query = { ...day, column: 'sepal length', least: '40' }
  const chosen = await ask('listKeptRows', { params: params(), query }, uma)
  expect([chosen.status, chosen.body.code]).toEqual([403, 'rows.hiddenColumn'])
  const texts = await Promise.all([
    ask('getLoggedRequest', { params: params(), query: { request: id } }, uma),
    ask('downloadKeptRows', { params: params(), query: day }, uma),
  ])
  for (const { status, text } of texts) {
    expect(status).toBe(200)
    expect(text).not.toMatch(/48\.151|person 7/)
  }
})

it('says how much each feature matters: of a hosted file by kept rows, of a trained model by its impact', async () => {
  const importance = async (id = deployment.id) =>
    (await ask('getFeatureImportance', { params: { id } })).body as unknown as FeatureImportance
  expect(await importance()).toMatchObject({ state: 'absent', why: 'It is not computed yet.' })
  await ship([answered([setosa, virginica, [5.9, 3, 4.2, 1.5]], 'setosa')])
  expect(await importance()).toMatchObject({ state: 'absent', why: 'It is not computed yet.' })
  const { job } = (await ask('computeFeatureImportance', { params: params(), body: {} })).body as unknown as {
    job: Job
  }
  const askKeptRows = askKeptRowsJob(platform.context, noSessions)
  expect(await runJob(platform, platform.people.ann, job.id, { askKeptRows })).toMatchObject({ state: 'succeeded' })
  const found = await importance()
  expect(found).toMatchObject({ state: 'computed', source: 'contributions', rows: 3, jobId: job.id, modelId: null })
  expect(found.features.map(({ name }) => name)).toEqual(fields)
  expect(Math.max(...found.features.map(({ share }) => share))).toBe(1)
  // The tree asks about petals alone.
  expect(found.features[0]).toMatchObject({ value: 0, share: 0 })

  const world = await makeWorld(platform, platform.people.ann)
  const trained = { id: world.deployment }
  expect(await importance(trained.id)).toMatchObject({ state: 'absent', modelId: world.model })
  const refused = await ask('computeFeatureImportance', { params: trained, body: {} })
  expect([refused.status, refused.body.code]).toEqual([409, 'request.unexplained'])
  const features = [
    { feature: 'size', impact: 0.2, spread: 0 },
    { feature: 'colour', impact: -0.1, spread: 0 },
  ]
  const impact = { rows: 8, repeats: 1, seed: 0, baseline: 0.7, features }
  const computed = { part: 'validation', partRows: 8, metric: 'Log loss', impact, effects: [] }
  await platform.context.database.run(
    sql`insert into model_insight (model_id, name, value, created_at) values (${world.model}, 'features', ${json(computed)}, now())`,
  )
  expect(await importance(trained.id)).toMatchObject({
    state: 'computed',
    source: 'impact',
    metric: 'Log loss',
    features: [
      { name: 'size', share: 1 },
      { name: 'colour', value: -0.1, share: 0 },
    ],
  })
})

it('says which release is none of the deployment', async () => {
  const query = { release: 'release_00000000000000000000000000' }
  const none = await ask('getFeatureImportance', { params: params(), query })
  expect([none.status, none.body.code]).toEqual([404, 'request.noRelease'])
})
