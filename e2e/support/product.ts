import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@modelsmith/api'

const root = fileURLToPath(new URL('../..', import.meta.url))
const startMinutes = 8

export type Product = {
  readonly address: string
  readonly token: string
  readonly servingPort: number
  readonly client: Client
  readonly data: string
  readonly pid: number
  /** Everything that the product printed. */
  readonly output: () => string
  /** Ends it as a person would, with one signal; the data folder stays. */
  stop(): Promise<void>
  /** Stops, and removes the data folder. */
  remove(): Promise<void>
}

export type ProductOptions = {
  /** An earlier start, to go on with its data at its address; a fresh folder otherwise. */
  readonly again?: Pick<Product, 'data' | 'token' | 'address' | 'servingPort'>
  /** Where it answers; a free port of this machine otherwise. */
  readonly address?: string
  readonly env?: Readonly<Record<string, string>>
  /** The sources that it runs from; these here otherwise. */
  readonly sources?: string
  /** Folder of environments that are installed already; installed into the data folder otherwise. */
  readonly environments?: string
}

/** Starts the whole product on a private data folder and free ports, and waits until it answers. */
export const startProduct = async (options: ProductOptions = {}): Promise<Product> => {
  const { again, env = {}, environments, sources = root } = options
  const data = again?.data ?? (await mkdtemp(join(tmpdir(), 'ms-')))
  if (environments !== undefined) await symlink(environments, join(data, 'environments'))
  const address = again?.address ?? options.address ?? `http://127.0.0.1:${await freePort()}`
  const servingPort = again?.servingPort ?? (await freePort())
  const child = spawn(process.execPath, [join(sources, 'packages/server/src/main.ts')], {
    cwd: sources,
    env: {
      ...process.env,
      MODELSMITH_DATA: data,
      MODELSMITH_PORT: new URL(address).port,
      MODELSMITH_SERVING_PORT: String(servingPort),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text))
  const found = await until(startMinutes * 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`The product ended while it started:\n${printed}`)
    const secret = again?.token ?? /msk_[A-Za-z0-9_-]+/.exec(printed)?.[0]
    const up = await fetch(`${address}/api/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    return up && secret !== undefined ? secret : undefined
  }).catch((error) => {
    child.kill('SIGKILL')
    throw new Error(`${String(error)}\n${printed}`)
  })
  const stop = () => ended(child)
  return {
    address,
    servingPort,
    token: found,
    client: createClient({ baseUrl: address, headers: () => ({ authorization: `Bearer ${found}` }) }),
    data,
    pid: child.pid ?? 0,
    output: () => printed,
    stop,
    remove: async () => {
      await stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/** Asks until there is an answer; fails with what was last wrong. */
export const until = async <T>(timeoutMs: number, ask: () => Promise<T | undefined>, everyMs = 200): Promise<T> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`Nothing within ${timeoutMs / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
