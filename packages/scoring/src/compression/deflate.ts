import { scoringError } from '../errors.ts'
import { adler32, crc32 } from './checksums.ts'
import { inflate } from './inflate.ts'

/** zlib (RFC 1950). */
export const inflateZlib = (bytes: Uint8Array, limit: number): Uint8Array => {
  const fail = (reason: string, offset: number) =>
    scoringError('compression.invalid', { format: 'zlib', reason, offset })
  if (bytes.length < 6) throw fail('it is cut short', bytes.length)
  if (((bytes[1] as number) & 0x20) !== 0)
    throw scoringError('compression.unsupported', { format: 'zlib', feature: 'a preset dictionary' })
  const content = inflate({ bytes, start: 2, end: bytes.length - 4, format: 'zlib' }, limit)
  const expected = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4)
  if (adler32(content) !== expected) throw fail('its checksum differs', bytes.length - 4)
  return content
}

/** gzip (RFC 1952) with one member. */
export const inflateGzip = (bytes: Uint8Array, limit: number): Uint8Array => {
  const fail = (reason: string, offset: number) =>
    scoringError('compression.invalid', { format: 'gzip', reason, offset })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 18) throw fail('it is cut short', bytes.length)
  if (bytes[2] !== 8) throw fail(`method ${bytes[2]} is unknown`, 2)
  const flags = bytes[3] as number
  let position = 10
  if ((flags & 4) !== 0) position += 2 + view.getUint16(position, true)
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    const end = bytes.indexOf(0, position)
    if (end < 0) throw fail('its header has no end', position)
    position = end + 1
  }
  if ((flags & 2) !== 0) position += 2
  if (position > bytes.length - 8) throw fail('its header is cut short', bytes.length)
  const content = inflate({ bytes, start: position, end: bytes.length - 8, format: 'gzip' }, limit)
  if (crc32(content) !== view.getUint32(bytes.length - 8, true)) throw fail('its checksum differs', bytes.length - 8)
  if (content.length >>> 0 !== view.getUint32(bytes.length - 4, true))
    throw fail('its length differs', bytes.length - 4)
  return content
}
