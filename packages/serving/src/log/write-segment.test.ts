import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readSegment } from './segment.ts'
import { openSegments } from './write-segment.ts'

it('removes what a kill left long ago, and leaves what somebody may be writing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'segments-'))
  for (const name of ['old.part', 'new.part', 'old.jsonl']) await writeFile(join(folder, name), '')
  const before = new Date(Date.now() - 7_200_000)
  for (const name of ['old.part', 'old.jsonl']) await utimes(join(folder, name), before, before)
  const write = await openSegments(folder)
  const entry = {
    requestId: 'job_1-0',
    deploymentId: 'd',
    releaseId: 'r',
    at: '2026-01-31T12:00:00.000Z',
    rows: 3,
    latencyMs: 1,
    status: 'ok',
    errorCode: null,
  } as const
  await write(entry, undefined)
  const [written = '', ...others] = (await readdir(folder)).sort()
  expect(others).toEqual(['new.part', 'old.jsonl'])
  expect(readSegment(await readFile(join(folder, written)))).toMatchObject([{ entry, rows: undefined }])
  await rm(folder, { recursive: true })
})
