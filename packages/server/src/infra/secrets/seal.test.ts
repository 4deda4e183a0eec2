import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeKeys, open, readKeys, seal } from './seal.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ms-keys-'))
  file = join(folder, 'secrets.key')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what is sealed', () => {
  it('opens again, and differs at each sealing', () => {
    makeKeys(file)
    const keys = readKeys(file)
    const [first, second] = [seal(keys, 'a', 'a value'), seal(keys, 'a', 'a value')]
    expect(first.bytes.equals(second.bytes)).toBe(false)
    expect(first.bytes.toString('latin1')).not.toContain('a value')
    expect(open(keys, 'a', first)).toBe('a value')
  })

  it('opens for nobody else, not when a bit differs, and not by another key', () => {
    makeKeys(file)
    const keys = readKeys(file)
    const { keyId, bytes } = seal(keys, 'a', 'a value')
    expect(() => open(keys, 'b', { keyId, bytes })).toThrow('cannot be opened')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => open(keys, 'a', { keyId, bytes: changed })).toThrow('cannot be opened')
    }
    expect(() => open(keys, 'a', { keyId: 'another', bytes })).toThrow('another')
  })
})

describe('the file of keys', () => {
  it('is made for its owner alone, once', () => {
    makeKeys(file)
    const before = readFileSync(file, 'utf8')
    makeKeys(file)
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([before, 0o600])
  })

  it.each([
    ['that others can read', '0123 AAAA', 0o644, 'can be read by others'],
    ['that is empty', '', 0o600, 'not an id and 32 bytes'],
    ['that holds something else', 'password123', 0o600, 'not an id and 32 bytes'],
  ])('%s is refused without a word of what it holds', (_, content, mode, problem) => {
    writeFileSync(file, content)
    chmodSync(file, mode)
    expect(() => readKeys(file)).toThrow(problem)
    expect(() => readKeys(file)).not.toThrow('password123')
  })

  it('that is not there is named', () => {
    expect(() => readKeys(file)).toThrow('is not there')
  })
})
