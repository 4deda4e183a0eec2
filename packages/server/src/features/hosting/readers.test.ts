import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createReaders } from './readers.ts'

it('lets a few wait, and refuses the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readers-'))
  const path = join(folder, 'model.pkl')
  await writeFile(path, 'N.')
  const { ask } = createReaders({ modelMemoryMb: 256 }, { atOnce: 1, mostWaiting: 1 })
  const reading = () => ask<'describe'>({ kind: 'describe', path })
  const [first, second] = [reading(), reading()]
  await expect(reading()).rejects.toMatchObject({ code: 'experiment.busy', kind: 'limit' })
  expect(await first).toMatchObject({ problem: {} })
  expect(await second).toMatchObject({ problem: {} })
  expect(await reading()).toMatchObject({ problem: {} })
  await rm(folder, { recursive: true, force: true })
})
