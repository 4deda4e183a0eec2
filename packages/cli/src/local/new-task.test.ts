import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installEnvironment } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-new-'))

type Outcome = { readonly status: number; readonly out: string; readonly err: string }

const modelsmith = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { ...process.env, MODELSMITH_DATA: dataDir }
    execFile(process.execPath, [main, ...args], { env, cwd: folder, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

beforeAll(async () => {
  for (const name of ['python-core', 'python-ml', 'r-ml'])
    await installEnvironment({ name, dataDir, forEveryone: true })
}, 900_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('modelsmith new task', { timeout: 120_000 }, () => {
  const targetTypes = ['binary', 'multiclass', 'regression', 'anomaly', 'transform']
  const cases = ['python', 'r'].flatMap((language) => targetTypes.map((type) => [type, language] as const))

  it.each(cases)('writes a %s task in %s that `check` finds nothing wrong with', async (type, language) => {
    const made = await modelsmith(
      'new',
      'task',
      `${type} in ${language}`,
      '--language',
      language,
      '--target-type',
      type,
    )
    expect(made).toMatchObject({ status: 0, err: '' })
    expect(made.out).toContain(`modelsmith check --code-dir '${type} in ${language}'`)
    const { status, out } = await modelsmith('check', '--code-dir', `${type} in ${language}`, '--json')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      task: `${type} in ${language}`,
      targetType: type,
      probes: { again: [], alone: [], missing: [], unseen: [] },
      warnings: [],
    })
  })

  it('names a task with quotes and signs of YAML in its name', async () => {
    const name = `it's #1: "best"`
    expect(await modelsmith('new', 'task', name, '--target-type', 'transform')).toMatchObject({ status: 0 })
    expect(readFileSync(join(folder, name, 'model-metadata.yaml'), 'utf8')).toContain(String.raw`"it's #1: \"best\""`)
    const { out } = await modelsmith('check', '--code-dir', name, '--json')
    expect(JSON.parse(out).task).toBe(name)
  })

  it('leaves a folder alone that holds something', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    const { status, err } = await modelsmith('new', 'task', '.')
    expect(status).toBe(2)
    expect(err).toMatch(/holds other things .*a new or empty folder was expected/)
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine')
  })

  it.each([
    [['new', 'task'], /NAME/],
    [['new', 'task', 'x', '--language', 'julia'], /--language julia: expected one of python, r/],
    [['new', 'task', 'x', '--target-type', 'ranking'], /--target-type ranking: expected one of binary/],
    [['new', 'environment', 'x'], /has no command "environment"/],
    [['new', 'task', 'notes.txt/x'], /cannot be made/],
  ])('refuses %j', async (args, expected) => {
    const { status, err } = await modelsmith(...args)
    expect(status).toBe(2)
    expect(err).toMatch(expected)
  })
})
