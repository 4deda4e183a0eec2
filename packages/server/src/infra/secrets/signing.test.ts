import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fingerprintOf, isSignedBy, makeSigningKey, publicKeyOf, readSigningKey, signText } from './signing.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signing-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('makes one key for its owner alone, and leaves it as it is', () => {
  const file = join(folder, 'signing.key')
  makeSigningKey(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const before = readFileSync(file)
  makeSigningKey(file)
  expect(readFileSync(file)).toEqual(before)
  const publicKey = publicKeyOf(readSigningKey(file))
  expect(publicKey).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(fingerprintOf(publicKey)).toMatch(/^[0-9a-f]{64}$/)
})

it('says of each text whether the key has signed it', () => {
  const [mine, other] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey]
  const text = Buffer.from('what is signed')
  const signature = signText(mine, text)
  expect(isSignedBy(publicKeyOf(mine), text, signature)).toBe(true)
  expect(isSignedBy(publicKeyOf(mine), Buffer.from('what is signed.'), signature)).toBe(false)
  expect(isSignedBy(publicKeyOf(other), text, signature)).toBe(false)
  expect(isSignedBy(publicKeyOf(mine), text, Buffer.alloc(64).toString('base64'))).toBe(false)
})

it('says what is wrong with a file', () => {
  const file = join(folder, 'wrong.key')
  expect(() => readSigningKey(file)).toThrow('is not there')
  writeFileSync(file, 'no key', { mode: 0o600 })
  expect(() => readSigningKey(file)).toThrow('holds no private key in PEM')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  writeFileSync(file, String(rsa.export({ type: 'pkcs8', format: 'pem' })))
  expect(() => readSigningKey(file)).toThrow('holds no key of Ed25519')
  chmodSync(file, 0o644)
  expect(() => readSigningKey(file)).toThrow('can be read by others')
})
