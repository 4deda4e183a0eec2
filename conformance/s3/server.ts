import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { findPythons } from '@modelsmith/runner'

const run = promisify(execFile)

export type ObjectServer = {
  readonly endpoint: string
  /** Of somebody who may do anything in it; others may do nothing. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly stop: () => void
}

/** Moto, a server of S3 that keeps objects in memory, with an empty bucket named `bucket`; installed once for all tests of a user of this machine. */
export const startObjectServer = async (): Promise<ObjectServer> => {
  const python = join(await installed(), 'bin/python')
  const server = spawn(python, [join(import.meta.dirname, 'server.py')], {
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const said = createInterface({ input: server.stdout })
  const told = await new Promise<string>((resolve, reject) => {
    said.once('line', resolve)
    server.once('exit', (code) => reject(new Error(`The server of S3 ended with ${code}.`)))
  })
  return { ...(JSON.parse(told) as Omit<ObjectServer, 'stop'>), stop: () => server.kill() }
}

const installed = async (): Promise<string> => {
  const requirements = join(import.meta.dirname, 'requirements.txt')
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12)
  const folder = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
  const place = join(folder, `object-server-${hash}`)
  if (existsSync(place)) return place
  const making = `${place}.${process.pid}.new`
  const [newest] = await findPythons()
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    await run(newest?.path ?? 'python3', ['-m', 'venv', making])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    await run(join(making, 'bin/python'), pip)
    await rename(making, place)
  } catch (error) {
    // Another test may have been quicker.
    if (!existsSync(place)) throw error
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return place
}
