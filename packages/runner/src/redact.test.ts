import { describe, expect, it } from 'vitest'
import { redacted, redactor, withoutBeginning } from './redact.ts'

const value = 'p/ss wörd+"1"'
const clean = redactor([value])

describe('a secret in a text', () => {
  it.each([
    ['as it is', value],
    ['as a literal', JSON.stringify(value).slice(1, -1)],
    ['in an address', encodeURIComponent(value)],
    ['in hex', Buffer.from(value).toString('hex')],
  ])('is taken out %s', (_, form) => {
    expect(clean(`before ${form} after ${form}`)).toBe(`before ${redacted} after ${redacted}`)
  })

  it.each([0, 1, 2, 3, 4, 5])('is taken out in base64 behind %i other bytes', (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${'u'.repeat(before)}${value}:more`).toString(encoding)
      expect(clean(text)).toContain(redacted)
      const inner = clean(text).replaceAll(redacted, '')
      expect(Buffer.from(inner, 'base64').toString()).not.toContain('wörd')
    }
  })

  it('is taken out line by line, as prints come', () => {
    const lines = ['-----BEGIN KEY-----', 'MIIEvQIBADANBgkqhkiG', 'x']
    const clean = redactor([lines.join('\n')])
    expect(lines.map(clean)).toEqual([redacted, redacted, 'x'])
  })

  it('is taken out where a line was cut in the middle of it', () => {
    expect(withoutBeginning('the value is p/ss w', [value])).toBe(`the value is ${redacted}`)
    expect(withoutBeginning('nothing of it', [value])).toBe('nothing of it')
  })

  it('that is shorter than four characters stays, and nothing is taken out for none', () => {
    expect(redactor(['abc'])('abc')).toBe('abc')
    expect(redactor([])('abc')).toBe('abc')
  })

  it('that holds another is taken out whole', () => {
    expect(redactor(['pass', 'password'])('password')).toBe(redacted)
  })
})
