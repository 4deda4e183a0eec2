import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { type Queries, sql } from '../database/database.ts'
import { infraError } from '../errors.ts'
import { type Owner, writeAlone } from './key-file.ts'

/** 256 bits, with the name by which what it sealed is known. */
export type Key = { readonly id: string; readonly bytes: Buffer }
/** The newest first: it seals. The others open what was sealed before. */
export type KeyRing = readonly [Key, ...Key[]]
export type Sealed = { readonly keyId: string; readonly bytes: Buffer }

const nonceBytes = 12
const tagBytes = 16
const cipher = 'aes-256-gcm'

/** AES-256-GCM under a nonce of chance; bound to what it belongs to, so that it opens nowhere else. */
export const seal = ([key]: KeyRing, owner: string, text: string): Sealed => {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key.bytes, nonce).setAAD(Buffer.from(`${owner} ${key.id}`))
  const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()])
  return { keyId: key.id, bytes: Buffer.concat([nonce, sealing.getAuthTag(), body]) }
}

/** Throws where the key is not there, or the bytes were changed or belong to something else. */
export const open = (keys: KeyRing, owner: string, { keyId, bytes }: Sealed): string => {
  const key = keys.find(({ id }) => id === keyId)
  if (key === undefined) throw infraError('secrets.key', { keyId })
  try {
    const opening = createDecipheriv(cipher, key.bytes, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(`${owner} ${keyId}`))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
    return Buffer.concat([opening.update(bytes.subarray(nonceBytes + tagBytes)), opening.final()]).toString('utf8')
  } catch (cause) {
    throw infraError('secrets.sealed', { owner }, { cause })
  }
}

const newKey = (): Key => ({ id: randomBytes(4).toString('hex'), bytes: randomBytes(32) })
const lineOf = ({ id, bytes }: Key): string => `${id} ${bytes.toString('base64')}\n`

/** A line for each key: its id, and its bytes in base64. */
export const readKeys = (file: string): KeyRing => {
  if (!existsSync(file)) throw infraError('secrets.keyFile', { file, problem: 'is not there' })
  if ((statSync(file).mode & 0o077) !== 0)
    throw infraError('secrets.keyFile', { file, problem: 'can be read by others than its owner' })
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Key => {
      const [id = '', text = ''] = line.trim().split(' ')
      return { id, bytes: Buffer.from(text, 'base64') }
    })
  const [first, ...rest] = keys
  if (first === undefined || keys.some(({ id, bytes }) => id === '' || bytes.length !== 32))
    throw infraError('secrets.keyFile', { file, problem: 'has a line that is not an id and 32 bytes in base64' })
  return [first, ...rest]
}

const writeKeys = (file: string, keys: KeyRing, owner: Owner | undefined): void =>
  writeAlone(file, keys.map(lineOf).join(''), owner)

/** Makes the key at set-up, for its owner alone; one that is there stays. */
export const makeKeys = (file: string, owner?: Owner): void => {
  if (!existsSync(file)) writeKeys(file, [newKey()], owner)
}

/** Seals everything with a new key, then forgets the old ones. Broken off, it can be begun again: old keys stay until all is sealed. */
export const rotateKeys = async (
  queries: Queries,
  file: string,
  owner?: Owner,
): Promise<{ keyId: string; sealed: number }> => {
  const keys: KeyRing = [newKey(), ...readKeys(file)]
  writeKeys(file, keys, owner)
  const sealedAnew = (id: string, { key_id, sealed }: { readonly key_id: string; readonly sealed: Buffer }): Sealed =>
    seal(keys, id, open(keys, id, { keyId: key_id, bytes: sealed }))
  const rows = await queries.rows<{ id: string; key_id: string; sealed: Buffer }>(
    sql`select id, key_id, sealed from credential for update`,
  )
  for (const { id, ...row } of rows) {
    const next = sealedAnew(id, row)
    await queries.run(sql`update credential set key_id = ${next.keyId}, sealed = ${next.bytes} where id = ${id}`)
  }
  const webhooks = await queries.rows<{ id: string; key_id: string; sealed: Buffer }>(
    sql`select deployment_id as id, key_id, sealed from alert_setting where sealed is not null for update`,
  )
  for (const { id, ...row } of webhooks) {
    const next = sealedAnew(id, row)
    await queries.run(
      sql`update alert_setting set key_id = ${next.keyId}, sealed = ${next.bytes} where deployment_id = ${id}`,
    )
  }
  return { keyId: keys[0].id, sealed: rows.length + webhooks.length }
}

/** After the commit of a rotation: only the newest key is needed. */
export const forgetOldKeys = (file: string, owner?: Owner): void => writeKeys(file, [readKeys(file)[0]], owner)
