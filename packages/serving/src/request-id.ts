import { randomFillSync } from 'node:crypto'

/** Chance is cheaper by the handful. */
const pool = Buffer.alloc(10 * 512)
let at = pool.length

const variants = '89ab'
let last = { ms: -1, text: '' }

const timeText = (ms: number): string => {
  if (last.ms !== ms) {
    const hex = ms.toString(16).padStart(12, '0')
    last = { ms, text: `${hex.slice(0, 8)}-${hex.slice(8)}` }
  }
  return last.text
}

/** An id for a request: a UUID that tells when it was given (version 7 of RFC 9562: 48 bits of milliseconds, then 74 of chance). */
export const newRequestId = (now: number = Date.now()): string => {
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const chance = pool.toString('hex', at, at + 10)
  const variant = variants[(pool[at] as number) & 3]
  at += 10
  return `${timeText(now)}-7${chance.slice(2, 5)}-${variant}${chance.slice(5, 8)}-${chance.slice(8)}`
}

const timed = /^([\da-f]{8})-([\da-f]{4})-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** When an id was given, in milliseconds since 1970; undefined of ids that do not tell. */
export const timeOfRequest = (id: string): number | undefined => {
  const [, high, low] = timed.exec(id) ?? []
  return high === undefined ? undefined : Number.parseInt(high + low, 16)
}
