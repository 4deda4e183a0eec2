import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { deadline, defaultLimits, type Limits } from '../limits.ts'
import type { Value } from './graph.ts'
import { type Mentions, runPickle } from './machine.ts'

const bytesOf = (...parts: readonly (string | number | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)))

const read = (bytes: Uint8Array, limits: Limits = defaultLimits): { root: Value; mentions: Mentions; end: number } => {
  const mentions: Mentions = { globals: [], calls: [], foreign: [] }
  return { ...runPickle(bytes, 0, { limits, deadline: deadline(limits, () => 0), mentions }), mentions }
}

const refusal = (bytes: Uint8Array, limits?: Limits): ModelsmithError => {
  try {
    read(bytes, limits)
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

describe('the pickle machine', () => {
  it('reads numbers of every opcode', () => {
    const { root } = read(
      bytesOf(
        '(I01\nI-7\nL123456789012345678901234567890L\nK\x05M\x01\x02J\xff\xff\xff\xff\x8a\x02\x00\xffG\x3f\xf8',
        [0, 0, 0, 0, 0, 0],
        'F1e3\nl.',
      ),
    )
    expect(root).toMatchObject({
      kind: 'list',
      items: [true, -7, 123456789012345678901234567890n, 5, 513, -1, -256, { value: 1.5 }, { value: 1000 }],
    })
  })

  it('reads texts of every opcode', () => {
    const { root } = read(
      bytesOf("(S'a\\n\\x41'\nU\x01\xe9V\\u20ac\\x\n\x8c\x02\xc3\xa9X\x03\x00\x00\x00\xe2\x82\xacl."),
    )
    expect(root).toMatchObject({ items: ['a\nA', 'é', '€\\x', 'é', '€'] })
  })

  it('keeps what the memo shares as one node', () => {
    const { root } = read(bytesOf('](]q\x00h\x00e.'))
    const items = root !== null && typeof root === 'object' && root.kind === 'list' ? root.items : []
    expect(items).toHaveLength(2)
    expect(items[0]).toBe(items[1])
  })

  it('names a call and its state, and calls nothing', () => {
    const { root, mentions } = read(bytesOf('\x80\x02csklearn.x\nY\n)\x81}U\x01aK\x01sb.'))
    expect(root).toMatchObject({
      kind: 'call',
      how: 'new',
      callable: { module: 'sklearn.x', name: 'Y', offset: 2 },
      states: [{ kind: 'dict', keys: ['a'], values: [1] }],
    })
    expect(mentions.globals).toHaveLength(1)
  })

  it('keeps what the stream drops again among what it mentions', () => {
    const { root, mentions } = read(bytesOf('cos\nsystem\n(U\x02lstR0N.'))
    expect(root).toBeNull()
    expect(mentions.globals).toMatchObject([{ module: 'os', name: 'system' }])
    expect(mentions.calls).toHaveLength(1)
  })

  it('notes that a class or module itself is changed', () => {
    const { mentions } = read(bytesOf('csys\npath\nU\x01xa.'))
    expect(mentions.globals).toMatchObject([{ name: 'path', changedAt: 13 }])
  })

  it.each([
    ['an empty stack', '.', 'the stack is empty'],
    ['no STOP', 'N', 'it ends before its STOP'],
    ['an unknown opcode', '\xff', '0xff is no opcode'],
    ['a protocol that does not exist', '\x80\xff.', 'protocol 255'],
    ['a list as a key', '}]Ns.', 'a key is a list'],
    ['a key without a value', '}(Nu.', 'a key has no value'],
    ['a memo that was never set', 'h\x07.', 'memo 7 was never set'],
    ['text that is no UTF-8', '\x8c\x01\xff.', 'cannot be decoded'],
    ['a value behind a mark', 'N(2.', 'the stack is empty'],
    ['bytes that are missing', 'C\x09abc', 'it needs 9 more bytes where 3 are left'],
    ['state for None', 'NNb.', 'it sets the state of None'],
    ['a number as a class', 'K\x01K\x02\x93.', 'a class is named by'],
  ])('refuses %s', (_, stream, reason) => {
    const error = refusal(bytesOf(stream))
    expect(error.kind).toBe('invalid')
    expect(error.message).toContain(reason)
  })

  it.each([
    ['a byte string', bytesOf('\x8e', [0, 0, 0, 0, 0, 0, 0, 0x40])],
    ['a memo index', bytesOf('Nr', [0xfe, 0xff, 0xff, 0xff])],
    ['marks', bytesOf('('.repeat(10_001))],
    ['an integer', bytesOf('\x8b', [0x40, 0x0d, 3, 0])],
    ['lists that wait for each other', bytesOf(']'.repeat(8_001))],
    ['tuples within tuples', bytesOf(')', '\x85'.repeat(2_000))],
    ['calls within calls', bytesOf('cx\ny\n', ')R'.repeat(2_001))],
  ])('limits %s', (_, bytes) => {
    expect(refusal(bytes)).toMatchObject({ kind: 'limit', code: 'modelFile.limit' })
  })

  it('limits the time', () => {
    let now = 0
    const limits = { ...defaultLimits, timeMs: 10 }
    const mentions: Mentions = { globals: [], calls: [], foreign: [] }
    const slow = deadline(limits, () => (now += 6))
    expect(() => runPickle(bytesOf('N0'.repeat(50_000)), 0, { limits, deadline: slow, mentions })).toThrow(
      'milliseconds',
    )
  })
})
