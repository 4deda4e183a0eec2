import type { Readable } from 'node:stream'

/** A file of an archive: its bytes are asked for when they are written. */
export type TarEntry = { readonly path: string; readonly size: number; readonly read: () => Readable | Uint8Array }

const block = 512

/**
 * A tar archive (POSIX.1-2001, pax) of plain files, piece by piece: nothing of it is held. The same entries give the same bytes.
 * A file that is not as long as was said ends the stream with an error.
 */
export async function* tar(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const { path, size, read } of entries) {
    const isPlain = /^[\x20-\x7e]{1,100}$/.test(path) && size < 8 ** 11
    if (!isPlain) {
      const records = Buffer.from(pax('path', path) + pax('size', String(size)))
      yield header('pax', records.length, 'x')
      yield records
      yield padding(records.length)
    }
    yield header(isPlain ? path : 'file', isPlain ? size : 0, '0')
    let written = 0
    const content = read()
    for await (const part of content instanceof Uint8Array ? [content] : (content as AsyncIterable<Buffer>)) {
      written += part.length
      yield part
    }
    if (written !== size) throw new RangeError(`"${path}" has ${written} bytes; ${size} were expected.`)
    yield padding(size)
  }
  yield Buffer.alloc(2 * block)
}

const padding = (size: number): Uint8Array => Buffer.alloc((block - (size % block)) % block)

/** A record says its own length, which counts the digits that say it. */
const pax = (key: string, value: string): string => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return `${length} ${key}=${value}\n`
}

const header = (path: string, size: number, type: '0' | 'x'): Uint8Array => {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, at: number, width: number) =>
    bytes.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
  bytes.write(path, 0, 'latin1')
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  bytes.write(type, 156, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  bytes.fill(' ', 148, 156)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}
