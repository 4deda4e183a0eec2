import { beforeAll, expect, it } from 'vitest'
import { json, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { publishIris } from '../../testing/publish.ts'
import { makeWorld, type World } from '../../testing/world.ts'

const platform = withPlatform()
const ann = () => platform.people.ann
let world: World
let deployment = ''
let release = ''

const rebuild = async (id: string, atLeast = '99', person = ann()) => {
  const body = { package: 'scikit-learn', atLeast }
  const { status, body: said } = await call(platform, person, 'rebuildDeployment', { params: { id }, body })
  return [status, said.code, said.detail]
}

beforeAll(async () => {
  world = await makeWorld(platform, ann())
  const { body } = await call(platform, ann(), 'createRegisteredModel', { body: { name: 'Irises' } })
  release = await publishIris(platform, ann(), String(body['id']), 'dtc_iris')
  const made = await call(platform, ann(), 'createDeployment', { body: { name: 'Irises', modelReleaseId: release } })
  deployment = String(made.body['id'])
}, 120_000)

it('is refused of a model that is in no registered model', async () => {
  expect(await rebuild(world.deployment)).toEqual([
    409,
    'rebuild.notRegistered',
    '"Shop" answers by a model that is in no registered model.',
  ])
})

it('is refused where no code runs with the package, and to what is no version', async () => {
  expect(await rebuild(deployment)).toEqual([
    409,
    'rebuild.notBelow',
    'No code of "Irises" runs with scikit-learn below 99: it runs with none.',
  ])
  expect((await rebuild(deployment, 'newest')).slice(0, 2)).toEqual([422, 'packages.version'])
})

it('is refused to whoever may not add a release to the registered model', async () => {
  const { mia, vera } = platform.people
  expect((await rebuild(deployment, '99', vera)).slice(0, 2)).toEqual([404, 'object.notFound'])
  await call(platform, ann(), 'share', { params: { id: deployment }, body: { grantee: mia.id, role: 'editor' } })
  expect((await rebuild(deployment, '99', mia)).slice(0, 2)).toEqual([404, 'object.notFound'])
})

it('is refused where there is no room for another challenger', async () => {
  const { database } = platform.context
  for (let at = 0; at < 5; at++) {
    const other = newId('modelRelease')
    await database.run(sql`
      insert into model_release (id, registered_model_id, experiment_id, state, number, description, serving, created_at, published_at)
      select ${other}, registered_model_id, experiment_id, 'standby', ${at + 2}, '', serving, now(), now() from model_release where id = ${release}`)
    const body = { modelReleaseId: other }
    expect((await call(platform, ann(), 'addChallenger', { params: { id: deployment }, body })).status).toBe(201)
  }
  expect((await rebuild(deployment)).slice(0, 2)).toEqual([409, 'rebuild.challengers'])
  await database.run(sql`delete from challenger where deployment_id = ${deployment}`)
})

it('is refused of code that runs in a container image, whose Dockerfile says what is in it', async () => {
  const { context, people } = platform
  await call(platform, people.adam, 'changeOrganisationSettings', { body: { runModelFiles: true } })
  const packages = [{ name: 'scikit-learn', version: '1.0' }]
  const inventory = { python: { path: '/usr/bin/python3', version: '3.12', packages, missing: [] } }
  await context.database.run(
    sql`update environment_version set state = 'ready', image_id = 'image', inventory = ${json(inventory)} where id = ${world.environmentVersion}`,
  )
  const manifest = { nodes: [{ environment: `${world.environmentVersion}:python` }] }
  const file = { path: 'model.json', ...(await context.objects.putBytes(Buffer.from(JSON.stringify(manifest)))) }
  const trained = { file: null, trained: { modelId: null, parameters: [], files: [file] } }
  await context.database.run(
    sql`update model_release set serving = serving || ${json(trained)}::jsonb where id = ${release}`,
  )
  const [status, code, detail] = await rebuild(deployment)
  expect([status, code]).toEqual([409, 'rebuild.image'])
  expect(detail).toMatch(/^Code of "Irises" runs in .*, which is made of a Dockerfile\.$/)
  expect(await rebuild(deployment, '0.5')).toEqual([
    409,
    'rebuild.notBelow',
    'No code of "Irises" runs with scikit-learn below 0.5: it runs with 1.0.',
  ])
})
