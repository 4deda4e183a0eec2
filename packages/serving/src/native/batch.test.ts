import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Application } from '@modelsmith/api'
import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readingLimits } from './apart.ts'
import { openBatch } from './batch.ts'

const limits = { memoryMb: 256, ...readingLimits }
const path = join(import.meta.dirname, '../../../../fixtures/sklearn-0.21.3/dtc_iris/model.pkl')
const application: Application = {
  inputs: ['x0', 'x1', 'x2', 'x3'].map((name) => ({
    input: name,
    field: `our ${name}`,
    type: 'number',
    default: null,
    unit: null,
  })),
  passThrough: [{ field: 'flower', type: 'text' }],
}
const row = { flower: 'a', 'our x0': 5.8, 'our x1': 4, 'our x2': 1.2, 'our x3': 0.2 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('answers table after table', async () => {
  const { inputs, columns, predict, close } = await openBatch(
    { path, application },
    limits,
    new AbortController().signal,
  )
  expect([inputs.map(({ name }) => name), columns]).toEqual([['our x0', 'our x1', 'our x2', 'our x3', 'flower'], 5])
  const [first, second] = [
    await predict(tableFromRows({ columns: inputs }, [row])),
    await predict(tableFromRows({ columns: inputs }, [{ ...row, 'our x2': 6, 'our x3': 2 }, row])),
  ]
  expect(rowsFromTable(first)).toEqual([['a', 'setosa', 1, 0, 0]])
  expect(rowsFromTable(second).map(([, label]) => label)).toEqual(['virginica', 'setosa'])
  close()
  await expect(predict(first)).rejects.toMatchObject({ code: 'serving.reading' })
})

it('says what is wrong with a file', async () => {
  const bad = join(folder, 'model.pkl')
  await writeFile(bad, 'cposix\nsystem\n.')
  const asked = openBatch({ path: bad, application }, limits, new AbortController().signal)
  await expect(asked).rejects.toMatchObject({ code: 'pickle.unsafe' })
})

it('ends a child that takes too long, and one whose asker has gone', async () => {
  const late = openBatch({ path, application }, { ...limits, timeoutMs: 1 }, new AbortController().signal)
  await expect(late).rejects.toMatchObject({ code: 'serving.reading', kind: 'limit' })
  const gone = new AbortController()
  const { inputs, predict } = await openBatch({ path, application }, limits, gone.signal)
  gone.abort()
  const asked = predict(tableFromRows({ columns: inputs }, [row]))
  await expect(asked).rejects.toMatchObject({ code: 'serving.reading' })
})
