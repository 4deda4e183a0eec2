import { execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPythons } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataDir, installed } from './support/environments.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-package-'))
const made = join(folder, 'made')
// A session of root's is another user, who reads the worker from here.
chmodSync(folder, 0o755)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (end: string): string =>
  join(made, readdirSync(made).find((name) => name.endsWith(end)) ?? `nothing that ends with ${end}`)

/** Where this machine keeps the addresses of its registries; installing may read it, the command has nothing at home. */
const settings = (variable: string, path: string): NodeJS.ProcessEnv =>
  existsSync(join(homedir(), path)) ? { [variable]: join(homedir(), path) } : {}

const emptyHome = (name: string): NodeJS.ProcessEnv => {
  const home = join(folder, name)
  mkdirSync(home)
  const { PATH = '', LANG = 'C.UTF-8' } = process.env
  return { PATH, LANG, HOME: home, MODELSMITH_DATA: dataDir }
}

const installs = {
  'npm install -g': async (): Promise<string> => {
    const prefix = join(folder, 'npm')
    const env = { ...process.env, ...settings('NPM_CONFIG_USERCONFIG', '.npmrc'), HOME: join(folder, 'npm-home') }
    const args = ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', fileOf('.tgz')]
    await run('npm', args, { env })
    return join(prefix, 'bin/modelsmith')
  },
  'pip install': async (): Promise<string> => {
    const venv = join(folder, 'venv')
    const [python] = await findPythons()
    await run(python?.path ?? 'python3', ['-m', 'venv', venv])
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', fileOf('.whl')], {
      env: { ...process.env, ...settings('PIP_CONFIG_FILE', '.config/pip/pip.conf') },
    })
    return join(venv, 'bin/modelsmith')
  },
} as const

beforeAll(async () => {
  await installed('python-ml')
  await run(process.execPath, [join(root, 'scripts/package.ts'), '--output', made])
}, 600_000)

describe.each(Object.entries(installs))('the command by `%s FILE`, with an empty home', (name, install) => {
  it('makes, checks, fits, scores, serves, inspects and exports', { timeout: 600_000 }, async () => {
    const program = await install()
    const env = emptyHome(`home of ${name}`)
    const work = join(folder, `work of ${name}`)
    mkdirSync(work)
    const modelsmith = async (...args: string[]) => (await run(program, args, { cwd: work, env })).stdout

    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))
    expect(await modelsmith('--version')).toBe(`${version}\n`)
    expect(await modelsmith('new', 'task', 'mine')).toContain('mine holds a binary task in Python')
    expect(await modelsmith('check', '--code-dir', 'mine')).toContain('mine (binary) keeps the task contract.')
    const sample = 'mine/sample.csv'
    const fitted = ['--input', sample, '--target', 'sex', '--output', 'model', '--json']
    expect(JSON.parse(await modelsmith('fit', '--code-dir', 'mine', ...fitted))).toMatchObject({ task: 'mine' })
    const scored = await modelsmith('score', '--code-dir', 'model', '--input', sample)
    await modelsmith('score', '--code-dir', 'model', '--input', sample, '--output', 'scores.parquet')
    expect(readFileSync(join(work, 'scores.parquet')).subarray(0, 4).toString()).toBe('PAR1')

    const child = spawn(program, ['serve', '--code-dir', 'model', '--port', '0', '--json'], { cwd: work, env })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    try {
      const [line] = (await child.stdout[Symbol.asyncIterator]().next()).value.toString().split('\n')
      const { address } = JSON.parse(line) as { address: string }
      const rows = readFileSync(join(work, sample), 'utf8').split('\n').slice(0, 3).join('\n')
      const answer = await fetch(`${address}/predictions`, {
        method: 'POST',
        body: rows,
        headers: { 'content-type': 'text/csv', accept: 'text/csv' },
      })
      expect(await answer.text()).toBe(`${scored.split('\n').slice(0, 3).join('\n')}\n`)
    } finally {
      child.kill('SIGINT')
    }
    expect(await ended).toBe(0)

    const native = join(root, 'fixtures/sklearn-modern/rfr_missing')
    expect(await modelsmith('inspect', join(native, 'model.pkl'))).toContain('It can be scored natively.')
    const answers = await modelsmith(
      'score',
      '--model',
      join(native, 'model.pkl'),
      '--input',
      join(native, 'input.csv'),
    )
    expect(answers.split('\n').length).toBeGreaterThan(10)
    expect(await modelsmith('export', join(native, 'model.pkl'), '--output', 'module')).toContain('model.mjs')
    writeFileSync(join(work, 'large.csv'), largeOf(join(native, 'input.csv')))
    const large = [
      '--model',
      join(native, 'model.pkl'),
      '--input',
      'large.csv',
      '--output',
      'large-scores.csv',
      '--json',
    ]
    // Enough for threads of its own.
    expect(JSON.parse(await modelsmith('score', ...large, '--threads', '2'))).toMatchObject({ threads: 2 })
    expect(readdirSync(env['HOME'] as string)).toEqual(['.cache'])
  })
})

const largeOf = (path: string): string => {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  return [header, ...Array.from({ length: 400 }, () => lines).flat(), ''].join('\n')
}
