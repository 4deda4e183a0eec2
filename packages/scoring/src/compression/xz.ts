import { scoringError } from '../errors.ts'
import { crc32, crc64 } from './checksums.ts'
import { checkDictionary, decompressLzma2 } from './lzma.ts'
import { Output } from './output.ts'

const checkBytes: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
])

/** One .xz stream (format 1.0.4) with LZMA2 and no other filter. */
export const decompressXz = (bytes: Uint8Array, limit: number, dictionaryLimit: number): Uint8Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fail = (reason: string, offset: number) => scoringError('compression.invalid', { format: 'xz', reason, offset })
  const unsupported = (feature: string) => scoringError('compression.unsupported', { format: 'xz', feature })
  const need = (offset: number, length: number): void => {
    if (offset + length > bytes.length) throw fail('it is cut short', bytes.length)
  }
  need(0, 12)
  if (crc32(bytes.subarray(6, 8)) !== view.getUint32(8, true)) throw fail('the checksum of its header differs', 8)
  const check = bytes[7] as number
  const checkLength = checkBytes.get(check)
  if (bytes[6] !== 0 || checkLength === undefined) throw unsupported(`a checksum of type ${check}`)

  let position = 12
  const output = new Output(bytes.length * 4, limit)
  for (;;) {
    need(position, 1)
    if (bytes[position] === 0) break
    const headerAt = position
    const headerLength = ((bytes[position] as number) + 1) * 4
    need(position, headerLength)
    if (
      crc32(bytes.subarray(position, position + headerLength - 4)) !== view.getUint32(position + headerLength - 4, true)
    )
      throw fail('the checksum of a block header differs', position)
    const flags = bytes[position + 1] as number
    position += 2
    const integer = (): number => {
      let value = 0
      for (let shift = 0; shift < 63; shift += 7) {
        const byte = bytes[position++]
        if (byte === undefined || position > headerAt + headerLength) throw fail('a number is cut short', position)
        value += (byte & 0x7f) * 2 ** shift
        if (byte < 0x80) return value
      }
      throw fail('a number is too long', position)
    }
    if ((flags & 3) !== 0) throw unsupported(`${(flags & 3) + 1} filters`)
    const packed = (flags & 0x40) === 0 ? undefined : integer()
    const unpacked = (flags & 0x80) === 0 ? undefined : integer()
    const filter = integer()
    const propertiesLength = integer()
    if (filter !== 0x21 || propertiesLength !== 1) throw unsupported(`the filter 0x${filter.toString(16)}`)
    checkDictionary(dictionarySize(bytes[position] as number), dictionaryLimit)

    const dataAt = headerAt + headerLength
    const before = output.length
    position = decompressLzma2(bytes, dataAt, output)
    if (packed !== undefined && packed !== position - dataAt) throw fail('a block has another length', position)
    if (unpacked !== undefined && unpacked !== output.length - before)
      throw fail('a block has another length', position)
    while ((position - dataAt) % 4 !== 0) if (bytes[position++] !== 0) throw fail('padding is not zero', position - 1)
    need(position, checkLength)
    const content = output.bytes.subarray(before, output.length)
    if (check === 1 && crc32(content) !== view.getUint32(position, true)) throw fail('its checksum differs', position)
    if (check === 4) {
      const { low, high } = crc64(content)
      if (low !== view.getUint32(position, true) || high !== view.getUint32(position + 4, true))
        throw fail('its checksum differs', position)
    }
    position += checkLength
  }
  // The index repeats the sizes that were checked above; the footer says how long it is.
  const footer = bytes.length - 12
  if (footer < position || bytes[footer + 10] !== 0x59 || bytes[footer + 11] !== 0x5a)
    throw fail('its footer is missing', footer)
  if ((view.getUint32(footer + 4, true) + 1) * 4 !== footer - position) throw fail('other bytes follow', footer)
  return output.finish()
}

const dictionarySize = (bits: number): number =>
  bits >= 40 ? 0xffffffff : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11)
