import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Environment } from '@modelsmith/runner'
import { dataDir } from '../../e2e/support/environments.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const main = join(root, 'packages/cli/src/main.ts')

/** What a plain script runs in: python-ml has all that python-core has. */
const interpreterOf = async (named: string) => {
  const environment = named === 'python-core' ? 'python-ml' : named
  const folder = join(dataDir, 'environments', environment)
  const { variables = {} } = JSON.parse(await readFile(join(folder, 'installed.json'), 'utf8')) as Environment
  return { program: join(folder, 'venv/bin/python'), variables }
}

/** What a command printed; it throws with all that was said when it fails. */
export const modelsmith = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const { stdout } = await run(process.execPath, [main, ...args], {
    env: { ...process.env, MODELSMITH_DATA: dataDir, ...env },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

/** What a script printed that knows nothing of the platform. */
export const plainly = async (script: string, args: readonly string[], environment = 'python-ml'): Promise<string> => {
  const isR = script.endsWith('.R')
  const { program, variables } = isR ? { program: 'Rscript', variables: {} } : await interpreterOf(environment)
  const { stdout } = await run(program, [script, ...args], {
    env: { ...variables, PATH: process.env['PATH'], OMP_NUM_THREADS: '1', LANG: 'C.UTF-8', TZ: 'UTC' },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

/** Serves a fitted folder while it is asked. */
export const serving = async <T>(folder: string, ask: (address: string) => Promise<T>): Promise<T> => {
  const child = spawn(process.execPath, [main, 'serve', '--code-dir', folder, '--port', '0'], {
    env: { ...process.env, MODELSMITH_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    let printed = ''
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      printed += chunk
      if (printed.includes('/predictions')) break
    }
    return await ask(/http:\S+(?=\/predictions)/.exec(printed)?.[0] ?? '')
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

export const written = async (folder: string, name: string, text: string): Promise<string> => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), text)
  return join(folder, name)
}
