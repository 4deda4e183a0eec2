import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBlocksWhole, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPreviews, type PreviewQuestion } from './previews.ts'

let folder = ''
let question: PreviewQuestion
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'previews-'))
  const schema = {
    columns: [
      { name: 'size', type: 'integer' as const },
      { name: 'sold', type: 'category' as const },
    ],
  }
  const file = join(folder, 'rows')
  const rows = Array.from({ length: 60 }, (_, row) => ({ size: row, sold: row % 3 === 0 ? 'no' : 'yes' }))
  await writeFile(file, encodeBlocksWhole(tableFromRows(schema, rows)))
  const definition = {
    fields: [
      { name: 'size', role: 'feature' as const },
      { name: 'sold', role: 'label' as const },
    ],
    labels: [],
  }
  question = { files: [file], definition, hidden: [] }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('reads the datasets in a thread of its own', async () => {
  const preview = await createPreviews()({ ...question, files: [question.files[0] ?? '', question.files[0] ?? ''] })
  expect(preview).toMatchObject({ total: 120, targetType: 'binary' })
  expect(preview.labels).toEqual([
    { label: 'yes', rows: 80 },
    { label: 'no', rows: 40 },
  ])
  expect(preview.rows).toHaveLength(50)
})

it('lets a few wait, and refuses the next', async () => {
  const ask = createPreviews({ atOnce: 1, mostWaiting: 1 })
  const [first, second] = [ask(question), ask(question)]
  await expect(ask(question)).rejects.toMatchObject({ code: 'sampleSet.busy', kind: 'limit' })
  expect((await first).total).toBe(60)
  expect((await second).total).toBe(60)
})

it('fails where a file is gone, and goes on with the next', async () => {
  const ask = createPreviews({ atOnce: 1, mostWaiting: 0 })
  await expect(ask({ ...question, files: [join(folder, 'gone')] })).rejects.toThrow('ENOENT')
  expect((await ask(question)).total).toBe(60)
})
