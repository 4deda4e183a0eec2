import { argon2, createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

/** Argon2id with OWASP's settings of 2024: 19 MiB, two passes. */
const settings = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(16)
  const tag = await derive('argon2id', { ...settings, message: password, nonce })
  return `argon2id$${nonce.toString('base64url')}$${tag.toString('base64url')}`
}

export const verifyPassword = async (password: string, stored: string): Promise<boolean> => {
  const [kind, nonce = '', tag = ''] = stored.split('$')
  if (kind !== 'argon2id') return false
  const expected = Buffer.from(tag, 'base64url')
  const found = await derive('argon2id', { ...settings, message: password, nonce: Buffer.from(nonce, 'base64url') })
  return expected.length === found.length && timingSafeEqual(expected, found)
}

/** Secrets are kept as their SHA-256 only: they have enough chance in them that guessing is hopeless. */
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const newSecret = (): string => randomBytes(32).toString('base64url')

/** `msk_` tells scanners of leaked secrets what it is. */
export const newTokenSecret = (): string => `msk_${randomBytes(30).toString('base64url').replace(/[-_]/g, 'x')}`

/** `msi_`: by it a person chooses a password, once. */
export const newInvitationSecret = (): string => `msi_${randomBytes(30).toString('base64url').replace(/[-_]/g, 'x')}`

export const visiblePrefix = (secret: string): string => secret.slice(0, 10)
