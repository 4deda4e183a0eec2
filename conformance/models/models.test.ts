import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkFixture } from './check.ts'
import { fixtureNames, readFixture } from './fixture.ts'

const fixtures = join(import.meta.dirname, '../../fixtures')

const sets = [
  'sklearn-0.21.3',
  'sklearn-modern',
  'sklearn-other',
  'differential',
  'spark-2.1.3',
  'spark-2.2.3',
  'spark-2.3.4',
  'spark-2.4.4',
  'spark-3.5.9',
  'spark-4.3.0',
]

describe.each(sets)('%s', (set) => {
  const folder = join(fixtures, set)
  it.each(fixtureNames(folder))('predicts %s as the library does', (name) => {
    expect(checkFixture(readFixture(folder, name))).toMatchObject({ outcome: 'ok' })
  })
  it.each(fixtureNames(folder))('predicts %s without WebAssembly', (name) => {
    expect(checkFixture(readFixture(folder, name), 'plain')).toMatchObject({ outcome: 'ok' })
  })
})
