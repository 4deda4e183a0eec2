import type { Socket } from 'node:net'
import { type ColumnSchema, columnTypes, type Place, type TableSchema } from '@modelsmith/table'
import type { HookPlace, StepTimings, TableShape } from './types.ts'

/** An error as a worker describes it; texts are cut where they are longer than a person reads. */
export type WorkerError = {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly traceback: string | undefined
  readonly frames: readonly unknown[]
  readonly place: Place | undefined
}

export type StepMessage =
  | { readonly type: 'stopped'; readonly id: number }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown; readonly timings: StepTimings }
  | { readonly type: 'error'; readonly id: number; readonly error: WorkerError; readonly timings: StepTimings }

export type WorkerMessage =
  | { readonly type: 'hello' }
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly reason: string }
  | StepMessage

/** A line that is none of the protocol's: user code has the descriptor too, and may write whatever it likes. */
export class NotOfTheProtocol extends Error {}

const refuse = (problem: string): never => {
  throw new NotOfTheProtocol(problem)
}

/** The longest that a worker has to say are the names of a wide table's columns. */
const longestMessage = 64 * 2 ** 20
const longestText = 20_000
const mostFrames = 200
const lineFeed = 10

/** Cuts what the session sends into messages, and ends with the first line that is none or is too long to be one. */
export const readMessages = (
  socket: Socket,
  onMessage: (message: WorkerMessage) => void,
  onRefused: (problem: string) => void,
  longest: number = longestMessage,
): void => {
  let parts: Buffer[] = []
  let length = 0
  const measure = (more: number) => {
    length += more
    if (length > longest) refuse(`a line of more than ${longest} bytes`)
  }
  const take = (end: Buffer) => {
    measure(end.length)
    const line = parts.length === 0 ? end : Buffer.concat([...parts, end])
    parts = []
    length = 0
    onMessage(readMessage(line.toString('utf8')))
  }
  const onData = (chunk: Buffer) => {
    try {
      let start = 0
      for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
        take(chunk.subarray(start, at))
        start = at + 1
      }
      if (start === chunk.length) return
      parts.push(chunk.subarray(start))
      measure(chunk.length - start)
    } catch (error) {
      if (!(error instanceof NotOfTheProtocol)) throw error
      socket.off('data', onData).resume()
      parts = []
      onRefused(error.message)
    }
  }
  socket.on('data', onData)
}

type Fields = Readonly<Record<string, unknown>>

/** One line as the message that it is. */
export const readMessage = (line: string): WorkerMessage => {
  const message = fieldsOf(parsed(line), 'a line')
  const { type } = message
  if (type === 'hello' || type === 'ready') return { type }
  if (type === 'refused') return { type, reason: cut(textOf(message, 'reason')) }
  const id = countOf(message, 'id')
  if (type === 'stopped') return { type, id }
  if (type === 'result') return { type, id, result: message['result'], timings: timingsOf(message['timings']) }
  if (type === 'error') return { type, id, error: errorOf(message['error']), timings: timingsOf(message['timings']) }
  return refuse('a message of an unknown type')
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return refuse('a line that is not JSON')
  }
}

const fieldsOf = (value: unknown, what: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(`${what} that is no object`)

const textOf = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : refuse(`"${name}" that is no text`)
}

const countOf = (fields: Fields, name: string): number => {
  const value = fields[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(`"${name}" that is no count`)
}

const listOf = (value: unknown, name: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(`"${name}" that is no list`)

const cut = (text: string): string => text.slice(0, longestText)

const timingsOf = (value: unknown): StepTimings => {
  const timings = fieldsOf(value, '"timings"')
  const numberOf = (name: keyof StepTimings): number => {
    const number = timings[name]
    return typeof number === 'number' && Number.isFinite(number) && number >= 0
      ? number
      : refuse(`"${name}" that is no duration or size`)
  }
  return { wallMs: numberOf('wallMs'), cpuMs: numberOf('cpuMs'), peakMemoryMb: numberOf('peakMemoryMb') }
}

const optional = (fields: Fields, name: string): string | undefined =>
  fields[name] === undefined || fields[name] === null ? undefined : cut(textOf(fields, name))

/** Codes of other areas say what the platform has found: code that runs in a session cannot. */
const errorCode = /^(task|limit)\.[A-Za-z]{1,40}$/

const errorOf = (value: unknown): WorkerError => {
  const error = fieldsOf(value, '"error"')
  const code = textOf(error, 'code')
  if (!errorCode.test(code)) refuse('an error with a code that is not a worker’s')
  return {
    code,
    message: cut(textOf(error, 'message')),
    hint: optional(error, 'hint'),
    traceback: optional(error, 'traceback'),
    frames: listOf(error['frames'], 'frames').slice(-mostFrames).map(frameOf),
    place: error['place'] === undefined ? undefined : placeOf(fieldsOf(error['place'], '"place"')),
  }
}

const frameOf = (value: unknown): object => {
  const frame = fieldsOf(value, 'a frame')
  return { ...placeOf(frame), function: optional(frame, 'function') ?? '', source: optional(frame, 'source') ?? '' }
}

const placeOf = (fields: Fields): { readonly file: string; readonly line?: number } => {
  const file = cut(textOf(fields, 'file'))
  return fields['line'] === undefined || fields['line'] === null ? { file } : { file, line: countOf(fields, 'line') }
}

/** What each step answers with. */
export const artifactsOf = (result: unknown): readonly string[] => {
  const artifacts = listOf(fieldsOf(result, 'a result')['artifacts'], 'artifacts')
  return artifacts.map((each) => (typeof each === 'string' ? each : refuse('an artifact that is no path')))
}

export const shapeOf = (value: unknown): TableShape => {
  const shape = fieldsOf(value, 'a shape')
  const { sparse, missing } = shape
  if (typeof sparse !== 'boolean') return refuse('"sparse" that is neither true nor false')
  return {
    rows: countOf(shape, 'rows'),
    ...schemaOf(shape),
    sparse,
    ...(typeof missing === 'boolean' ? { missing } : {}),
  }
}

export const schemaOf = (value: unknown): TableSchema => ({
  columns: listOf(fieldsOf(value, 'a schema')['columns'], 'columns').map(columnOf),
})

const columnOf = (value: unknown): ColumnSchema => {
  const column = fieldsOf(value, 'a column')
  const type = columnTypes.find((each) => each === column['type'])
  return { name: textOf(column, 'name'), type: type ?? refuse('a column of an unknown type') }
}

export const appliedOf = (result: unknown): { readonly shape: TableShape; readonly hook: HookPlace } => {
  const fields = fieldsOf(result, 'a result')
  return { shape: shapeOf(fields['shape']), hook: hookOf(fields['hook']) }
}

/** The bytes of a column block file, and who made it. */
export const predictedOf = (result: unknown): { readonly blocks: Buffer; readonly hook: HookPlace } => {
  const fields = fieldsOf(result, 'a result')
  return { blocks: Buffer.from(textOf(fields, 'blocks'), 'base64'), hook: hookOf(fields['hook']) }
}

const hookOf = (value: unknown): HookPlace => {
  const hook = fieldsOf(value, 'a hook')
  return { ...placeOf(hook), name: cut(textOf(hook, 'name')) }
}

export const cleanOf = (result: unknown): { readonly clean: boolean } => ({
  clean: fieldsOf(result, 'a result')['clean'] === true,
})
