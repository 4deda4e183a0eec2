import { type Person, type Task, tokenScopes } from '@modelsmith/api'
import { zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { taskFiles } from '../../testing/world.ts'
import { readArchive } from './archive.ts'
import { createTasks } from './service.ts'

const platform = withPlatform()

it('refuses a folder that is too large before it reads a byte of it', async () => {
  const { ann } = platform.people
  const person = (await call(platform, ann, 'me')).body as unknown as Person
  const caller = {
    ...ann,
    role: 'member',
    grantees: [ann.id],
    person,
    csrfToken: undefined,
    credential: 'a token',
    scopes: tokenScopes,
  } as const
  const uploads = [{ path: 'huge.bin', file: '/nowhere', bytes: 5 * 2 ** 30, sha256: '' }]
  await expect(createTasks(platform.context).upload(caller, uploads, {})).rejects.toMatchObject({
    code: 'task.folder',
    findings: [{ code: 'taskFolder.tooLarge' }],
  })
})

it('sums up what a zip expands to before it expands anything', () => {
  const zip = Buffer.from(
    zipSync({ 'broken.py': Buffer.alloc(1000), 'custom.py': Buffer.from(taskFiles['custom.py']) }),
  )
  zip.fill(0xff, 30 + 'broken.py'.length, 34 + 'broken.py'.length)
  const lastEntry = zip.lastIndexOf('PK\x01\x02', undefined, 'latin1')
  zip.writeUInt32LE(600 * 2 ** 20, lastEntry + 24)
  expect(() => readArchive(zip)).toThrow('it expands to more than 512 MB')
})

it('queues the making of what a version requires, and answers with how far it is', async () => {
  const { ann } = platform.people
  const files = { ...taskFiles, 'requirements.txt': 'tabulate==0.9.0\n' }
  const uploaded = (await call(platform, ann, 'uploadTask', { files })).body as { task: Task }
  const { latest } = uploaded.task
  expect(latest.requirements).toMatchObject({ state: 'queued', environment: null, packages: [] })
  const job = await call(platform, ann, 'getJob', { params: { id: latest.requirements?.jobId ?? '' } })
  expect(job.body).toMatchObject({ kind: 'prepareRequirements', subject: { kind: 'task', id: uploaded.task.id } })
  const again = await call(platform, ann, 'uploadTask', { files: taskFiles })
  expect((again.body as { task: Task }).task.latest.requirements).toBe(null)
})

it('gives the lock of an environment for each version of Python, and refuses names that there are not', async () => {
  const { ann } = platform.people
  const lockOf = (name: string, query = {}) =>
    call(platform, ann, 'downloadEnvironmentLock', { params: { name }, query })
  expect((await lockOf('python-ml', { python: '3.10' })).text).toMatch(
    /^# python-ml, Python 3\.10\n[\s\S]*^xgboost-cpu==\S+ \\\n {4}--hash=sha256:[0-9a-f]{64}/m,
  )
  expect((await lockOf('python-core')).text).toMatch(/^# python-core, Python 3\.13\n/)
  expect(await lockOf('python-ml', { python: '3.5' })).toMatchObject({
    status: 404,
    body: {
      code: 'environment.notLocked',
      detail: 'The environment python-ml is not locked for Python 3.5.',
      hint: 'Ask for one of 3.13, 3.12, 3.11, 3.10, 3.9.',
    },
  })
  expect(await lockOf('../../etc')).toMatchObject({ status: 404 })
  expect(await lockOf('python-ml+000000000000')).toMatchObject({ status: 404 })
})
