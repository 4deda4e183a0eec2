import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { infraError } from '../errors.ts'
import { type Owner, writeAlone } from './key-file.ts'

/** The header of a public key of Ed25519 in DER (RFC 8410); its 32 bytes follow. */
const header = Buffer.from('302a300506032b6570032100', 'hex')

/** Makes the key at set-up, for its owner alone; one that is there stays. */
export const makeSigningKey = (file: string, owner?: Owner): void => {
  if (existsSync(file)) return
  const { privateKey } = generateKeyPairSync('ed25519')
  writeAlone(file, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), owner)
}

export const readSigningKey = (file: string): KeyObject => {
  const wrong = (problem: string, cause?: unknown) => infraError('signing.keyFile', { file, problem }, { cause })
  if (!existsSync(file)) throw wrong('is not there')
  if ((statSync(file).mode & 0o077) !== 0) throw wrong('can be read by others than its owner')
  let key: KeyObject
  try {
    key = createPrivateKey(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw wrong('holds no private key in PEM', cause)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw wrong('holds no key of Ed25519')
  return key
}

/** Its 32 bytes in base64, as people hand it on. */
export const publicKeyOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(header.length).toString('base64')

/** SHA-256 of the 32 bytes. */
export const fingerprintOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex')

export const signText = (key: KeyObject, text: Uint8Array): string => sign(null, text, key).toString('base64')

export const isSignedBy = (publicKey: string, text: Uint8Array, signature: string): boolean => {
  const key = createPublicKey({
    key: Buffer.concat([header, Buffer.from(publicKey, 'base64')]),
    type: 'spki',
    format: 'der',
  })
  return verify(null, text, key, Buffer.from(signature, 'base64'))
}
