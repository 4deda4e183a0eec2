import { PassThrough, type Readable } from 'node:stream'
import type { ServerEvent } from './handler.ts'

const heartbeatMs = 15_000

/** Events as a `text/event-stream` body, with a comment now and then so that proxies keep the connection. */
export const eventStream = (events: AsyncIterable<ServerEvent>, signal: AbortSignal): Readable => {
  const body = new PassThrough()
  body.write(': connected\n\n')
  const heartbeat = setInterval(() => body.write(': still here\n\n'), heartbeatMs)
  const write = async () => {
    try {
      for await (const { event, data, id } of events) {
        if (signal.aborted) return
        body.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
    } catch {
      // The client connects again and reads what it missed.
    } finally {
      clearInterval(heartbeat)
      body.end()
    }
  }
  void write()
  return body
}

/** A queue that is filled from a callback and read as an iterable, until the signal aborts. */
export const eventQueue = <T>(signal: AbortSignal) => {
  const waiting: T[] = []
  let wake: () => void = () => {}
  signal.addEventListener('abort', () => wake())
  return {
    push(item: T): void {
      waiting.push(item)
      wake()
    },
    async *items(): AsyncGenerator<T> {
      while (!signal.aborted) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
