import type { Deployment, DeploymentReport } from '@modelsmith/api'
import { beforeAll, expect, it } from 'vitest'
import { sql } from '../../../infra/database/database.ts'
import { call, type CallParts } from '../../../testing/call.ts'
import { withPlatform } from '../../../testing/platform.ts'
import { makeWorld, type World } from '../../../testing/world.ts'

const platform = withPlatform()
let world: World

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}, person = platform.people.ann) =>
  call(platform, person, operation, parts)
const reportOf = async (id: string, query = {}, person = platform.people.ann) =>
  (await ask('getDeploymentReport', { params: { id }, query }, person)).body as unknown as DeploymentReport

beforeAll(async () => {
  world = await makeWorld(platform, platform.people.ann)
})

it('tells what answers, what it was made from, who decided what, and how it fared', async () => {
  const { ann, adam } = platform.people
  const params = { id: world.deployment }
  await ask('rejectChangeRequest', { params: { id: world.changeRequest }, body: { reason: 'Nothing does' } }, adam)
  const { version } = (await ask('getDeployment', { params })).body as unknown as Deployment
  await ask('pauseDeployment', { params, ifMatch: version, body: { reason: 'Wrong prices' } })
  const { database } = platform.context
  await database.run(sql`
    update training_run set graph = ${JSON.stringify({
      nodes: [
        { id: 'a', taskVersion: world.taskVersion, inputs: [] },
        { id: 'b', taskVersion: 'builtin:random-forest@1', inputs: [] },
      ],
    })}
    where id = ${world.trainingRun}`)
  const report = await reportOf(world.deployment)
  expect(report).toMatchObject({
    createdFor: { id: ann.id },
    deployment: { id: world.deployment, state: 'paused', importance: 'low', release: { modelId: world.model } },
    owners: [{ id: ann.id }],
    changeRequests: [{ id: world.changeRequest, state: 'rejected', decisionReason: 'Nothing does' }],
    history: [{ kind: 'paused', reason: 'Wrong prices' }, { kind: 'deployed' }],
    health: { requests: 0, rows: 0 },
    drift: { releaseId: report.deployment.release.id },
    accuracy: { releases: expect.any(Array) },
  })
  expect(Date.parse(report.health.to)).toBeGreaterThan(Date.parse(report.health.from))
  const found = new Map(report.lineage.map((item) => [`${item.what} ${item.id}`, item]))
  expect(found.get(`dataset version ${world.datasetVersion}`)).toMatchObject({
    version: '1',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    facts: expect.arrayContaining([{ name: 'rows', value: '40' }]),
  })
  expect(found.get(`project ${world.project}`)?.facts).toContainEqual({ name: 'target', value: 'sold' })
  expect(found.get(`task version ${world.taskVersion}`)).toMatchObject({
    version: '1.0',
    sha256: expect.stringMatching(/./),
  })
  expect(found.get('task version builtin:random-forest@1')).toMatchObject({ version: 'built in' })
  expect(found.has(`model ${world.model}`)).toBe(true)
  expect(found.has(`training run ${world.trainingRun}`)).toBe(true)
})

it('tells a reader nothing of what they may not see', async () => {
  const { mia } = platform.people
  const params = { id: world.deployment }
  expect((await ask('getDeploymentReport', { params }, mia)).status).toBe(404)
  await ask('share', { params, body: { grantee: mia.id, role: 'consumer' } })
  const { lineage } = await reportOf(world.deployment, {}, mia)
  const hidden = lineage.filter(({ name }) => name === null)
  expect(hidden.map(({ what }) => what)).toEqual([
    'model',
    'training run',
    'project',
    'dataset version',
    'task version',
  ])
  for (const { what, ...rest } of hidden)
    expect([what, rest]).toEqual([what, { id: null, name: null, version: null, sha256: null, facts: [] }])
  const { text } = await ask('downloadDeploymentReport', { params }, mia)
  expect(text).toContain('not shown to this reader')
  expect(text).not.toContain(world.datasetVersion)
})

it('covers the time that is asked for, and refuses one that is none', async () => {
  const query = { from: '2026-01-01', to: '2026-01-02' }
  const { health, drift, accuracy } = await reportOf(world.deployment, query)
  for (const { from, to } of [health, drift, accuracy])
    expect([from, to]).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'])
  for (const wrong of [{ from: 'yesterday' }, { from: '2026-01-02', to: '2026-01-01' }]) {
    const { status, body } = await ask('getDeploymentReport', { params: { id: world.deployment }, query: wrong })
    expect([status, body.code]).toEqual([422, 'monitoring.range'])
  }
})

it('is Markdown in which nobody’s words are marks', async () => {
  const params = { id: world.deployment }
  const { version } = (await ask('getDeployment', { params })).body as unknown as Deployment
  const name = '# <b>Shop</b> | [x](javascript:alert(1)) `a`'
  await ask('changeDeployment', {
    params,
    ifMatch: version,
    body: { name, description: 'one\n\n## Health\n| a | b |' },
  })
  const { text, headers } = await ask('downloadDeploymentReport', { params })
  expect(headers['content-type']).toMatch(/^text\/markdown/)
  const lines = text.split('\n')
  expect(lines[0]).toBe('# Deployment report: \\# \\<b\\>Shop\\</b\\> \\| \\[x\\]\\(javascript:alert\\(1\\)\\) \\`a\\`')
  expect(lines.filter((line) => line === '## Health')).toHaveLength(1)
  expect(lines).toContain('| Description | one \\#\\# Health \\| a \\| b \\| |')
  expect(lines.filter((line) => line.startsWith('## '))).toEqual(
    ['What answers', 'Lineage', 'Change requests', 'History', 'Health', 'Drift', 'Accuracy'].map(
      (each) => `## ${each}`,
    ),
  )
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
