import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { sql } from '../../infra/database/database.ts'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { engineTasks } from '../tasks/index.ts'
import { resolveEnvironment } from './resolve.ts'
import { setEnded, setReady } from './store.ts'

const platform = withPlatform()
const dockerfile = 'FROM debian:12-slim\nRUN apt-get update\n'
let count = 0
const newName = (): string => `tools-${count++}`

type Uploaded = {
  readonly environment: { readonly id: string; readonly latest: { readonly id: string; readonly number: number } }
  readonly created: boolean
  readonly job: { readonly id: string; readonly title: string } | null
}

const upload = async (files: Readonly<Record<string, string | Uint8Array>>, name = newName()) => {
  const { adam } = platform.people
  const { status, body } = await call(platform, adam, 'uploadEnvironment', { files, fields: { name } })
  const { environment } = body as unknown as Uploaded
  if (status === 202)
    await call(platform, adam, 'share', {
      params: { id: environment.id },
      body: { grantee: adam.organisation, role: 'consumer' },
    })
  return { status, body, ...(body as unknown as Uploaded), name }
}
const inventory = {
  python: {
    path: '/usr/bin/python3',
    version: '3.11.2',
    packages: [{ name: 'pandas', version: '1.5.3' }],
    missing: [],
  },
  r: { path: '/usr/bin/R', version: '4.2.2', packages: [{ name: 'jsonlite', version: '1.8.4' }], missing: [] },
}
const ready = (version: string) => setReady(platform.context.database, version, 'sha256:1', inventory)
const zip = (files: Readonly<Record<string, Uint8Array | [Uint8Array, object]>>) =>
  zipSync(files as Parameters<typeof zipSync>[0])

describe('an environment', () => {
  it('is made of a folder with a Dockerfile, and its build is queued', async () => {
    const { status, environment, created, job, name } = await upload({ Dockerfile: dockerfile, 'data/a.txt': 'a' })
    expect([status, created, environment.latest.number, job?.title]).toEqual([202, true, 1, `Build ${name}@1`])
    const { body } = await call(platform, platform.people.vera, 'getEnvironment', { params: { id: environment.id } })
    expect(body).toMatchObject({ name, latest: { state: 'building', reference: `${name}@1`, languages: [] } })
  })

  it('is made by administrators only', async () => {
    const { status, body } = await call(platform, platform.people.ann, 'uploadEnvironment', {
      files: { Dockerfile: dockerfile },
      fields: { name: newName() },
    })
    expect([status, body.code]).toEqual([403, 'object.forbidden'])
  })

  it('gets a version from changed content, and none from the same', async () => {
    const { environment } = await upload({ Dockerfile: dockerfile })
    const again = async (text: string) => {
      const { body } = await call(platform, platform.people.adam, 'uploadEnvironmentVersion', {
        params: { id: environment.id },
        files: { Dockerfile: text },
      })
      const { created, job, environment: now } = body as unknown as Uploaded
      return [created, now.latest.number, job === null]
    }
    expect(await again(dockerfile)).toEqual([false, 1, true])
    expect(await again(`${dockerfile}RUN true\n`)).toEqual([true, 2, false])
  })

  it.each([
    ['two words', 'it has other characters'],
    ['python-ml', 'a built-in environment has it'],
    ['name@2', 'it has other characters'],
    ['-x', 'it has other characters'],
  ])('cannot be called %s', async (name, problem) => {
    const { status, body } = await upload({ Dockerfile: dockerfile }, name)
    expect([status, body.code, String(body['detail']).includes(problem)]).toEqual([422, 'environment.name', true])
  })

  it('cannot have the name of another', async () => {
    const { name } = await upload({ Dockerfile: dockerfile })
    expect((await upload({ Dockerfile: dockerfile }, name)).body.code).toBe('environment.name')
  })

  it('gives its folder back', async () => {
    const { environment } = await upload({ Dockerfile: dockerfile, 'a/b.txt': 'b' })
    const answer = await call(platform, platform.people.ann, 'downloadEnvironmentVersion', {
      params: { id: environment.latest.id },
    })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/zip'])
  })

  it('is not built twice at a time; after a failure it is built again', async () => {
    const { environment } = await upload({ Dockerfile: dockerfile })
    const again = () =>
      call(platform, platform.people.adam, 'buildEnvironmentVersion', { params: { id: environment.latest.id } })
    expect((await again()).body.code).toBe('environment.building')
    await setEnded(platform.context.database, environment.latest.id, 'failed', {
      code: 'container.build',
      message: 'No.',
    })
    expect((await again()).status).toBe(202)
    await ready(environment.latest.id)
    expect((await again()).body.code).toBe('environment.building')
  })
})

describe('a folder for an environment', () => {
  /** A zip whose only other file says that it expands to 600 MB. */
  const bomb = (): Uint8Array => {
    const archive = Buffer.from(zip({ large: strToU8('x') }))
    // Uncompressed size in the central directory (APPNOTE 4.3.12).
    archive.writeUInt32LE(600 * 2 ** 20, archive.indexOf('PK\x01\x02', undefined, 'latin1') + 24)
    return archive
  }
  it.each([
    ['without a Dockerfile', { 'readme.txt': 'x' }, ['context.noDockerfile']],
    ['with two', { Dockerfile: dockerfile, Containerfile: dockerfile }, ['context.twoDockerfiles']],
    ['that begins with nothing', { Dockerfile: 'RUN true\n' }, ['context.from']],
    [
      'whose zip leaves it',
      { 'e.zip': zip({ Dockerfile: strToU8(dockerfile), '../x': strToU8('x') }) },
      ['taskFolder.path'],
    ],
  ])('%s is refused', async (_, files, codes) => {
    const { status, body } = await upload(files)
    expect([status, body.code, body.findings?.map(({ code }) => code)]).toEqual([422, 'environment.folder', codes])
  })

  it.each([
    [
      'a symbolic link',
      () =>
        zip({
          Dockerfile: strToU8(dockerfile),
          link: [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] as [Uint8Array, object],
        }),
    ],
    ['a bomb', bomb],
  ])('in a zip with %s is refused', async (_, archive) => {
    const { status, body } = await upload({ 'e.zip': archive() })
    expect([status, body.code]).toEqual([422, 'task.archive'])
  })

  it('without files is refused', async () => {
    const { body } = await upload({})
    expect(body.code).toBe('environment.empty')
  })
})

const taskIn = async (environment: string, more = '') => {
  const { status, body } = await call(platform, platform.people.ann, 'uploadTask', {
    files: {
      'custom.py':
        'class CustomTask:\n    def fit(self, X, y, **kwargs):\n        pass\n\n    def transform(self, X):\n        return X\n',
      'model-metadata.yaml': `name: Same\ntargetType: transform\nenvironment: ${environment}\n${more}`,
    },
  })
  return { status, body, task: (body as { task?: { latest: { id: string } } }).task }
}
const asEngine = (id: string) =>
  engineTasks(platform.context, [id], `${platform.context.settings.dataDir}/code`, platform.people.ann.organisation)

describe('a task', () => {
  it('names an environment once it has its image, by name or by version', async () => {
    const { environment, name } = await upload({ Dockerfile: dockerfile })
    expect((await taskIn(name)).body.findings?.map(({ code }) => code)).toEqual(['taskFolder.environment'])
    await ready(environment.latest.id)
    for (const reference of [name, `${name}@1`]) {
      const { task } = await taskIn(reference)
      const engine = await asEngine(task?.latest.id ?? '')
      expect([...engine.values()].map((each) => each.environment)).toEqual([`${environment.latest.id}:python`])
    }
    const { body } = await call(platform, platform.people.adam, 'deleteEnvironment', {
      params: { id: environment.id },
      ifMatch: 1,
    })
    expect(body.code).toBe('object.inUse')
  })

  it('of another organisation cannot', async () => {
    const { environment, name } = await upload({ Dockerfile: dockerfile })
    await ready(environment.latest.id)
    const { database } = platform.context
    const asked = resolveEnvironment(database, platform.people.bob.organisation, name, 'python', new Set())
    await expect(asked).rejects.toMatchObject({ code: 'environment.absent' })
  })

  it('does not run in one that lost its language', async () => {
    const { environment, name } = await upload({ Dockerfile: dockerfile })
    await setReady(platform.context.database, environment.latest.id, 'sha256:1', { python: inventory.python })
    const { database } = platform.context
    const asked = resolveEnvironment(database, platform.people.adam.organisation, name, 'r', new Set())
    await expect(asked).rejects.toMatchObject({ code: 'environment.notReady' })
  })
})

describe('the network', () => {
  const asking = async () => (await taskIn('python-ml', 'network: public\n')).task?.latest.id ?? ''
  const grant = (id: string, person = platform.people.adam, reason = 'It asks the rates of the bank.') =>
    call(platform, person, 'grantNetwork', { params: { id }, body: { reason } })

  it('is not there until an administrator grants it, who is kept with the reason and the time', async () => {
    const id = await asking()
    await expect(asEngine(id)).rejects.toMatchObject({ code: 'network.notGranted' })
    expect((await grant(id, platform.people.ann)).body.code).toBe('object.forbidden')
    expect((await grant(id)).status).toBe(201)
    expect([...(await asEngine(id)).values()].map(({ network }) => network)).toEqual(['public'])
    expect((await grant(id)).body.code).toBe('network.grant')
    await call(platform, platform.people.adam, 'revokeNetwork', { params: { id } })
    await expect(asEngine(id)).rejects.toMatchObject({ code: 'network.notGranted' })
    const { body } = await call(platform, platform.people.ann, 'listNetworkRequests')
    expect((await call(platform, platform.people.vera, 'listNetworkRequests')).text).not.toContain(id)
    const asked = (body as { items?: { taskVersionId: string }[] }).items?.find((each) => each.taskVersionId === id)
    expect(asked).toMatchObject({
      granted: false,
      grants: [
        {
          grantedBy: { name: 'Adam' },
          reason: 'It asks the rates of the bank.',
          revokedBy: { name: 'Adam' },
          revokedAt: expect.any(String),
        },
      ],
    })
  })

  it('is not given to a version that does not ask, nor without a reason', async () => {
    const quiet = (await taskIn('python-ml')).task?.latest.id ?? ''
    expect((await grant(quiet)).body.code).toBe('network.grant')
    expect((await grant(await asking(), platform.people.adam, ' ')).status).toBe(422)
    const { body } = await call(platform, platform.people.adam, 'revokeNetwork', { params: { id: quiet } })
    expect(body.code).toBe('network.grant')
  })

  it('of other organisations is nobody’s business', async () => {
    const id = await asking()
    expect((await grant(id, platform.people.bob)).body.code).toBe('object.notFound')
    const rows = await platform.context.database.rows(sql`select 1 from network_grant where task_version_id = ${id}`)
    expect(rows).toEqual([])
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
