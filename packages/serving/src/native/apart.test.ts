import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scorer } from '@modelsmith/scoring'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askedOf } from './answers.ts'
import { askApart } from './apart.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apart-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('ends a child that takes too long, and says so', async () => {
  const path = join(folder, 'model.pkl')
  await writeFile(path, 'N.')
  const asked = askApart<'describe'>({ kind: 'describe', path }, { memoryMb: 256, timeoutMs: 1 })
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading', kind: 'limit' })
})

it('ends a child whose asker has gone', async () => {
  const path = join(folder, 'gone.pkl')
  await writeFile(path, 'N.')
  const gone = new AbortController()
  const asked = askApart<'describe'>({ kind: 'describe', path }, { memoryMb: 256, timeoutMs: 60_000 }, gone.signal)
  gone.abort()
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading' })
})

it('asks nothing of a model that answers nothing', () => {
  const scorer: Scorer = { name: 'Nothing', columns: 1, methods: {} }
  expect(() => askedOf(scorer)).toThrow('Nothing answers nothing.')
})
