import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunBundle } from '@modelsmith/api'
import { afterAll, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-reproduce-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reproduce = (...args: string[]): Promise<{ readonly status: number; readonly err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, MODELSMITH_DATA: folder }
    execFile(process.execPath, [main, 'reproduce', ...args], { env, cwd: folder }, (error, _, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), err }),
    )
  })

const bundle: RunBundle = {
  version: 1,
  kind: 'prediction',
  id: 'job_1',
  name: 'Predict rows.csv',
  state: 'succeeded',
  error: null,
  environments: [],
  limits: { memoryMb: 1, cpuSeconds: 1, wallSeconds: 1, processes: 1, fileSizeMb: 1, threads: 1 },
  rows: 'rows.csv',
  passThrough: [],
}

it('refuses what says no predictions, is no bundle, or is not there', async () => {
  for (const [name, text] of Object.entries({
    told: JSON.stringify(bundle),
    other: JSON.stringify({ ...bundle, version: 2 }),
    broken: '{',
  })) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'run.json'), text)
  }
  writeFileSync(join(folder, 'short.tar'), 'short')
  const answers = await Promise.all([
    reproduce('told'),
    reproduce('other'),
    reproduce('broken'),
    reproduce('short.tar'),
    reproduce('nowhere.tar'),
    reproduce('told', '--parallelism', '0'),
    reproduce(),
  ])
  const wanted = [
    [1, 'The bundle of Predict rows.csv says no predictions'],
    [1, 'its run.json is of another version'],
    [1, 'its run.json is no JSON'],
    [1, 'it is cut short'],
    [2, 'nowhere.tar cannot be read: ENOENT'],
    [2, '--parallelism 0 is no whole number'],
    [2, 'BUNDLE'],
  ] as const
  expect(answers.map(({ status }) => status)).toEqual(wanted.map(([status]) => status))
  for (const [index, [, words]] of wanted.entries()) expect(answers[index]?.err).toContain(words)
})
