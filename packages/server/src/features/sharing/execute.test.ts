import type { Access, Blueprint, Deployment, Task, TrainingRun } from '@modelsmith/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { type Called, call, type CallParts } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { addSecretTask, forest, graphWith, graphWithout, nodeOf } from '../../testing/secret-task.ts'
import { makeWorld, taskFiles, type World } from '../../testing/world.ts'

const platform = withPlatform()
let world: World
let task: Task
let blueprint: Blueprint
let run: TrainingRun
let model: string

/** Ann's task, in Ann's environment, stands in Ann's blueprint and project; Mia gets roles on these two only. */
beforeAll(async () => {
  const { ann, mia, vera } = platform.people
  world = await makeWorld(platform, ann)
  ;({ task, blueprint, run, model } = await addSecretTask(platform, ann, world))
  await share(ann, world.project, mia, 'editor')
  await share(ann, blueprint.id, mia, 'consumer')
  await share(ann, world.project, vera, 'consumer')
})

const share = async (by: TestPerson, id: string, { id: grantee }: TestPerson, role: string): Promise<void> => {
  const { status } = await call(platform, by, 'share', { params: { id }, body: { grantee, role } })
  if (status !== 200) throw new Error(`Not shared: ${status}`)
}
const unshare = (by: TestPerson, id: string, { id: grantee }: TestPerson) =>
  call(platform, by, 'unshare', { params: { id }, query: { grantee } })

type Asking = (person: TestPerson) => Promise<Called>
type Asked = Parameters<typeof call>[2]
const asks =
  (operation: Asked, parts: () => CallParts): Asking =>
  (person) =>
    call(platform, person, operation, parts())

describe('whoever sees a project or blueprint, and not the task in it, may', () => {
  it.each<[string, Asking]>([
    ['see the project', asks('getProject', () => ({ params: { id: world.project } }))],
    ['see its leaderboard', asks('getLeaderboard', () => ({ params: { id: world.project } }))],
    ['see the model', asks('getModel', () => ({ params: { id: model } }))],
    ['see its insights', asks('getModelInsights', () => ({ params: { id: model } }))],
    [
      'see a page that the task drew',
      asks('renderCustomInsight', () => ({ params: { id: model }, query: { node: 'same', path: 'page.html' } })),
    ],
    [
      'see a table that the task wrote',
      asks('getCustomInsight', () => ({ params: { id: model }, query: { node: 'same', path: 'table.csv' } })),
    ],
    ['see what the task expects', asks('getTaskVersion', () => ({ params: { id: task.latest.id } }))],
    ['ask what they may do to the task', asks('getAccess', () => ({ params: { id: task.id } }))],
    [
      'train the blueprint again',
      asks('train', () => ({ params: { id: world.project }, body: { blueprintId: blueprint.id } })),
    ],
    [
      'train what the run trained again',
      asks('train', () => ({
        params: { id: world.project },
        body: { name: 'Again', graph: graphWith(task.latest.id), from: run.id },
      })),
    ],
    ['deploy the model', asks('createDeployment', () => ({ body: { name: 'Shop', modelId: model } }))],
    ['predict a file', asks('predictFile', () => ({ params: { id: model }, files: { 'rows.csv': 'size\n1\n' } }))],
    ['fetch the predictions of the folds', asks('outOfFoldPredictions', () => ({ params: { id: model } }))],
    ['see the log', asks('getJobLog', () => ({ params: { id: run.jobId } }))],
    [
      'save a copy of the blueprint with other parameters',
      asks('createBlueprint', () => ({
        body: {
          name: 'Mine',
          graph: { nodes: [nodeOf(task.latest.id), forest({ n_estimators: 5 })] },
          from: blueprint.id,
        },
      })),
    ],
    [
      'save a copy without the task',
      asks('createBlueprint', () => ({
        body: {
          name: 'Without',
          graph: graphWithout,
          from: blueprint.id,
        },
      })),
    ],
    [
      'save a copy of what the run trained',
      asks('createBlueprint', () => ({ body: { name: 'Of a run', graph: graphWith(task.latest.id), from: run.id } })),
    ],
    [
      'check a copy while it is drawn',
      asks('checkBlueprint', () => ({ body: { graph: graphWith(task.latest.id), projectId: world.project } })),
    ],
  ])('%s', async (_, ask) => {
    const { status, text } = await ask(platform.people.mia)
    expect({ text, ok: status < 300 }).toMatchObject({ ok: true })
  })
})

describe('whoever sees a project or blueprint, and not the task in it, may not', () => {
  it.each<[string, Asking]>([
    ['see the task', asks('getTask', () => ({ params: { id: task.id } }))],
    ['list its versions', asks('listTaskVersions', () => ({ params: { id: task.id } }))],
    ['see what uses it', asks('listTaskUses', () => ({ params: { id: task.id } }))],
    [
      'read a file of it',
      asks('getTaskFile', () => ({ params: { id: task.latest.id }, query: { path: 'secret.txt' } })),
    ],
    ['download it', asks('downloadTaskVersion', () => ({ params: { id: task.latest.id } }))],
    ['check it', asks('checkTaskVersion', () => ({ params: { id: task.latest.id } }))],
    ['clone it', asks('cloneTaskVersion', () => ({ params: { id: task.latest.id }, body: {} }))],
    [
      'compare it',
      asks('compareTaskVersions', () => ({ params: { id: task.latest.id }, query: { with: task.latest.id } })),
    ],
    ['change it', asks('changeTask', () => ({ params: { id: task.id }, body: { name: 'Mine' }, ifMatch: 1 }))],
    [
      'edit its files',
      asks('editTask', () => ({ params: { id: task.id }, files: taskFiles, fields: { base: task.latest.id } })),
    ],
    ['add a version', asks('uploadTaskVersion', () => ({ params: { id: task.id }, files: taskFiles }))],
    ['delete it', asks('deleteTask', () => ({ params: { id: task.id }, ifMatch: 1 }))],
    [
      'share it',
      asks('share', () => ({ params: { id: task.id }, body: { grantee: platform.people.mia.id, role: 'owner' } })),
    ],
    ['see with whom it is shared', asks('listShares', () => ({ params: { id: task.id } }))],
    [
      'download its artifact',
      asks('downloadArtifact', () => ({ params: { id: model }, query: { node: 'same', path: 'task.pkl' } })),
    ],
    [
      'read a text that it wrote, which may be the model',
      asks('getCustomInsight', () => ({ params: { id: model }, query: { node: 'same', path: 'notes.txt' } })),
    ],
    [
      'download an artifact of a fold of it',
      asks('downloadArtifact', () => ({ params: { id: model }, query: { node: 'same', path: 'task.pkl', fold: 1 } })),
    ],
    ['download all artifacts of a model of it', asks('downloadArtifacts', () => ({ params: { id: model } }))],
    ['download the scorer of a model of it', asks('downloadScorer', () => ({ params: { id: model } }))],
    ['take away all that the run works from', asks('downloadTrainingRun', () => ({ params: { id: run.id } }))],
    ['take it away by the job', asks('downloadJob', () => ({ params: { id: run.jobId } }))],
    ['see its environment', asks('getEnvironment', () => ({ params: { id: world.environment } }))],
    [
      'list the versions of its environment',
      asks('listEnvironmentVersions', () => ({ params: { id: world.environment } })),
    ],
    [
      'download its environment',
      asks('downloadEnvironmentVersion', () => ({ params: { id: world.environmentVersion } })),
    ],
    ['build its environment', asks('buildEnvironmentVersion', () => ({ params: { id: world.environmentVersion } }))],
    [
      'use it in another blueprint',
      asks('createBlueprint', () => ({ body: { name: 'Other', graph: graphWith(task.latest.id) } })),
    ],
    [
      'use it a second time in a copy',
      asks('createBlueprint', () => ({
        body: {
          name: 'Twice',
          graph: { nodes: [nodeOf(task.latest.id), nodeOf(task.latest.id, 'again'), forest()] },
          from: blueprint.id,
        },
      })),
    ],
    [
      'train it in a graph of their own',
      asks('train', () => ({ params: { id: world.project }, body: { name: 'Own', graph: graphWith(task.latest.id) } })),
    ],
  ])('%s, and is told whom to ask', async (_, ask) => {
    const { status, body, text } = await ask(platform.people.mia)
    expect([status, body.code, body['hint']]).toEqual([403, 'object.executeOnly', expect.stringMatching(/^Ask Ann to/)])
    expect(text).not.toContain('recipe')
  })
})

it('tells nothing of the task beside what a blueprint needs', async () => {
  const { mia } = platform.people
  const version = await call(platform, mia, 'getTaskVersion', { params: { id: task.latest.id } })
  expect(version.body).toMatchObject({
    taskName: 'Secret sauce',
    access: 'execute',
    owner: { name: 'Ann' },
    files: [],
    contentHash: '',
  })
  const access = (await call(platform, mia, 'getAccess', { params: { id: task.id } })).body as unknown as Access
  expect(access).toMatchObject({ role: 'executor', actions: ['execute'], owner: { name: 'Ann' } })
  for (const operation of [
    'listTasks',
    'listTaskVersionsAvailable',
    'listCustomEnvironments',
    'listNetworkRequests',
  ] as const) {
    const { text } = await call(platform, mia, operation)
    expect([operation, text.includes(task.latest.id), text.includes(world.environment)]).toEqual([
      operation,
      false,
      false,
    ])
  }
  const { text } = await call(platform, mia, 'search', { query: { q: 'sauce' } })
  expect(text).not.toContain(task.id)
})

it('says while it is drawn where a copy may not have the task', async () => {
  const check = async (from?: string) => {
    const { body } = await call(platform, platform.people.mia, 'checkBlueprint', {
      body: { graph: graphWith(task.latest.id), ...(from === undefined ? {} : { from }) },
    })
    return [body['valid'], body.findings?.map(({ code }) => code)]
  }
  expect(await check(blueprint.id)).toEqual([true, []])
  expect(await check()).toEqual([false, ['object.executeOnly']])
})

it('shows prints and tracebacks without lines of source, in the log, the job, the run and the leaderboard', async () => {
  const { ann, mia } = platform.people
  const answers = (person: TestPerson) =>
    Promise.all([
      call(platform, person, 'getJobLog', { params: { id: run.jobId } }),
      call(platform, person, 'getJob', { params: { id: run.jobId } }),
      call(platform, person, 'listJobs'),
      call(platform, person, 'getTrainingRun', { params: { id: run.id } }),
      call(platform, person, 'getLeaderboard', { params: { id: world.project } }),
      call(platform, person, 'streamJob', { params: { id: run.jobId } }),
      call(platform, person, 'streamJob', { params: { id: run.jobId }, headers: { 'last-event-id': '3' } }),
    ])
  for (const { text } of await answers(ann)) expect(text).toContain('secret = recipe(X)')
  for (const { text } of (await answers(mia)).slice(0, -1)) {
    expect(text).toContain('in fit')
    expect(text).toContain('ValueError: no')
    expect(text).not.toContain('recipe')
  }
  expect((await answers(mia)).at(-1)?.text).not.toContain('recipe')
})

it('gives a viewer what can be looked at, and nothing to work with', async () => {
  const { vera } = platform.people
  expect((await call(platform, vera, 'getModel', { params: { id: model } })).status).toBe(200)
  expect((await call(platform, vera, 'getTaskVersion', { params: { id: task.latest.id } })).status).toBe(404)
  expect((await call(platform, vera, 'createDeployment', { body: { name: 'D', modelId: model } })).status).toBe(403)
})

it('gives nothing to a stranger, who sees neither the task nor where it stands', async () => {
  const { bob } = platform.people
  const { status, body } = await call(platform, bob, 'getTaskVersion', { params: { id: task.latest.id } })
  expect([status, body.code]).toEqual([404, 'object.notFound'])
})

it('gives no more to whoever names a task that they may not see in a blueprint of their own', async () => {
  const { ann, mia } = platform.people
  const hidden = (await call(platform, ann, 'uploadTask', { files: taskFiles })).body as unknown as { task: Task }
  const { id } = hidden.task.latest
  const made = await call(platform, mia, 'createBlueprint', { body: { name: 'Guessed', graph: graphWith(id) } })
  expect(made.status).toBe(201)
  expect((await call(platform, mia, 'getTaskVersion', { params: { id } })).status).toBe(404)
  const trained = await call(platform, mia, 'train', {
    params: { id: world.project },
    body: { blueprintId: String(made.body['id']) },
  })
  expect(trained.body.findings?.map(({ code }) => code)).toContain('blueprint.unknownTask')
})

it('ends with the access to what the task stands in; a copy does not keep it, a deployment goes on', async () => {
  const { ann, mia } = platform.people
  const copy = await call(platform, mia, 'createBlueprint', {
    body: { name: 'Copy', graph: graphWith(task.latest.id), from: blueprint.id },
  })
  const deployed = await call(platform, mia, 'createDeployment', { body: { name: 'Kept', modelId: model } })
  const { id: deployment } = deployed.body as unknown as Deployment
  await unshare(ann, world.project, mia)
  expect((await call(platform, mia, 'getTaskVersion', { params: { id: task.latest.id } })).status).toBe(200)
  await unshare(ann, blueprint.id, mia)
  expect((await call(platform, mia, 'getTaskVersion', { params: { id: task.latest.id } })).status).toBe(404)
  expect((await call(platform, mia, 'getBlueprint', { params: { id: String(copy.body['id']) } })).status).toBe(200)
  const own = await call(platform, mia, 'getDeployment', { params: { id: deployment } })
  expect(own.status).toBe(200)
  const asked = await call(platform, mia, 'predict', { params: { id: deployment }, body: { rows: [{ size: 1 }] } })
  // The right is there: only the prediction process is not.
  expect(asked.body.code).toBe('deployment.servingDown')
  await share(ann, world.project, mia, 'editor')
  await share(ann, blueprint.id, mia, 'consumer')
})

it('is not passed on by a copy', async () => {
  const { ann, mia } = platform.people
  const copy = await call(platform, mia, 'createBlueprint', {
    body: { name: 'Passed on', graph: graphWith(task.latest.id), from: blueprint.id },
  })
  const id = String(copy.body['id'])
  const rows = await platform.context.database.rows(sql`select 1 from placement where holder_id = ${id}`)
  expect(rows).toEqual([])
  // Whoever may use the task, and saves it there, does pass it on.
  await share(mia, id, ann, 'editor')
  await call(platform, ann, 'changeBlueprint', {
    params: { id },
    body: { graph: graphWith(task.latest.id) },
    ifMatch: 1,
  })
  const placed = await platform.context.database.rows<{ by: string }>(
    sql`select placed_by as by from placement where holder_id = ${id} order by target_id`,
  )
  expect(placed).toEqual([{ by: ann.id }, { by: ann.id }])
})

it('ends when the task is taken out of the blueprint', async () => {
  const { ann, mia } = platform.people
  await unshare(ann, world.project, mia)
  const { version } = (await call(platform, ann, 'getBlueprint', { params: { id: blueprint.id } }))
    .body as unknown as Blueprint
  await call(platform, ann, 'changeBlueprint', {
    params: { id: blueprint.id },
    body: { graph: { nodes: [{ ...forest(), inputs: [{ from: 'data' }] }] } },
    ifMatch: version,
  })
  const placed = await platform.context.database.rows(sql`select 1 from placement where holder_id = ${blueprint.id}`)
  expect(placed).toEqual([])
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
