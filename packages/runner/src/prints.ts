import type { Socket } from 'node:net'
import type { Print } from './types.ts'

export const longestLine = 4096
const marker = 0
const lineFeed = 10

/**
 * Cuts what a session prints into lines. A line that begins with a NUL byte is the worker's own: everything before it
 * has been handed over. Lines are cut at 4 kB; the rest of a longer one is dropped, so that memory stays bounded.
 */
export const readPrints = (
  socket: Socket,
  stream: Print['stream'],
  onPrint: (print: Print) => void,
  onMarker: (id: number) => void,
  longest: number = longestLine,
): void => {
  let line: Buffer = Buffer.alloc(0)
  const end = () => {
    if (line[0] === marker) onMarker(Number(line.subarray(1).toString('latin1')))
    else onPrint({ stream, text: line.toString('utf8').replace(/\r$/, '') })
    line = Buffer.alloc(0)
  }
  socket.on('data', (chunk: Buffer) => {
    let start = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      line = joined(line, chunk.subarray(start, at), longest)
      end()
      start = at + 1
    }
    line = joined(line, chunk.subarray(start), longest)
    // A marker may follow a print that ended without a line feed.
    const hidden = line.indexOf(marker, 1)
    if (hidden > 0) {
      const rest = line.subarray(hidden)
      line = line.subarray(0, hidden)
      end()
      line = rest
    }
  })
  socket.on('end', () => {
    if (line.length > 0) end()
  })
  socket.on('error', () => {})
}

const joined = (line: Buffer, more: Buffer, longest: number): Buffer => {
  if (line.length >= longest || more.length === 0) return line
  return Buffer.concat([line, more.subarray(0, Math.min(more.length, longest - line.length))])
}
