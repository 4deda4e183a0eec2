import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { untar } from './untar.ts'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'modelsmith-untar-'))
  mkdirSync(join(place, 'in/deep'), { recursive: true })
  mkdirSync(join(place, 'out'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const long = `deep/${'n'.repeat(150)} ä.txt`
const archive = (...names: string[]): Buffer => {
  execFileSync(
    'tar',
    ['--format=pax', '--pax-option=delete=atime,delete=ctime', '-cf', 'a.tar', '-C', 'in', ...names],
    { cwd: place },
  )
  return readFileSync(join(place, 'a.tar'))
}
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const unpack = (bytes: Uint8Array, size = 1000) => untar(inPieces(bytes, size), join(place, 'out'), () => {})

it.each([1, 511, 512, 100_000])('gives the files of an archive that comes in pieces of %d bytes', async (size) => {
  writeFileSync(join(place, 'in/a.txt'), 'x'.repeat(1025))
  writeFileSync(join(place, 'in/empty'), '')
  writeFileSync(join(place, 'in', long), 'long')
  await unpack(archive('a.txt', 'empty', long), size)
  const read = (path: string) => readFileSync(join(place, 'out', path), 'utf8')
  expect([read('a.txt'), read('empty'), read(long)]).toEqual(['x'.repeat(1025), '', 'long'])
})

it('refuses links, folders and what leads out of the folder, and what is broken', async () => {
  writeFileSync(join(place, 'in/a.txt'), 'text')
  symlinkSync('/etc/passwd', join(place, 'in/link'))
  await expect(unpack(archive('link'))).rejects.toThrow('it holds something that is no file')
  execFileSync('tar', ['--format=ustar', '-cf', 'a.tar', '-C', 'in', 'a.txt'], { cwd: place })
  const plain = readFileSync(join(place, 'a.tar'))
  const named = (name: string): Buffer => {
    const changed = Buffer.from(plain)
    const at = changed.indexOf('a.txt')
    changed.fill(0, at, at + 100).write(name, at)
    const header = changed.subarray(at, at + 512)
    header.fill(' ', 148, 156)
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    )
    return changed
  }
  for (const name of ['../a', '/etc/a', 'a/../../b', './a', 'a//b', '..\\a', ''])
    await expect(unpack(named(name))).rejects.toThrow('lies outside of it')
  expect(existsSync(join(place, 'a'))).toBe(false)
  await unpack(named('b.txt'))
  // Nothing that is there is written over.
  await expect(unpack(named('b.txt'))).rejects.toThrow(/EEXIST/)
  for (const length of [0, 100, 600, plain.indexOf('text') + 2])
    await expect(unpack(plain.subarray(0, length))).rejects.toThrow(/cut short|checksum/)
  const broken = Buffer.from(plain)
  broken[plain.indexOf('a.txt')] = 0x62
  await expect(unpack(broken)).rejects.toThrow('a checksum differs')
})
