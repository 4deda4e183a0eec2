import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** `<kind>_` and 26 characters of Crockford's base 32: 48 bits of time, then 80 of chance. Sorts by age. */
export const newId = (kind: string, now: number = Date.now()): string => {
  let bits = (BigInt(now) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`)
  let text = ''
  for (let at = 0; at < 26; at++) {
    text = alphabet[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return `${kind}_${text}`
}
