import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scorer } from '@modelsmith/scoring'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askedOf } from './answers.ts'
import { askApart, readingLimits } from './apart.ts'

const limits = { memoryMb: 256, ...readingLimits }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apart-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('ends a child that takes too long, and says so', async () => {
  const path = join(folder, 'model.pkl')
  await writeFile(path, 'N.')
  const asked = askApart<'describe'>({ kind: 'describe', path }, { ...limits, timeoutMs: 1 })
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading', kind: 'limit' })
})

it('ends a child that has used its processor time, whatever the clock says', async () => {
  const path = join(import.meta.dirname, '../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl')
  const inputs = ['x0', 'x1', 'x2', 'x3'].map((name) => ({
    input: name,
    field: name,
    type: 'number' as const,
    default: null,
    unit: '',
    description: '',
  }))
  const endless: Parameters<typeof askApart<'rehearse'>>[0] = {
    kind: 'rehearse',
    path,
    application: { inputs, passThrough: [] },
    rows: 50_000_000,
  }
  const asked = askApart<'rehearse'>(endless, { ...limits, memoryMb: 8192, cpuSeconds: 1 })
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading', kind: 'limit' })
})

it('ends a child whose asker has gone', async () => {
  const path = join(folder, 'gone.pkl')
  await writeFile(path, 'N.')
  const gone = new AbortController()
  const asked = askApart<'describe'>({ kind: 'describe', path }, limits, gone.signal)
  gone.abort()
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading' })
})

it('asks nothing of a model that answers nothing', () => {
  const scorer: Scorer = { name: 'Nothing', columns: 1, methods: {} }
  expect(() => askedOf(scorer)).toThrow('Nothing answers nothing.')
})
