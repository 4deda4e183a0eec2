import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, it } from 'vitest'
import { zip, zipBytes, type ZipEntry } from './zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (path: string, text: string): ZipEntry => ({
  path,
  size: Buffer.byteLength(text),
  read: () => Readable.from([Buffer.from(text)]),
})

/** Writes an archive, zeros as a hole of the file; returns its length. */
const written = async (path: string, entries: readonly ZipEntry[]): Promise<number> => {
  const target = await open(path, 'w')
  let at = 0
  for await (const part of zip(entries)) {
    if (part !== zeros) await target.write(part, 0, part.length, at)
    at += part.length
  }
  await target.close()
  return at
}

/** What Python's own reader finds, having compared every checksum of the small files. */
const readByPython = (path: string): [string, number, string][] =>
  JSON.parse(
    execFileSync('python3', [
      '-c',
      `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    entries = archive.infolist()
    few = [entry for entry in entries if entry.file_size < 1000][:3] + entries[-1:]
    print(json.dumps([[entry.filename, entry.file_size, archive.read(entry).decode()] for entry in few] + [["", len(entries), ""]]))
`,
      path,
    ]).toString(),
  ) as [string, number, string][]

const zeros = new Uint8Array(2 ** 26)

it('is read by others, has the length that was said, and is the same every time', async () => {
  const entries = [file('a ä/b.txt', 'text'), file('empty', ''), file('last', 'x'.repeat(900))]
  const bytes = await Array.fromAsync(zip(entries))
  expect(Buffer.concat(await Array.fromAsync(zip(entries)))).toEqual(Buffer.concat(bytes))
  const path = join(folder, 'small.zip')
  expect(await written(path, entries)).toBe(zipBytes(entries))
  expect(readByPython(path)).toEqual([
    ['a ä/b.txt', 4, 'text'],
    ['empty', 0, ''],
    ['last', 900, 'x'.repeat(900)],
    ['last', 900, 'x'.repeat(900)],
    ['', 3, ''],
  ])
})

it('holds more files than two bytes count, and what lies beyond 4 GiB', async () => {
  const large: ZipEntry = {
    path: 'zeros',
    size: 65 * zeros.length,
    async *read() {
      for (let part = 0; part < 65; part++) yield zeros
    },
  }
  const entries = [file('first', 'a'), large, file('behind', 'b')]
  const path = join(folder, 'large.zip')
  expect(await written(path, entries)).toBe(zipBytes(entries))
  expect(readByPython(path)).toEqual([
    ['first', 1, 'a'],
    ['behind', 1, 'b'],
    ['behind', 1, 'b'],
    ['', 3, ''],
  ])
  const many = Array.from(
    { length: 65_600 },
    (_, at): ZipEntry => ({ ...file(`${at}`, ''), read: () => zeros.subarray(0, 0) }),
  )
  const bytes = Buffer.concat(await Array.fromAsync(zip(many)))
  expect(bytes.length).toBe(zipBytes(many))
  writeFileSync(path, bytes)
  expect(readByPython(path).slice(-2)).toEqual([
    ['65599', 0, ''],
    ['', 65_600, ''],
  ])
}, 60_000)

it('breaks off when a file is not as long as was said', async () => {
  await expect(Array.fromAsync(zip([{ ...file('a', 'ab'), size: 3 }]))).rejects.toThrow(
    '"a" has 2 bytes; 3 were expected.',
  )
})
