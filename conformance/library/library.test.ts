import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LibraryEntry } from '@modelsmith/engine'
import { readLibrary } from '@modelsmith/engine'
import { createRunner } from '@modelsmith/runner'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installed } from '../../e2e/support/environments.ts'
import { readCases } from './cases.ts'
import { type CaseResult, tryLibrary } from './library.ts'

/** Every entry of the library in a blueprint on a real table, with missing and unseen values among the rows. */
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-library-'))
const runner = createRunner({ runtimeDir: join(folder, 'run') })
const cases = readCases()
let entries: readonly LibraryEntry[]
let results: readonly CaseResult[]

beforeAll(async () => {
  entries = await readLibrary()
  const names = ['python-core', 'python-ml']
  const environments = await Promise.all(names.map(async (name) => [name, await installed(name)] as const))
  results = await tryLibrary({ runner, environments: new Map(environments), folder }, cases)
}, 1_500_000)
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

it('has cases of every entry and every target type', () => {
  const tried = new Set(cases.map(({ entry, targetType }) => `${entry} ${targetType}`))
  const wanted = entries.flatMap(({ name, targetTypes }) =>
    targetTypes.includes('transform') ? [] : targetTypes.map((type) => `${name} ${type}`),
  )
  expect(wanted.filter((each) => !tried.has(each))).toEqual([])
  expect(entries.map(({ name }) => name).filter((name) => !cases.some(({ entry }) => entry === name))).toEqual([])
  expect(cases.filter(({ entry }) => !entries.some(({ name }) => name === entry))).toEqual([])
})

it.each(cases.map((each) => [each.name, each] as const))('%s: predicts as plain Python does', (_, each) => {
  const result = results.find((one) => one.case === each)
  expect(result?.difference).toBeTypeOf('number')
  expect(result?.difference).toBeLessThanOrEqual(each.tolerance ?? 0)
})

it('gives the same bits when it is fitted again', () => {
  expect(results.filter(({ isRefitEqual }) => !isRefitEqual).map((result) => result.case.name)).toEqual([])
})

it('is scored natively as Python scores it, wherever it is scored', () => {
  const scored = results.filter(({ native }) => typeof native === 'number')
  expect(scored.filter(({ native }) => !(Number(native) <= 1e-9)).map(({ case: { name } }) => name)).toEqual([])
  expect(new Set(scored.map((result) => result.case.entry)).size).toBeGreaterThanOrEqual(nativeEntries)
})

/** How many entries were scored natively when this was written: fewer would be a loss. */
const nativeEntries = 85

it('says of each estimator whether it takes row weights', () => {
  const estimators = entries.filter(({ targetTypes }) => !targetTypes.includes('transform'))
  const said = Object.fromEntries(estimators.map(({ name, weights = false }) => [name, weights]))
  const found = Object.fromEntries(
    results
      .filter(({ case: { entry } }) => Object.hasOwn(said, entry))
      .map((result) => [result.case.entry, result.takesWeights]),
  )
  expect(found).toEqual(said)
})
