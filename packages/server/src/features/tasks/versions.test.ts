import type { Job, Task, TaskComparison, TaskTemplate, TaskUploaded, TaskUse } from '@modelsmith/api'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, type CallParts } from '../../testing/call.ts'
import { type GitServer, startGitServer } from '../../testing/git-server.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld, runJob, taskFiles } from '../../testing/world.ts'

const platform = withPlatform({ MODELSMITH_GIT_HOSTS: '127.0.0.1' })

const ask = (operation: Parameters<typeof call>[2], parts: CallParts = {}) =>
  call(platform, platform.people.ann, operation, parts)

const upload = async (files: Readonly<Record<string, string | Uint8Array>> = taskFiles): Promise<Task> =>
  ((await ask('uploadTask', { files })).body as unknown as TaskUploaded).task

const edit = (
  task: Task,
  parts: { files?: Record<string, string | Uint8Array>; fields?: Record<string, string> },
  base = task.latest.id,
) => ask('editTask', { params: { id: task.id }, files: parts.files ?? {}, fields: { base, ...parts.fields } })

const uploaded = ({ body }: Awaited<ReturnType<typeof call>>) => body as unknown as TaskUploaded
const paths = ({ latest }: Task) => latest.files.map(({ path }) => path)

describe('editing the files of a task', () => {
  it('puts, renames and removes, and makes the next version of it', async () => {
    const task = await upload({ ...taskFiles, 'old.txt': 'old', 'notes.txt': 'notes' })
    const answer = await edit(task, {
      files: { 'custom.py': `${taskFiles['custom.py']}# changed\n`, 'weights/a.bin': new Uint8Array([0, 1, 255]) },
      fields: { remove: '["old.txt"]', rename: '{"notes.txt":"docs/notes.txt"}', note: 'What changed' },
    })
    const { task: edited, created } = uploaded(answer)
    expect([answer.status, created]).toEqual([201, true])
    expect(paths(edited)).toEqual(['custom.py', 'docs/notes.txt', 'model-metadata.yaml', 'weights/a.bin'])
    expect(edited.latest).toMatchObject({
      number: '2.0',
      note: 'What changed',
      origin: { kind: 'edit', versionId: task.latest.id, number: '1.0' },
    })
  })

  it('makes no version of unchanged content', async () => {
    const task = await upload()
    const { task: same, created } = uploaded(await edit(task, { files: { 'custom.py': taskFiles['custom.py'] } }))
    expect([created, same.latest.id]).toEqual([false, task.latest.id])
  })

  it('changes the environment by its line in the metadata', async () => {
    const task = await upload({ ...taskFiles, 'model-metadata.yaml': `# Ours.\n${taskFiles['model-metadata.yaml']}` })
    const { task: edited } = uploaded(await edit(task, { fields: { environment: 'python-ml' } }))
    const { body } = await ask('getTaskFile', {
      params: { id: edited.latest.id },
      query: { path: 'model-metadata.yaml' },
    })
    expect(body['text']).toBe(`# Ours.\n${taskFiles['model-metadata.yaml']}environment: python-ml\n`)
    const refused = await edit(edited, { fields: { environment: 'r-ml' } })
    expect([refused.status, refused.body.findings?.[0]?.code]).toEqual([422, 'taskFolder.otherLanguage'])
  })

  it('refuses a folder that breaks the rules, with the line, and saves nothing', async () => {
    const task = await upload()
    const broken = await edit(task, { files: { 'model-metadata.yaml': 'name: Same\ntargetTyp: transform\n' } })
    expect(broken.body).toMatchObject({
      code: 'task.folder',
      findings: expect.arrayContaining([
        expect.objectContaining({ place: { file: 'model-metadata.yaml', line: 2, column: 1, pointer: '/targetTyp' } }),
      ]),
    })
    expect((await edit(task, { fields: { remove: '["custom.py"]' } })).body.findings?.[0]?.code).toBe(
      'taskFolder.noCode',
    )
    expect((await edit(task, { files: { '../x': '' } })).body.findings?.[0]?.code).toBe('taskFolder.path')
    expect((await ask('getTask', { params: { id: task.id } })).body['latest']).toMatchObject({ number: '1.0' })
  })

  it('refuses what it cannot do', async () => {
    const task = await upload({ ...taskFiles, 'a.txt': 'a' })
    const codes: unknown[] = []
    for (const fields of [
      { remove: '["gone.txt"]' },
      { rename: '{"gone.txt":"b.txt"}' },
      { rename: '{"a.txt":"custom.py"}' },
      { remove: 'custom.py' },
      { remove: '{"a":1}' },
      { rename: '["a"]' },
    ])
      codes.push((await edit(task, { fields })).body.code)
    expect(codes).toEqual([
      'task.noFile',
      'task.noFile',
      'task.taken',
      'request.unreadable',
      'request.invalid',
      'request.invalid',
    ])
    const other = await upload()
    expect((await edit(task, {}, other.latest.id)).body.code).toBe('object.notFound')
  })

  it('tells the second of two people what the first changed, loses nothing, and saves on top when asked', async () => {
    const task = await upload({ ...taskFiles, 'a.txt': '1', 'b.txt': '1' })
    const first = uploaded(await edit(task, { files: { 'a.txt': 'first', 'b.txt': 'first' } })).task
    const mine = { 'a.txt': 'second', 'custom.py': `${taskFiles['custom.py']}# second\n` }
    const second = await edit(task, { files: mine })
    expect([second.status, second.body]).toEqual([
      409,
      expect.objectContaining({
        code: 'task.changed',
        detail: '"Same" is at version 2.0 by now; your changes began from 1.0. Nothing was saved, and nothing is lost.',
        hint: expect.stringContaining('on top of 2.0'),
        findings: [expect.objectContaining({ code: 'task.changedFile', place: { file: 'a.txt' } })],
      }),
    ])
    const { task: both } = uploaded(await edit(task, { files: mine }, first.latest.id))
    const text = async (path: string) =>
      (await ask('getTaskFile', { params: { id: both.latest.id }, query: { path } })).body['text']
    expect([await text('a.txt'), await text('b.txt')]).toEqual(['second', 'first'])
  })

  it('lets one of several win that save at the same moment', async () => {
    const task = await upload()
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => edit(task, { files: { [`${name}.txt`]: name } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    expect((await ask('getTask', { params: { id: task.id } })).body['latest']).toMatchObject({ number: '2.0' })
  })
})

describe('templates', () => {
  it('are the examples with their lessons, and a start for each language and target type', async () => {
    const { items } = (await ask('listTaskTemplates')).body as unknown as { items: TaskTemplate[] }
    const kinds = (kind: string) => items.filter((each) => each.kind === kind)
    expect(kinds('starter')).toHaveLength(12)
    expect(kinds('example').length).toBeGreaterThanOrEqual(3)
    for (const { readme } of kinds('example')) expect(readme).toMatch(/^# /)
  })

  it('each make a task, with the metadata that was asked for', async () => {
    const { items } = (await ask('listTaskTemplates')).body as unknown as { items: TaskTemplate[] }
    for (const { id: template, language, targetTypes } of items) {
      const metadata = { name: `Mine of ${template}`, description: 'My own' }
      const answer = await ask('createTask', { body: { template, metadata } })
      expect({ template, status: answer.status, text: answer.text }).toMatchObject({ status: 201 })
      expect(uploaded(answer).task).toMatchObject({
        name: metadata.name,
        description: 'My own',
        latest: { number: '1.0', language, targetTypes, origin: { kind: 'template', template } },
      })
    }
  })

  it('take every key of the metadata, and refuse what the contract refuses', async () => {
    const metadata = {
      name: 'Two',
      targetType: ['binary', 'multiclass'],
      network: 'public',
      resources: { memoryMb: 512 },
    }
    const { task } = uploaded(await ask('createTask', { body: { template: 'starter:python:binary', metadata } }))
    expect(task.latest.targetTypes).toEqual(['binary', 'multiclass'])
    const wrong = { name: 'X', targetType: 'clustering' }
    expect((await ask('createTask', { body: { template: 'starter:r:binary', metadata: wrong } })).body.code).toBe(
      'request.invalid',
    )
    const nowhere = { name: 'X', environment: 'nowhere' }
    const refused = await ask('createTask', { body: { template: 'starter:r:binary', metadata: nowhere } })
    expect(refused.body.findings?.[0]?.code).toBe('taskFolder.environment')
    const unknown = await ask('createTask', { body: { template: 'starter:cobol:binary', metadata: { name: 'X' } } })
    expect([unknown.status, unknown.body.code]).toEqual([404, 'task.noTemplate'])
  })
})

describe('comparing two versions', () => {
  it('shows files, text, metadata and environment', async () => {
    const binary = new Uint8Array([0, 159, 146, 150])
    const task = await upload({ ...taskFiles, 'gone.txt': 'gone\n', 'w.bin': binary, 'same.txt': 'same\n' })
    const { task: edited } = uploaded(
      await edit(task, {
        files: {
          'custom.py': taskFiles['custom.py'].replace('return X', 'return X + 1'),
          'new.txt': 'new\n',
          'w.bin': new Uint8Array([1, 159]),
          'model-metadata.yaml': 'name: Same\ntargetType: transform\nenvironment: python-ml\nmajorVersion: false\n',
        },
        fields: { remove: '["gone.txt"]' },
      }),
    )
    const compare = async (id: string, other: string) =>
      (await ask('compareTaskVersions', { params: { id }, query: { with: other } })).body as unknown as TaskComparison
    const { files, metadata, environment, before, after } = await compare(task.latest.id, edited.latest.id)
    expect([before.number, after.number, environment]).toEqual([
      '1.0',
      '1.1',
      { before: 'python-ml', after: 'python-ml' },
    ])
    expect(files.map(({ path, change }) => [path, change])).toEqual([
      ['custom.py', 'changed'],
      ['gone.txt', 'removed'],
      ['model-metadata.yaml', 'changed'],
      ['new.txt', 'added'],
      ['same.txt', 'same'],
      ['w.bin', 'changed'],
    ])
    expect(files[0]?.hunks?.[0]?.lines.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: '        return X' },
      { kind: 'added', text: '        return X + 1' },
    ])
    expect(files[5]).toMatchObject({ hunks: null, before: { bytes: 4 }, after: { bytes: 2 } })
    expect(metadata).toEqual([
      { key: 'environment', before: null, after: '"python-ml"' },
      { key: 'majorVersion', before: null, after: 'false' },
    ])
    const same = await compare(task.latest.id, task.latest.id)
    expect(same.files.every(({ change }) => change === 'same')).toBe(true)
  })
})

describe('a copy', () => {
  it('is a task of its own that says where it comes from', async () => {
    const task = await upload()
    const clone = (await ask('cloneTaskVersion', { params: { id: task.latest.id }, body: {} })).body as unknown as Task
    expect(clone).toMatchObject({
      name: 'Same (copy)',
      owner: { name: 'Ann' },
      latest: { number: '1.0', origin: { kind: 'clone', taskId: task.id, versionId: task.latest.id, number: '1.0' } },
    })
    const { body } = await ask('getTaskFile', {
      params: { id: clone.latest.id },
      query: { path: 'model-metadata.yaml' },
    })
    expect(body['text']).toBe('name: Same (copy)\ntargetType: transform\n')
    const named = await ask('cloneTaskVersion', { params: { id: task.latest.id }, body: { name: 'Mine' } })
    expect(named.body['name']).toBe('Mine')
  })

  it('of a built-in task is not made', async () => {
    const { status } = await ask('cloneTaskVersion', { params: { id: 'builtin:random-forest@1' }, body: {} })
    expect(status).toBe(404)
  })
})

describe('an archived task', () => {
  it('is not offered to blueprints, works where it is used, and can be brought back', async () => {
    const task = await upload()
    const offered = async () => (await ask('listTaskVersionsAvailable')).text.includes(task.latest.id)
    const archive = (archived: boolean, ifMatch: number) =>
      ask('changeTask', { params: { id: task.id }, body: { archived }, ifMatch })
    expect(await offered()).toBe(true)
    expect((await archive(true, 1)).body['archived']).toBe(true)
    expect(await offered()).toBe(false)
    const graph = { nodes: [{ id: 'a', taskVersion: task.latest.id, inputs: [{ from: 'data' }] }] }
    const { body } = await ask('checkBlueprint', { body: { graph } })
    expect(body.findings?.map(({ code }) => code)).not.toContain('blueprint.unknownTask')
    expect((await archive(false, 2)).body['archived']).toBe(false)
    expect(await offered()).toBe(true)
  })
})

it('a version is checked again with the environments that are there', async () => {
  const task = await upload({ ...taskFiles, '__pycache__/x.pyc': '' })
  const { body } = await ask('checkTaskVersion', { params: { id: task.latest.id } })
  expect(body).toMatchObject({ valid: true, findings: [] })
})

it('is shown with all that uses it', async () => {
  const world = await makeWorld(platform, platform.people.ann)
  const nodes = [
    { id: 'own', taskVersion: world.taskVersion, inputs: [{ from: 'data' }] },
    { id: 'model', taskVersion: 'builtin:random-forest@1', inputs: [{ from: 'node', node: 'own' }] },
  ]
  const { body: blueprint } = await ask('createBlueprint', { body: { name: 'With it', graph: { nodes } } })
  const train = await ask('train', { params: { id: world.project }, body: { name: 'A run', graph: { nodes } } })
  const { run, job } = train.body as unknown as { run: { id: string }; job: Job }
  await ask('cancelJob', { params: { id: job.id } })
  const error = { code: 'worker.hook', message: 'fit failed' }
  await platform.context.database.run({
    text: "update training_run set state = 'failed', error = $1 where id = $2",
    values: [JSON.stringify(error), run.id],
  })
  const { items } = (await ask('listTaskUses', { params: { id: world.task } })).body as unknown as { items: TaskUse[] }
  expect(items.map(({ kind, id, number, state, error: found }) => ({ kind, id, number, state, error: found }))).toEqual(
    [
      { kind: 'trainingRun', id: run.id, number: '1.0', state: 'failed', error },
      { kind: 'blueprint', id: blueprint['id'], number: '1.0', state: null, error: null },
    ],
  )
  const builtIn = (await ask('listTaskUses', { params: { id: 'builtin:random-forest' } })).body as unknown as {
    items: TaskUse[]
  }
  expect(builtIn.items.map(({ id }) => id)).toEqual(expect.arrayContaining([run.id, blueprint['id']]))
  expect(new Set(builtIn.items.map(({ versionId, number }) => `${versionId} ${number}`))).toEqual(
    new Set(['builtin:random-forest@1 1.0']),
  )
  expect(await ask('listTaskUses', { params: { id: 'builtin:nothing' } })).toMatchObject({ status: 404 })
})

describe('importing from git', () => {
  let server: GitServer
  beforeAll(async () => {
    server = await startGitServer()
  })
  afterAll(() => server.close())

  const run = (job: { id: string }) => runJob(platform, platform.people.ann, job.id)
  const jobOf = ({ body }: Awaited<ReturnType<typeof call>>) => (body as unknown as { job: Job }).job

  it('makes a task, then its next version, and records the commit', async () => {
    const commit = server.commit(
      'tasks',
      Object.fromEntries(Object.entries(taskFiles).map(([path, text]) => [`a/${path}`, text])),
    )
    const body = { url: server.url('tasks'), ref: 'main', folder: 'a', name: 'From git', note: 'First' }
    const done = await run(jobOf(await ask('importTask', { body })))
    expect(done).toMatchObject({ state: 'succeeded', result: { commit, created: true } })
    const id = String(done.result['taskId'])
    const task = (await ask('getTask', { params: { id } })).body as unknown as Task
    expect(task).toMatchObject({
      name: 'From git',
      owner: { name: 'Ann' },
      latest: { note: 'First', origin: { kind: 'git', url: body.url, ref: 'main', folder: 'a', commit } },
    })

    const source = { url: body.url, folder: 'a' }
    const again = await run(jobOf(await ask('importTaskVersion', { params: { id }, body: source })))
    expect(again.result).toMatchObject({ created: false })
    const next = server.commit('tasks', {
      'a/custom.py': `${taskFiles['custom.py']}# 2\n`,
      'a/model-metadata.yaml': taskFiles['model-metadata.yaml'],
    })
    const second = await run(jobOf(await ask('importTaskVersion', { params: { id }, body: source })))
    expect(second.result).toMatchObject({ created: true, commit: next })
    expect((await ask('getTask', { params: { id } })).body['latest']).toMatchObject({
      number: '2.0',
      origin: { commit: next, ref: null },
    })
  })

  it('fails with the words that an upload would, and makes nothing', async () => {
    server.commit('broken', { 'custom.py': 'pass\n' })
    const job = jobOf(await ask('importTask', { body: { url: server.url('broken') } }))
    const failed = await run(job)
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'task.folder', findings: [{ code: 'taskFolder.noMetadata' }] },
    })
    expect((await ask('getTask', { params: { id: job.subject.id } })).status).toBe(404)
  })

  it('into a task that was deleted meanwhile makes nothing', async () => {
    const task = await upload()
    const job = jobOf(
      await ask('importTaskVersion', { params: { id: task.id }, body: { url: server.url('tasks'), folder: 'a' } }),
    )
    await ask('deleteTask', { params: { id: task.id }, ifMatch: 1 })
    expect(await run(job)).toMatchObject({ state: 'failed', error: { code: 'object.notFound' } })
  })

  it('refuses an address before anything is queued', async () => {
    const { status, body } = await ask('importTask', { body: { url: 'ssh://git@example.org/a' } })
    expect([status, body.code]).toEqual([422, 'task.gitAddress'])
  })
})

it('takes a zip as one file where files are edited', async () => {
  const task = await upload()
  const { task: edited } = uploaded(await edit(task, { files: { 'data.zip': zipSync({ a: new Uint8Array(1) }) } }))
  expect(paths(edited)).toContain('data.zip')
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
