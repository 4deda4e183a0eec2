import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActualsReceipt, DeploymentAccuracy } from '@modelsmith/api'
import { openPredictionLog, servingPaths } from '@modelsmith/serving'
import { numberColumn, textColumn } from '@modelsmith/table'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { placesOf } from '../../infra/settings.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'
import { shipLog } from './ship-log.ts'

const platform = withPlatform()
let world: World
let releaseId = ''
const serving = () => placesOf(platform.context.settings).serving
const params = () => ({ id: world.deployment })
const query = { from: '2026-01-31T00:00:00Z', to: '2026-02-01T00:00:00Z' }

/** Predictions of the class `yes` with these probabilities, by association id. */
const predict = async (shares: Readonly<Record<string, number>>, at = '2026-01-31T12:10:00.000Z') => {
  const ids = Object.keys(shares)
  const yes = Object.values(shares)
  const rows = ids.length
  const writer = openPredictionLog(join(serving(), servingPaths.log))
  const facts = {
    deploymentId: world.deployment,
    releaseId,
    rows,
    latencyMs: 1,
    status: 'ok',
    errorCode: null,
  } as const
  writer.append(
    { requestId: newId('request'), at, ...facts },
    {
      inputs: { schema: { columns: [{ name: 'size', type: 'integer' }] }, rows, columns: [numberColumn(yes)] },
      scores: {
        schema: {
          columns: [
            { name: 'no', type: 'number' },
            { name: 'yes', type: 'number' },
          ],
        },
        rows,
        columns: [numberColumn(yes.map((share) => 1 - share)), numberColumn(yes)],
      },
      ids: { schema: { columns: [{ name: 'order', type: 'text' }] }, rows, columns: [textColumn(ids, 'text')] },
      outcome: { targetType: 'binary', classes: ['no', 'yes'] },
    },
  )
  writer.close()
  await shipLog(platform.context, serving())
}

const send = async (actuals: Readonly<Record<string, unknown>>) => {
  const body = { actuals: Object.entries(actuals).map(([associationId, actual]) => ({ associationId, actual })) }
  const answer = await call(platform, platform.people.ann, 'addActuals', { params: params(), body })
  expect(answer.status).toBe(200)
  return answer.body as unknown as ActualsReceipt
}

const accuracy = async () => {
  const { body } = await call(platform, platform.people.ann, 'getAccuracy', { params: params(), query })
  return body as unknown as DeploymentAccuracy
}

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
  const { database } = platform.context
  releaseId = (
    await database.first<{ id: string }>(sql`select id from release where deployment_id = ${world.deployment}`)
  )?.id as string
})
beforeEach(async () => {
  await rm(join(serving(), servingPaths.log), { recursive: true, force: true })
  for (const table of ['prediction', 'actual', 'accuracy', 'outcome', 'held'])
    await platform.context.database.run({ text: `delete from monitoring_${table}`, values: [] })
})

it('measures predictions by the actual values that come later, and says how many rows that stands on', async () => {
  await predict({ a: 0.9, b: 0.2, c: 0.7, d: 0.4 })
  await predict({ e: 0.8 }, '2026-01-31T15:00:00.000Z')
  expect(await send({ a: 'yes', b: 'no', c: 'no', e: 'yes' })).toEqual({
    received: 4,
    new: 4,
    corrected: 0,
    repeated: 0,
    matched: 4,
    unusable: 0,
    unknown: 0,
    unknownIds: [],
  })
  const { releases, series, waitingActuals } = await accuracy()
  expect(waitingActuals).toBe(0)
  expect(releases).toMatchObject([{ releaseId, number: 1, predictions: 5, actuals: 4 }])
  expect(releases[0]?.scores['Accuracy']).toBe(0.75)
  const loss = -(Math.log(0.9) + Math.log(0.8) + Math.log(0.3) + Math.log(0.8)) / 4
  expect(releases[0]?.scores['LogLoss']).toBeCloseTo(loss, 12)
  expect(series.map(({ at, predictions, actuals }) => [at, predictions, actuals])).toEqual([
    ['2026-01-31T12:00:00.000Z', 4, 3],
    ['2026-01-31T15:00:00.000Z', 1, 1],
  ])
})

it('lets actual values wait for their predictions, and names the ids that it does not know', async () => {
  await predict({ a: 0.9 })
  expect(await send({ a: 'yes', later: 'no', never: 'yes' })).toMatchObject({
    matched: 1,
    unknown: 2,
    unknownIds: ['later', 'never'],
  })
  expect(await accuracy()).toMatchObject({ waitingActuals: 2, releases: [{ predictions: 1, actuals: 1 }] })
  await predict({ later: 0.1 })
  expect(await accuracy()).toMatchObject({ waitingActuals: 1, releases: [{ predictions: 2, actuals: 2 }] })
})

it.each([
  ['holds U+0000', 'a\0'],
  ['is longer than an index takes', 'x'.repeat(1001)],
])('leaves out an id that %s, and ships what stands behind it', async (_, id) => {
  await predict({ [id]: 0.9, b: 0.2 })
  await predict({ c: 0.9 })
  expect(await accuracy()).toMatchObject({ releases: [{ predictions: 2 }] })
  const body = { actuals: [{ associationId: id, actual: 'yes' }] }
  const answer = await call(platform, platform.people.ann, 'addActuals', { params: params(), body })
  expect(answer.status).toBe(422)
})

it('takes a correction as if the first value had never come, and a repetition once', async () => {
  await predict({ a: 0.123456789, b: 0.7, c: 0.35 })
  await send({ a: 'yes', b: 'yes' })
  const before = await accuracy()
  expect(await send({ b: 'yes', c: 'yes' })).toMatchObject({ new: 1, repeated: 1, corrected: 0 })
  expect(await send({ a: 'no' })).toMatchObject({ new: 0, corrected: 1 })
  expect((await accuracy()).releases).toMatchObject([{ actuals: 3 }])
  expect(await send({ a: 'yes' })).toMatchObject({ corrected: 1 })
  const { database } = platform.context
  // c is taken back by hand, so that what is left must be what there was, to the last digit.
  const corrected = await database.rows(sql`select actuals, sums from monitoring_accuracy`)
  await database.run(sql`delete from monitoring_prediction`)
  await database.run(sql`delete from monitoring_accuracy`)
  await database.run(sql`delete from monitoring_actual`)
  await predict({ a: 0.123456789, b: 0.7, c: 0.35 })
  await send({ a: 'yes', b: 'yes', c: 'yes' })
  const sums = (rows: unknown[]) => (rows[0] as { sums: string[] }).sums.map(Number)
  expect(sums(await database.rows(sql`select actuals, sums from monitoring_accuracy`))).toEqual(sums(corrected))
  expect(before.releases).toMatchObject([{ actuals: 2 }])
})

it('lets the later of two predictions of one id stand, whichever was shipped first', async () => {
  const [early, late] = ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00.000Z']
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    await platform.context.database.run(sql`delete from monitoring_prediction`)
    await platform.context.database.run(sql`delete from monitoring_accuracy`)
    await send({ a: 'yes' })
    for (const at of order) await predict({ a: at === late ? 0.9 : 0.1 }, at)
    const { releases, series } = await accuracy()
    expect(releases).toMatchObject([{ predictions: 1, actuals: 1, scores: { Accuracy: 1 } }])
    expect(series.filter(({ predictions }) => predictions > 0).map(({ at }) => at)).toEqual([late])
  }
})

it('counts a prediction that is no number in no metric, and says so', async () => {
  await predict({ a: Number.NaN, b: 0.9 })
  expect(await send({ a: 'yes', b: 'yes' })).toMatchObject({ matched: 2, unusable: 1 })
  expect((await accuracy()).releases).toMatchObject([{ predictions: 2, actuals: 1 }])
})

it('takes none of the actual values where one is wrong, and says of each what is', async () => {
  const body = {
    actuals: [
      { associationId: 'a', actual: 'yes' },
      { associationId: 'b', actual: 'perhaps' },
      { associationId: 'c', actual: null },
      { associationId: 'a', actual: 'no' },
      { associationId: 'a', actual: 'yes' },
    ],
  }
  const answer = await call(platform, platform.people.ann, 'addActuals', { params: params(), body })
  expect(answer).toMatchObject({ status: 422, body: { code: 'monitoring.actuals' } })
  expect(answer.body.findings?.map(({ code, message }) => [code, message])).toEqual([
    ['monitoring.actual', 'The actual value of "b" is "perhaps"; one of no, yes was expected.'],
    ['monitoring.actual', 'The actual value of "c" is null; one of no, yes was expected.'],
    ['monitoring.actualTwice', 'The actual value of "a" is given twice, with two values.'],
  ])
  expect(await platform.context.database.rows(sql`select 1 from monitoring_actual`)).toEqual([])
})

it('says of a model of several targets that it has no accuracy', async () => {
  await platform.context.database.run(
    sql`update model_release set serving = jsonb_set(serving, '{outcome}', '{"targetType": "regression", "classes": [], "outputs": true}') where id = ${world.modelRelease}`,
  )
  const body = { name: 'Several', modelReleaseId: world.modelRelease }
  const { body: made } = await call(platform, platform.people.ann, 'createDeployment', { body })
  const answer = await call(platform, platform.people.ann, 'addActuals', {
    params: { id: String(made['id']) },
    body: { actuals: [{ associationId: 'a', actual: 1 }] },
  })
  expect(answer.body.code).toBe('monitoring.noActuals')
})
