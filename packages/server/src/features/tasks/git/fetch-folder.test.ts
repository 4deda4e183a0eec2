import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serviceUser } from '../../../infra/postgres/index.ts'
import { type GitServer, startGitServer } from '../../../testing/git-server.ts'
import { taskFiles } from '../../../testing/world.ts'
import { fetchFolder, fetchLimits, type FetchSettings } from './fetch-folder.ts'
import { startGuardedProxy } from './guarded-proxy.ts'
import { readSource } from './source.ts'

let server: GitServer
let first: string
let place: string

beforeAll(async () => {
  server = await startGitServer()
  place = mkdtempSync(join(tmpdir(), 'git-fetch-'))
  first = server.commit('plain', { ...taskFiles, 'tasks/median/custom.py': 'pass\n', 'tasks/median/ä b.txt': 'x' })
  server.git('plain', ['tag', '-a', '-m', 'First', 'v1', first])
  server.commit('plain', { 'custom.py': 'later = 1\n' })
  server.commit('plain', { 'custom.py': 'other = 1\n' }, 'other/branch')
})
afterAll(() => {
  server.close()
  rmSync(place, { recursive: true })
})

type Asked = Parameters<typeof readSource>[0]

const fetching = (asked: Asked, settings: Partial<FetchSettings> = {}) =>
  fetchFolder(readSource(asked), {
    // Directly below the temporary folder, which the service user may enter.
    folder: `${place}-repository`,
    user: serviceUser(),
    allowed: ['127.0.0.1'],
    signal: new AbortController().signal,
    onProgress: () => {},
    ...settings,
  })

const texts = ({ files }: Awaited<ReturnType<typeof fetchFolder>>) =>
  Object.fromEntries(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]))

describe('a folder of a repository', () => {
  it('is read from the main branch, and nothing of it stays on the disk', async () => {
    const fetched = await fetching({ url: server.url('plain') })
    expect(texts(fetched)).toEqual({ 'custom.py': 'later = 1\n' })
    expect(fetched.commit).toMatch(/^[0-9a-f]{40}$/)
    expect(existsSync(`${place}-repository`)).toBe(false)
  })

  it.each([
    ['a branch', 'other/branch', 'other = 1\n'],
    ['an annotated tag', 'v1', taskFiles['custom.py']],
  ])('is read from %s', async (_, ref, code) => {
    expect(texts(await fetching({ url: server.url('plain'), ref }))['custom.py']).toBe(code)
  })

  it('is read from a commit, whole or shortened, and from a sub-folder of it', async () => {
    const folder = 'tasks/median'
    for (const ref of [first, first.slice(0, 10)]) {
      const fetched = await fetching({ url: server.url('plain'), ref, folder })
      expect(fetched.commit).toBe(first)
      expect(texts(fetched)).toEqual({ 'custom.py': 'pass\n', 'ä b.txt': 'x' })
    }
  })

  it('says what the repository does not have', async () => {
    const url = server.url('plain')
    await expect(fetching({ url, ref: 'nowhere' })).rejects.toMatchObject({
      code: 'task.gitNothing',
      message: 'The repository has no branch, tag or commit "nowhere".',
    })
    await expect(fetching({ url, ref: '0123456789abcdef' })).rejects.toMatchObject({ code: 'task.gitNothing' })
    await expect(fetching({ url, folder: 'nowhere' })).rejects.toMatchObject({
      message: 'The repository has no folder "nowhere".',
    })
    await expect(fetching({ url, folder: 'custom.py' })).rejects.toMatchObject({ code: 'task.gitNothing' })
    server.git('empty', ['init', '--quiet', '--bare', '.'])
    await expect(fetching({ url: server.url('empty') })).rejects.toMatchObject({
      message: 'The repository has nothing on its main branch.',
    })
  })

  it('says when there is no repository', async () => {
    await expect(fetching({ url: server.url('nothing') })).rejects.toMatchObject({
      code: 'task.git',
      message: expect.stringContaining('not found'),
    })
  })

  it('tells how far it is', async () => {
    const steps: string[] = []
    await fetching({ url: server.url('plain') }, { onProgress: (_, step) => steps.push(step) })
    expect(steps).toEqual(expect.arrayContaining(['Asking 127.0.0.1:' + server.port, 'Reading the folder']))
    expect(steps.some((step) => step.endsWith(' objects'))).toBe(true)
  })
})

describe('a server at a private address', () => {
  it('is not asked', async () => {
    const before = server.asked.length
    await expect(fetching({ url: server.url('plain') }, { allowed: [] })).rejects.toMatchObject({
      code: 'task.gitPrivate',
      message: `127.0.0.1:${server.port} is at a private address, and the server asks none of those for others.`,
    })
    const name = server.url('plain').replace('127.0.0.1', 'localhost')
    await expect(fetching({ url: name }, { allowed: [] })).rejects.toMatchObject({ code: 'task.gitPrivate' })
    const https = server.url('plain').replace('http:', 'https:')
    await expect(fetching({ url: https }, { allowed: [] })).rejects.toMatchObject({ code: 'task.gitPrivate' })
    expect(server.asked).toHaveLength(before)
  })

  it('is asked where the operator allowed exactly it', async () => {
    const url = server.url('plain')
    expect((await fetching({ url }, { allowed: [`127.0.0.1:${server.port}`] })).files).toHaveLength(1)
    await expect(fetching({ url }, { allowed: ['127.0.0.1:1'] })).rejects.toMatchObject({ code: 'task.gitPrivate' })
  })

  it('is not reached by a redirect, which is followed elsewhere', async () => {
    const to = (address: string) => server.url(`elsewhere/${encodeURIComponent(address)}`)
    const here = server.url('plain')
    expect((await fetching({ url: to(here) })).files).toHaveLength(1)
    await expect(fetching({ url: to(here.replace('127.0.0.1', 'localhost')) })).rejects.toMatchObject({
      code: 'task.gitPrivate',
      message: expect.stringContaining('localhost'),
    })
    await expect(fetching({ url: to('file:///etc') })).rejects.toMatchObject({ code: 'task.git' })
  })

  it('is not reached through the proxy of an import by anybody else', async () => {
    const proxy = await startGuardedProxy({ allowed: ['127.0.0.1'], mostBytes: 1000 })
    const status = await new Promise((resolve) =>
      request({ port: new URL(proxy.address).port, path: server.url('plain') }, ({ statusCode }) =>
        resolve(statusCode),
      ).end(),
    )
    proxy.close()
    expect(status).toBe(407)
  })
})

describe('a connection that an https address takes', () => {
  /** What answers a request to be connected, and all that came over the connection until it ended. */
  const tunnel = async (proxy: string, target: string, authorised = true): Promise<string> => {
    const { port, username, password } = new URL(proxy)
    const secret = Buffer.from(`${username}:${password}`).toString('base64')
    const socket = connect(Number(port), '127.0.0.1')
    const header = authorised ? `Proxy-Authorization: Basic ${secret}\r\n` : ''
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${header}\r\n`)
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
    })
    await new Promise((resolve) => socket.once('close', resolve))
    return heard
  }

  it('leads to hosts that may be asked, as far as the limit', async () => {
    const talker = createTcpServer((socket) => socket.end('x'.repeat(3000)))
    await new Promise<void>((resolve) => talker.listen(0, '127.0.0.1', resolve))
    const target = `127.0.0.1:${(talker.address() as AddressInfo).port}`
    const through = async (mostBytes: number, asked = target, authorised = true) => {
      const proxy = await startGuardedProxy({ allowed: ['127.0.0.1'], mostBytes })
      const heard = await tunnel(proxy.address, asked, authorised)
      proxy.close()
      return [heard.split('\r\n')[0], heard.split('\r\n\r\n')[1]?.length, proxy.exceeded(), proxy.refused()]
    }
    expect(await through(3000)).toEqual(['HTTP/1.1 200 Connection established', 3000, false, undefined])
    expect((await through(2000)).slice(2)).toEqual([true, undefined])
    expect(await through(3000, 'localhost:1')).toEqual(['HTTP/1.1 403 Forbidden', 0, false, 'localhost:1'])
    expect(await through(3000, '127.0.0.1:1')).toEqual(['HTTP/1.1 502 Bad Gateway', 0, false, undefined])
    expect(await through(3000, 'nonsense')).toEqual(['HTTP/1.1 400 Bad Request', 0, false, undefined])
    expect((await through(3000, target, false))[0]).toBe('HTTP/1.1 407 Proxy Authentication Required')
    talker.close()
  })
})

describe('a hostile repository', () => {
  const blob = (text: string) => server.git('hostile', ['hash-object', '-w', '--stdin'], text)
  const refused = (path: string, problem: string) => ({
    code: 'task.folder',
    findings: [
      expect.objectContaining({ code: 'task.gitEntry', message: expect.stringContaining(`"${path}" is ${problem}`) }),
    ],
  })

  it('gives no link and no submodule', async () => {
    server.git('hostile', ['init', '--quiet', '--bare', '.'])
    server.commitTree('hostile', [`120000 blob ${blob('/etc/passwd')}\tmodel.pkl`])
    await expect(fetching({ url: server.url('hostile') })).rejects.toMatchObject(refused('model.pkl', 'a link'))
    server.commitTree('hostile', [`160000 commit ${'1'.repeat(40)}\tvendor`])
    await expect(fetching({ url: server.url('hostile') })).rejects.toMatchObject(refused('vendor', 'a submodule'))
  })

  it('gives names that the rules of task folders judge, and writes none of them', async () => {
    const code = blob('pass\n')
    const inner = server.git('hostile', ['mktree', '-z'], `100644 blob ${code}\tpwned\0`)
    server.commitTree('hostile', [
      `040000 tree ${inner}\t..`,
      `040000 tree ${inner}\t.git`,
      `100755 blob ${code}\tcustom.py`,
    ])
    const fetched = await fetching({ url: server.url('hostile') })
    expect(fetched.files.map(({ path }) => path).sort()).toEqual(['../pwned', '.git/pwned', 'custom.py'])
    expect(existsSync(join(place, '..', 'pwned'))).toBe(false)
  })

  it('whose trees name each other a million times is refused soon', async () => {
    const code = blob('')
    let tree = server.git(
      'hostile',
      ['mktree', '-z'],
      Array.from({ length: 10 }, (_, i) => `100644 blob ${code}\tf${i}\0`).join(''),
    )
    for (let depth = 0; depth < 9; depth++)
      tree = server.git(
        'hostile',
        ['mktree', '-z'],
        Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${i}\0`).join(''),
      )
    server.commitTree('hostile', [`040000 tree ${tree}\tbomb`])
    await expect(fetching({ url: server.url('hostile') })).rejects.toMatchObject({
      code: 'task.gitLimit',
      message: 'The folder is more than 10,000 files.',
    })
  })

  it('that sends or expands to too much is refused', async () => {
    const bytes = createHash('shake256', { outputLength: 3 * 2 ** 20 }).digest()
    server.commit('huge', { 'custom.py': 'pass\n', 'random.bin': bytes })
    const url = server.url('huge')
    await expect(fetching({ url }, { limits: { ...fetchLimits, transferBytes: 2 ** 20 } })).rejects.toMatchObject({
      code: 'task.gitLimit',
      message: 'What the server sends is more than 1 MiB.',
    })
    server.commit('zeros', { 'custom.py': 'pass\n', 'zeros.bin': new Uint8Array(3 * 2 ** 20) })
    await expect(
      fetching({ url: server.url('zeros') }, { limits: { ...fetchLimits, folderBytes: 2 ** 20 } }),
    ).rejects.toMatchObject({
      message: 'The folder is more than 1 MiB.',
    })
  })

  it('whose server never ends is left after a time, and when somebody cancels', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/slow`
    await expect(fetching({ url }, { limits: { ...fetchLimits, seconds: 1 } })).rejects.toMatchObject({
      message: 'Fetching it is more than 1 seconds.',
    })
    const cancelling = new AbortController()
    const steps: string[] = []
    const stopped = fetching({ url }, { signal: cancelling.signal, onProgress: (_, step) => steps.push(step) })
    await vi.waitFor(() => expect(steps).toHaveLength(1))
    cancelling.abort('cancelled')
    await expect(stopped).rejects.toThrow('Stopped')
    silent.closeAllConnections()
    silent.close()
  })

  it('cannot make git run what this machine has configured', async () => {
    const home = mkdtempSync(join(tmpdir(), 'git-home-'))
    writeFileSync(
      join(home, '.gitconfig'),
      `[core]\n\tfsmonitor = "touch ${home}/ran"\n[url "file:///etc"]\n\tinsteadOf = http://\n`,
    )
    vi.stubEnv('HOME', home)
    vi.stubEnv('GIT_CONFIG_GLOBAL', join(home, '.gitconfig'))
    try {
      expect((await fetching({ url: server.url('plain') })).files).toHaveLength(1)
      expect(existsSync(join(home, 'ran'))).toBe(false)
    } finally {
      vi.unstubAllEnvs()
      rmSync(home, { recursive: true })
    }
  })
})
