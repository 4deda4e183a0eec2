import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBlocksWhole, numberColumn } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { openSource } from './rows-of-source.ts'

it('leaves a turn to whatever else there is before each chunk of a dataset', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'batch-'))
  const path = join(folder, 'rows')
  const column = { name: 'size', type: 'number' } as const
  const values = numberColumn(Array.from({ length: 25_001 }, (_, row) => row))
  await writeFile(path, encodeBlocksWhole({ schema: { columns: [column] }, rows: 25_001, columns: [values] }))
  const source = await openSource(path, true, { inputs: [column], passThrough: [], association: null })
  const seen: string[] = []
  const turn = () => {
    seen.push('turn')
    handle = setImmediate(turn)
  }
  let handle = setImmediate(turn)
  for await (const { rows } of source.chunks(0)) seen.push(String(rows))
  clearImmediate(handle)
  await source.close()
  await rm(folder, { recursive: true })
  expect(seen.join(' ')).toMatch(/^(turn )+10000 (turn )+10000 (turn )+5001$/)
})
