import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { listenOnce } from './listen-once.ts'
import {
  appliedOf,
  artifactsOf,
  predictedOf,
  readMessage,
  readMessages,
  shapeOf,
  type WorkerMessage,
} from './messages.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-messages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
const said = async (chunks: readonly string[], longest?: number) => {
  const path = join(folder, `${count++}`)
  const { server, connected } = await listenOnce(path)
  const child = connect(path)
  const socket = await connected
  const messages: WorkerMessage[] = []
  const problems: string[] = []
  const ended = new Promise((resolve) => socket.once('end', resolve))
  readMessages(
    socket,
    (message) => messages.push(message),
    (problem) => problems.push(problem),
    longest,
  )
  for (const chunk of chunks) await new Promise((resolve) => child.write(chunk, resolve))
  child.end()
  await ended
  server.close()
  socket.destroy()
  return { messages, problems }
}

const timings = { wallMs: 1.5, cpuMs: 1, peakMemoryMb: 0 }
const error = { code: 'task.raised', message: 'ValueError: no', hint: null, frames: [] }
const line = (message: object): string => JSON.stringify(message)

describe('messages of a worker', () => {
  it('are lines, wherever these are cut on the way', async () => {
    const text = `${line({ type: 'ready' })}\n${line({ type: 'result', id: 7, result: 'grüße', timings })}\n`
    const bytes = [...text]
    expect(await said(bytes)).toEqual({
      messages: [{ type: 'ready' }, { type: 'result', id: 7, result: 'grüße', timings }],
      problems: [],
    })
  })

  it('end with a line that is too long, and nobody keeps the rest', async () => {
    const { messages, problems } = await said(
      ['{"type":"ready"}\n', 'x'.repeat(60), 'x'.repeat(60), '\n{"type":"ready"}\n'],
      100,
    )
    expect(messages).toEqual([{ type: 'ready' }])
    expect(problems).toEqual(['a line of more than 100 bytes'])
  })

  it('end with the first line that is none', async () => {
    const { messages, problems } = await said(['{"type":"ready"}\n[]\n{"type":"ready"}\nnothing\n', 'more\n'])
    expect(messages).toEqual([{ type: 'ready' }])
    expect(problems).toEqual(['a line that is no object'])
  })

  it.each([
    ['', 'a line that is not JSON'],
    ['\0\xff', 'a line that is not JSON'],
    ['null', 'a line that is no object'],
    ['"ready"', 'a line that is no object'],
    ['{}', '"id" that is no count'],
    [line({ type: 'refused', reason: 3 }), '"reason" that is no text'],
    [line({ type: 'toString', id: 1 }), 'a message of an unknown type'],
    [line({ type: 'stopped', id: -1 }), '"id" that is no count'],
    [line({ type: 'stopped', id: 1.5 }), '"id" that is no count'],
    [line({ type: 'result', id: 1, result: 1 }), '"timings" that is no object'],
    [line({ type: 'result', id: 1, timings: { ...timings, cpuMs: -1 } }), '"cpuMs" that is no duration or size'],
    [`{"type":"result","id":1,"timings":{"wallMs":1e999}}`, '"wallMs" that is no duration or size'],
    [line({ type: 'error', id: 1, timings, error: [] }), '"error" that is no object'],
    [line({ type: 'error', id: 1, timings, error: { ...error, code: 'secret.inClear' } }), 'an error with a code'],
    [line({ type: 'error', id: 1, timings, error: { ...error, frames: { length: 1 } } }), '"frames" that is no list'],
    [line({ type: 'error', id: 1, timings, error: { ...error, place: { file: 3 } } }), '"file" that is no text'],
  ])('are refused: %s', (text, problem) => {
    expect(() => readMessage(text)).toThrow(problem)
  })

  it('have errors that a person can read, however much the code has said', () => {
    const frames = Array.from({ length: 1000 }, (_, index) => ({
      file: 'custom.py',
      line: index,
      source: 'x'.repeat(30_000),
    }))
    const long = { ...error, message: 'x'.repeat(1_000_000), traceback: 'y'.repeat(1_000_000), frames }
    const message = readMessage(line({ type: 'error', id: 1, timings, error: long }))
    if (message.type !== 'error') throw new Error(message.type)
    expect(message.error.message).toHaveLength(20_000)
    expect(message.error.traceback).toHaveLength(20_000)
    expect(message.error.frames).toHaveLength(200)
    expect(message.error.frames.at(-1)).toEqual({
      file: 'custom.py',
      line: 999,
      function: '',
      source: 'x'.repeat(20_000),
    })
  })

  it('have results of the form that the step promises', () => {
    const shape = { rows: 2, columns: [{ name: 'a', type: 'number' }], sparse: false }
    const hook = { name: 'predict', file: 'custom.py', line: 3 }
    expect(artifactsOf({ artifacts: ['model.pkl'] })).toEqual(['model.pkl'])
    expect(appliedOf({ shape: { ...shape, missing: true, more: 1 }, hook })).toEqual({
      shape: { ...shape, missing: true },
      hook,
    })
    expect(predictedOf({ blocks: 'AAEC', hook: { name: 'predict', file: 'custom.py', line: null } })).toEqual({
      blocks: Buffer.of(0, 1, 2),
      hook: { name: 'predict', file: 'custom.py' },
    })
    expect(() => artifactsOf({ artifacts: [['model.pkl']] })).toThrow('an artifact that is no path')
    expect(() => shapeOf({ ...shape, rows: '2' })).toThrow('"rows" that is no count')
    expect(() => shapeOf({ ...shape, columns: [{ name: 'a', type: 'constructor' }] })).toThrow('unknown type')
    expect(() => shapeOf({ ...shape, sparse: 'yes' })).toThrow('neither true nor false')
    expect(() => appliedOf({ shape, hook: null })).toThrow('a hook that is no object')
    expect(() => predictedOf('')).toThrow('a result that is no object')
  })
})
