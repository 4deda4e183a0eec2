import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

const library = (...args: string[]): Promise<{ status: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'library', ...args], { maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

it('lists the built-in tasks that have all words, by group', async () => {
  const { status, out } = await library('list', '--search', 'missing regressions')
  expect(status).toBe(0)
  expect(out).toBe('Missing values\n  impute-iterative         Impute by regression\n')
  const anomaly = await library('list', '--target-type', 'anomaly', '--json')
  const found = JSON.parse(anomaly.out) as { name: string; targetTypes: string[] }[]
  expect(found.map(({ name }) => name)).toContain('isolation-forest')
  expect(new Set(found.flatMap(({ targetTypes }) => targetTypes))).toEqual(new Set(['anomaly']))
  expect(await library('list', '--search', 'perpetual motion')).toEqual({
    status: 0,
    out: '',
    err: 'No built-in task is like that.\n',
  })
})

it('shows one with its parameters, and refuses another', async () => {
  const { out } = await library('show', '--name', 'ridge')
  expect(out).toContain('Ridge regression (builtin:ridge@1)\n')
  expect(out).toContain(
    '  alpha: a number from 0 to 1000000; 1 unless given\n    Penalty. The larger, the smaller the coefficients.\n',
  )
  const other = await library('show', '--name', 'crest')
  expect(other.status).toBe(2)
  expect(other.err).toContain('there is no such built-in task')
  expect((await library('list', '--target-type', 'cluster')).err).toContain('expected one of binary, multiclass')
})
