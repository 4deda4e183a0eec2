import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../../e2e/support/environments.ts'
import { findEngine, isEngine } from '../../packages/runner/src/containers/engine.ts'
import { attempts, byGuards, openSuite, type Outcome } from './suite.ts'

/** Guards are left out by root: a plain user could do little more without them. Only CI must have an engine. */
const isRoot = process.getuid?.() === 0
const hasContainers = process.env['CI'] !== undefined || isEngine(await findEngine())
const backEnds = isRoot ? (['full', ...(hasContainers ? (['container'] as const) : [])] as const) : []
const environments = [
  { language: 'Python', name: 'python-ml' },
  { language: 'R', name: 'r-ml' },
] as const
const places = backEnds.flatMap((backEnd) => environments.map((each) => ({ backEnd, ...each })))

const folder = mkdtempSync(join(tmpdir(), 'ms-suite-'))
chmodSync(folder, 0o755)
let suite: Awaited<ReturnType<typeof openSuite>>

beforeAll(async () => {
  suite = await openSuite(folder)
})

afterAll(() => {
  suite.close()
  rmSync(folder, { recursive: true, force: true })
})

it('makes at least thirty attempts', () => {
  expect(new Set(attempts.map(({ name }) => name)).size).toBe(attempts.length)
  expect(attempts.length).toBeGreaterThanOrEqual(30)
})

describe.each(places)('$language in $backEnd', ({ backEnd, name }) => {
  const environmentOf = () => installed(name)
  const succeeded = (outcomes: ReadonlyMap<string, Outcome>) =>
    [...outcomes].map(([attempt, outcome]) => [attempt, outcome.succeeded ? 'succeeded' : outcome.said])

  it('is kept from all of it', { timeout: 300_000 }, async () => {
    const outcomes = await suite.make(await environmentOf(), backEnd, [], attempts)
    expect(succeeded(outcomes).filter(([, outcome]) => outcome === 'succeeded')).toEqual([])
  })

  it.each(byGuards(backEnd))('would succeed without %j', { timeout: 300_000 }, async (guards, group) => {
    const outcomes = await suite.make(await environmentOf(), backEnd, guards, group)
    expect(succeeded(outcomes).filter(([, outcome]) => outcome !== 'succeeded')).toEqual([])
  })
})
