import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Client, Connection } from 'pg'

/** What a statement that copies uses of a connection, which the types of `pg` leave out. */
type Wire = {
  readonly stream: Socket
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}

const wireOf = (connection: Connection): Wire => connection as unknown as Wire

/** How many rows a statement says at its end that it has copied: `COPY 12`. */
type Complete = { readonly text: string }
const rowsOf = ({ text }: Complete): number => Number(text.split(' ')[1])

/** The lines of `COPY … TO STDOUT`, read no faster than somebody takes them; given up early, it ends the connection. `rows` is known at their end. */
export const copyOut = (client: Client, text: string): { readonly lines: Readable; readonly rows: () => number } => {
  let wire: Wire | undefined
  let rows = 0
  const lines = new Readable({
    read: () => void wire?.stream.resume(),
    destroy(error, done) {
      if (error !== null) wire?.stream.destroy()
      done(error)
    },
  })
  client.query({
    submit: (connection: Connection) => {
      wire = wireOf(connection)
      wire.query(text)
    },
    // The bytes lie in a buffer that the connection uses again.
    handleCopyData: ({ chunk }: { readonly chunk: Buffer }) => {
      if (!lines.push(Buffer.from(chunk))) wire?.stream.pause()
    },
    handleCommandComplete: (complete: Complete) => {
      rows = rowsOf(complete)
    },
    handleReadyForQuery: () => {
      wire?.stream.resume()
      lines.push(null)
    },
    handleError: (error: Error) => lines.destroy(error),
  })
  return { lines, rows: () => rows }
}

/** Sends lines to `COPY … FROM STDIN`; resolves to how many rows the table has taken. */
export const copyIn = (client: Client, text: string, lines: AsyncIterable<Uint8Array>): Promise<number> =>
  new Promise((resolve, reject) => {
    let rows = 0
    let over = false
    let refused: unknown
    const feed = async (wire: Wire) => {
      try {
        for await (const chunk of lines) {
          if (over) return
          wire.sendCopyFromChunk(chunk)
          if (wire.stream.writableNeedDrain)
            await Promise.race([once(wire.stream, 'drain'), once(wire.stream, 'close')])
        }
        wire.endCopyFrom()
      } catch (error) {
        refused = error
        wire.sendCopyFail('The source failed.')
      }
    }
    client.query({
      submit: (connection: Connection) => wireOf(connection).query(text),
      handleCopyInResponse: (connection: Connection) => void feed(wireOf(connection)),
      handleCommandComplete: (complete: Complete) => {
        rows = rowsOf(complete)
      },
      handleReadyForQuery: () => resolve(rows),
      handleError: (error: Error) => {
        over = true
        reject(refused ?? error)
      },
    })
  })
