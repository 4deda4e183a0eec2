import { scoringError } from '../errors.ts'
import { type Deadline, type Limits, limitReached } from '../limits.ts'
import type { CallNode, ForeignNode, GlobalNode, TupleNode, Value } from './graph.ts'
import { decodeLong, parseFloatText, parseInteger } from './integers.ts'
import { Op } from './opcodes.ts'
import { decodeLatin1, decodeRawUnicodeEscape, decodeStringLiteral, decodeUtf8 } from './text.ts'

/** Everything that a stream names, in the order of the stream, also what it drops again. */
export type Mentions = {
  readonly globals: GlobalNode[]
  readonly calls: CallNode[]
  readonly foreign: ForeignNode[]
}

/** Told of a BUILD before the next opcode; may consume bytes behind it and returns where the stream goes on. */
export type AfterBuild = (target: CallNode, position: number) => number

export type MachineOptions = {
  readonly limits: Limits
  readonly deadline: Deadline
  readonly mentions: Mentions
  readonly afterBuild?: AfterBuild
}

const highestProtocol = 5
const emptyTuple: readonly Value[] = []

/**
 * Runs one pickle from `start` to its STOP as CPython's unpickler would, making nodes where that would make objects.
 * Iterative, so that depth in the stream costs no stack here.
 */
export const runPickle = (
  bytes: Uint8Array,
  start: number,
  { limits, deadline, mentions, afterBuild }: MachineOptions,
): { readonly root: Value; readonly end: number } => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const memo = new Map<number, Value>()
  const stack: Value[] = []
  const marks: number[] = []
  let position = start
  let opcodeAt = start
  let nodes = 0
  let opcodes = 0

  const invalid = (reason: string) => scoringError('pickle.invalid', { offset: opcodeAt, reason })

  const take = (length: number): number => {
    const from = position
    if (length > bytes.length - from)
      throw invalid(`it needs ${length} more bytes where ${bytes.length - from} are left`)
    position = from + length
    return from
  }
  const uint8 = (): number => bytes[take(1)] as number
  const uint32 = (): number => view.getUint32(take(4), true)
  const sized = (length: number): Uint8Array => {
    if (length > limits.valueBytes)
      throw limitReached('a value of bytes', limits.valueBytes, { found: length, offset: opcodeAt })
    const from = take(length)
    return bytes.subarray(from, from + length)
  }
  const length8 = (): number => {
    const length = view.getBigUint64(take(8), true)
    if (length > BigInt(limits.valueBytes))
      throw limitReached('a value of bytes', limits.valueBytes, { found: Number(length), offset: opcodeAt })
    return Number(length)
  }
  const line = (): Uint8Array => {
    const end = bytes.indexOf(0x0a, position)
    if (end < 0) throw invalid('a line of text has no end')
    const text = bytes.subarray(position, end)
    position = end + 1
    if (text.length > limits.valueBytes)
      throw limitReached('a value of bytes', limits.valueBytes, { found: text.length, offset: opcodeAt })
    return text
  }
  const textOf = (text: string | undefined, what: string): string => {
    if (text === undefined) throw invalid(`${what} cannot be decoded`)
    return text
  }

  const push = (value: Value): void => {
    if (++nodes > limits.nodes) throw limitReached('values', limits.nodes, { offset: opcodeAt })
    stack.push(value)
  }
  const fence = (): number => marks.at(-1) ?? 0
  const pop = (): Value => {
    if (stack.length <= fence()) throw invalid('the stack is empty')
    return stack.pop() as Value
  }
  const top = (): Value => {
    if (stack.length <= fence()) throw invalid('the stack is empty')
    return stack.at(-1) as Value
  }
  const popMark = (): Value[] => {
    const mark = marks.pop()
    if (mark === undefined) throw invalid('there is no mark on the stack')
    const items = stack.slice(mark)
    stack.length = mark
    return items
  }

  const memoise = (index: number): void => {
    if (index > limits.memoIndex)
      throw limitReached('a memo index', limits.memoIndex, { found: index, offset: opcodeAt })
    memo.set(index, top())
  }
  const recall = (index: number): void => {
    const value = memo.get(index)
    if (value === undefined) throw invalid(`memo ${index} was never set`)
    push(value)
  }
  const memoText = (): number => {
    const index = parseInteger(decodeLatin1(line()))
    if (typeof index !== 'number' || index < 0) throw invalid('a memo index is not a whole number')
    return index
  }

  const tooDeep = () => limitReached('levels of values within values', limits.depth, { offset: opcodeAt })
  /** One level more than the deepest of these values: what nests too deep ends here, before it is read to its end. */
  const depthOf = (values: readonly Value[], known: number): number => {
    let depth = known
    for (const value of values)
      if (typeof value === 'object' && (value?.kind === 'tuple' || value?.kind === 'call') && value.depth >= depth)
        depth = value.depth + 1
    if (depth > limits.depth) throw tooDeep()
    return Math.max(depth, 1)
  }

  const pushGlobal = (module: string, name: string): void => {
    const node: GlobalNode = { kind: 'global', module, name, offset: opcodeAt, changedAt: undefined }
    mentions.globals.push(node)
    push(node)
  }
  const nameLine = (): string => textOf(decodeUtf8(line()), 'a name')
  const pushForeign = (what: ForeignNode['what'], id: Value): void => {
    const node: ForeignNode = { kind: 'foreign', what, id, offset: opcodeAt }
    mentions.foreign.push(node)
    push(node)
  }
  const pushCall = (how: CallNode['how'], callable: Value, args: readonly Value[], keywords: Value = null): void => {
    if (typeof callable !== 'object' || callable === null || (callable.kind !== 'global' && callable.kind !== 'call'))
      throw invalid(`it calls ${describe(callable)}`)
    const node: CallNode = {
      kind: 'call',
      how,
      callable,
      args,
      keywords,
      offset: opcodeAt,
      depth: depthOf(args, depthOf([callable, keywords], 0)),
      states: [],
      appended: [],
      keys: [],
      values: [],
      payload: undefined,
    }
    mentions.calls.push(node)
    push(node)
  }
  const tupleArgs = (value: Value): readonly Value[] => {
    if (typeof value !== 'object' || value?.kind !== 'tuple')
      throw invalid(`arguments are ${describe(value)}, not a tuple`)
    return value.items
  }
  const tuple = (items: readonly Value[]): TupleNode => ({
    kind: 'tuple',
    items,
    offset: opcodeAt,
    depth: depthOf(items, 0),
  })

  const append = (target: Value, items: readonly Value[], what: 'append' | 'add'): void => {
    if (items.length === 0) return
    if (typeof target === 'object' && target !== null) {
      if (target.kind === (what === 'append' ? 'list' : 'set')) {
        addAll(target.items, items)
        return
      }
      if (target.kind === 'call') {
        addAll(target.appended, items)
        return
      }
      if (target.kind === 'global') {
        target.changedAt ??= opcodeAt
        return
      }
    }
    throw invalid(`it ${what}s to ${describe(target)}`)
  }
  const setItems = (target: Value, items: readonly Value[]): void => {
    if (items.length % 2 !== 0) throw invalid('a key has no value')
    if (typeof target !== 'object' || (target?.kind !== 'dict' && target?.kind !== 'call' && target?.kind !== 'global'))
      throw invalid(`it sets items of ${describe(target)}`)
    if (target.kind === 'global') {
      target.changedAt ??= opcodeAt
      return
    }
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i] as Value
      if (isUnhashable(key)) throw invalid(`a key is ${describe(key)}`)
      target.keys.push(key)
      target.values.push(items[i + 1] as Value)
    }
  }
  const build = (): void => {
    const state = pop()
    const target = top()
    if (typeof target === 'object' && target?.kind === 'call') {
      target.states.push(state)
      if (afterBuild !== undefined) position = afterBuild(target, position)
      return
    }
    if (typeof target !== 'object' || target?.kind !== 'global')
      throw invalid(`it sets the state of ${describe(target)}`)
    target.changedAt ??= opcodeAt
  }

  for (;;) {
    if (position >= bytes.length) {
      opcodeAt = position
      throw invalid('it ends before its STOP')
    }
    if ((++opcodes & 0x3fff) === 0) deadline.check()
    opcodeAt = position
    const opcode = bytes[position++] as number
    switch (opcode) {
      case Op.PROTO: {
        const protocol = uint8()
        if (protocol > highestProtocol) throw invalid(`it says protocol ${protocol}; the highest is ${highestProtocol}`)
        break
      }
      case Op.FRAME:
        // A frame is a hint on how much to read at once; what counts are the opcodes.
        take(8)
        break
      case Op.STOP: {
        const root = pop()
        return { root, end: position }
      }

      case Op.MARK:
        if (marks.length >= limits.marks) throw limitReached('marks', limits.marks, { offset: opcodeAt })
        marks.push(stack.length)
        break
      case Op.POP:
        if (stack.length === fence() && marks.length > 0) marks.pop()
        else pop()
        break
      case Op.POP_MARK:
        popMark()
        break
      case Op.DUP:
        push(top())
        break

      case Op.NONE:
        push(null)
        break
      case Op.NEWTRUE:
        push(true)
        break
      case Op.NEWFALSE:
        push(false)
        break
      case Op.BININT:
        push(view.getInt32(take(4), true))
        break
      case Op.BININT1:
        push(uint8())
        break
      case Op.BININT2:
        push(view.getUint16(take(2), true))
        break
      case Op.INT: {
        const text = decodeLatin1(line())
        if (text === '00' || text === '01') {
          push(text === '01')
          break
        }
        const value =
          text.length > limits.integerBytes * 2 ? tooLong(limits, text.length, opcodeAt) : parseInteger(text)
        if (value === undefined) throw invalid('an integer is not a whole number')
        push(value)
        break
      }
      case Op.LONG: {
        const text = decodeLatin1(line()).replace(/L$/, '')
        const value =
          text.length > limits.integerBytes * 2 ? tooLong(limits, text.length, opcodeAt) : parseInteger(text)
        if (value === undefined) throw invalid('an integer is not a whole number')
        push(value)
        break
      }
      case Op.LONG1:
      case Op.LONG4: {
        const length = opcode === Op.LONG1 ? uint8() : uint32()
        if (length > limits.integerBytes) tooLong(limits, length, opcodeAt)
        push(decodeLong(sized(length)))
        break
      }
      case Op.FLOAT: {
        const value = parseFloatText(decodeLatin1(line()))
        if (value === undefined) throw invalid('a float is not a number')
        push({ kind: 'float', value })
        break
      }
      case Op.BINFLOAT:
        push({ kind: 'float', value: view.getFloat64(take(8), false) })
        break

      // Byte strings of Python 2 become text, one character a byte: what `encoding='latin1'` does.
      case Op.STRING:
        push(textOf(decodeStringLiteral(line()), 'a string'))
        break
      case Op.BINSTRING:
        push(decodeLatin1(sized(uint32())))
        break
      case Op.SHORT_BINSTRING:
        push(decodeLatin1(sized(uint8())))
        break
      case Op.UNICODE:
        push(textOf(decodeRawUnicodeEscape(line()), 'a text'))
        break
      case Op.BINUNICODE:
        push(textOf(decodeUtf8(sized(uint32())), 'a text'))
        break
      case Op.SHORT_BINUNICODE:
        push(textOf(decodeUtf8(sized(uint8())), 'a text'))
        break
      case Op.BINUNICODE8:
        push(textOf(decodeUtf8(sized(length8())), 'a text'))
        break
      case Op.BINBYTES:
        push({ kind: 'bytes', bytes: sized(uint32()), offset: opcodeAt })
        break
      case Op.SHORT_BINBYTES:
        push({ kind: 'bytes', bytes: sized(uint8()), offset: opcodeAt })
        break
      case Op.BINBYTES8:
      case Op.BYTEARRAY8:
        push({ kind: 'bytes', bytes: sized(length8()), offset: opcodeAt })
        break

      case Op.EMPTY_LIST:
        push({ kind: 'list', items: [], offset: opcodeAt })
        break
      case Op.LIST:
        push({ kind: 'list', items: popMark(), offset: opcodeAt })
        break
      case Op.APPEND: {
        const item = pop()
        const target = top()
        if (typeof target === 'object' && target?.kind === 'list') target.items.push(item)
        else append(target, [item], 'append')
        break
      }
      case Op.APPENDS: {
        const items = popMark()
        append(top(), items, 'append')
        break
      }
      case Op.EMPTY_TUPLE:
        push(tuple(emptyTuple))
        break
      case Op.TUPLE:
        push(tuple(popMark()))
        break
      case Op.TUPLE1:
        push(tuple([pop()]))
        break
      case Op.TUPLE2: {
        const second = pop()
        push(tuple([pop(), second]))
        break
      }
      case Op.TUPLE3: {
        const third = pop()
        const second = pop()
        push(tuple([pop(), second, third]))
        break
      }
      case Op.EMPTY_DICT:
        push({ kind: 'dict', keys: [], values: [], offset: opcodeAt })
        break
      case Op.DICT: {
        const items = popMark()
        const dict: Value = { kind: 'dict', keys: [], values: [], offset: opcodeAt }
        setItems(dict, items)
        push(dict)
        break
      }
      case Op.SETITEM: {
        const value = pop()
        const key = pop()
        setItems(top(), [key, value])
        break
      }
      case Op.SETITEMS: {
        const items = popMark()
        setItems(top(), items)
        break
      }
      case Op.EMPTY_SET:
        push({ kind: 'set', items: [], frozen: false, offset: opcodeAt })
        break
      case Op.FROZENSET:
        push({ kind: 'set', items: popMark(), frozen: true, offset: opcodeAt })
        break
      case Op.ADDITEMS: {
        const items = popMark()
        append(top(), items, 'add')
        break
      }

      case Op.PUT:
        memoise(memoText())
        break
      case Op.BINPUT:
        memoise(uint8())
        break
      case Op.LONG_BINPUT:
        memoise(uint32())
        break
      case Op.MEMOIZE:
        memoise(memo.size)
        break
      case Op.GET:
        recall(memoText())
        break
      case Op.BINGET:
        recall(uint8())
        break
      case Op.LONG_BINGET:
        recall(uint32())
        break

      case Op.GLOBAL: {
        const module = nameLine()
        pushGlobal(module, nameLine())
        break
      }
      case Op.STACK_GLOBAL: {
        const name = pop()
        const module = pop()
        if (typeof name !== 'string' || typeof module !== 'string')
          throw invalid(`a class is named by ${describe(module)} and ${describe(name)}`)
        pushGlobal(module, name)
        break
      }
      case Op.REDUCE: {
        const args = tupleArgs(pop())
        pushCall('reduce', pop(), args)
        break
      }
      case Op.NEWOBJ: {
        const args = tupleArgs(pop())
        pushCall('new', pop(), args)
        break
      }
      case Op.NEWOBJ_EX: {
        const keywords = pop()
        const args = tupleArgs(pop())
        pushCall('new', pop(), args, keywords)
        break
      }
      case Op.INST: {
        const module = nameLine()
        const name = nameLine()
        const args = popMark()
        pushGlobal(module, name)
        pushCall('reduce', pop(), args)
        break
      }
      case Op.OBJ: {
        const [callable, ...args] = popMark()
        if (callable === undefined) throw invalid('an object has no class')
        pushCall('reduce', callable, args)
        break
      }
      case Op.BUILD:
        build()
        break

      case Op.PERSID:
        pushForeign('persistent id', decodeLatin1(line()))
        break
      case Op.BINPERSID:
        pushForeign('persistent id', pop())
        break
      case Op.EXT1:
        pushForeign('extension code', uint8())
        break
      case Op.EXT2:
        pushForeign('extension code', view.getUint16(take(2), true))
        break
      case Op.EXT4:
        pushForeign('extension code', uint32())
        break
      case Op.NEXT_BUFFER:
        pushForeign('out-of-band buffer', null)
        break
      case Op.READONLY_BUFFER:
        top()
        break

      default:
        throw invalid(`0x${opcode.toString(16).padStart(2, '0')} is no opcode`)
    }
    if (stack.length > limits.stack) throw limitReached('values on the stack', limits.stack, { offset: opcodeAt })
    // Without a mark, whatever lies on the stack waits for what lies on it: as a list for its item, as a dict for key and value.
    if (marks.length === 0 && stack.length > 4 * limits.depth) throw tooDeep()
  }
}

/** In batches, as arguments lie on the stack. */
const addAll = (target: Value[], items: readonly Value[]): void => {
  for (let at = 0; at < items.length; at += 1_024) target.push(...items.slice(at, at + 1_024))
}

const isUnhashable = (key: Value): boolean =>
  typeof key === 'object' && (key?.kind === 'list' || key?.kind === 'dict' || (key?.kind === 'set' && !key.frozen))

function tooLong(limits: Limits, found: number, offset: number): never {
  throw limitReached('an integer of bytes', limits.integerBytes, { found, offset })
}

/** A value in a few words, for messages. */
export const describe = (value: Value): string => {
  if (value === null) return 'None'
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
    case 'bigint':
      return `the integer ${value.toString().slice(0, 40)}`
    case 'string':
      return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`
    default:
      break
  }
  switch (value.kind) {
    case 'float':
      return `the number ${value.value}`
    case 'bytes':
      return `${value.bytes.length} bytes`
    case 'list':
    case 'tuple':
      return `a ${value.kind} of ${value.items.length}`
    case 'set':
      return `a ${value.frozen ? 'frozenset' : 'set'} of ${value.items.length}`
    case 'dict':
      return `a dict of ${value.keys.length}`
    case 'global':
      return `${value.module}.${value.name}`
    case 'call':
      return typeof value.callable === 'object' && value.callable?.kind === 'global'
        ? `what ${value.callable.module}.${value.callable.name} makes`
        : 'what a call makes'
    case 'foreign':
      return `a ${value.what}`
  }
}
