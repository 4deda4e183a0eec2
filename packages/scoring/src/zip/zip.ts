import { crc32 } from '../compression/checksums.ts'
import { inflate } from '../compression/inflate.ts'
import { scoringError } from '../errors.ts'
import { expandedLimit, type Limits } from '../limits.ts'

/** A plain file of the archive; folders are left out. */
export type ZipEntry = {
  readonly name: string
  readonly size: number
  readonly read: () => Uint8Array
}

const endSignature = 0x06054b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50

/**
 * The entries of a zip archive. Every name is a relative path inside the archive and met once; links, devices and encrypted
 * entries are refused, sizes and counts are limited before anything is unpacked, and one entry's data belong to it alone.
 */
export const readZip = (bytes: Uint8Array, limits: Limits): readonly ZipEntry[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const invalid = (reason: string) => scoringError('zip.invalid', { reason })
  const need = (offset: number, length: number, what: string): void => {
    if (offset < 0 || offset + length > bytes.length) throw invalid(`${what} lies outside the file`)
  }
  const end = findEnd(view, invalid)
  const count = view.getUint16(end + 10, true)
  const directorySize = view.getUint32(end + 12, true)
  const directoryAt = view.getUint32(end + 16, true)
  if (count === 0xffff || directoryAt === 0xffffffff)
    throw scoringError('zip.unsupported', { feature: 'the zip64 format' })
  if (count === 0) throw invalid('it is empty')
  if (count > limits.zipEntries) throw scoringError('zip.entries', { found: count, limit: limits.zipEntries })
  if (directoryAt + directorySize !== end) throw invalid('its directory does not end where its end record begins')

  const budget = expandedLimit(limits, bytes.length)
  const files: (ZipEntry & { readonly from: number; readonly to: number })[] = []
  const folders = new Set<string>()
  let declared = 0
  let position = directoryAt
  for (let index = 0; index < count; index++) {
    need(position, 46, 'an entry of its directory')
    if (view.getUint32(position, true) !== centralSignature)
      throw invalid('an entry of its directory has another signature')
    const [flags, method] = [view.getUint16(position + 8, true), view.getUint16(position + 10, true)]
    const [crc, packed, size] = [16, 20, 24].map((at) => view.getUint32(position + at, true)) as [
      number,
      number,
      number,
    ]
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => view.getUint16(position + at, true)) as [
      number,
      number,
      number,
    ]
    const unixMode = view.getUint32(position + 38, true) >>> 16
    const localAt = view.getUint32(position + 42, true)
    need(position + 46, nameLength + extraLength + commentLength, 'an entry of its directory')
    const nameBytes = bytes.subarray(position + 46, position + 46 + nameLength)
    position += 46 + nameLength + extraLength + commentLength
    if (nameLength > limits.zipNameBytes)
      throw scoringError('zip.name', {
        entry: decodeName(nameBytes.subarray(0, 60)),
        reason: `has a name of ${nameLength} bytes`,
      })
    const name = checkedName(decodeName(nameBytes))
    const isFolder = decodeName(nameBytes).endsWith('/')
    const type = unixMode & 0xf000
    if (type !== 0 && type !== 0x8000 && type !== 0x4000) throw scoringError('zip.link', { entry: name })
    if ((flags & 0x2041) !== 0) throw scoringError('zip.encrypted', { entry: name })
    if (packed === 0xffffffff || size === 0xffffffff || localAt === 0xffffffff)
      throw scoringError('zip.unsupported', { feature: 'the zip64 format' })
    if (method !== 0 && method !== 8) throw scoringError('zip.unsupported', { feature: `compression method ${method}` })
    declared += size
    if (declared > budget) throw scoringError('zip.bomb', { found: declared, packed: bytes.length, limit: budget })
    if (isFolder) {
      folders.add(name)
      continue
    }
    need(localAt, 30, `the entry "${name}"`)
    if (view.getUint32(localAt, true) !== localSignature) throw invalid(`the entry "${name}" has another signature`)
    const localNameLength = view.getUint16(localAt + 26, true)
    const from = localAt + 30 + localNameLength + view.getUint16(localAt + 28, true)
    need(from, packed, `the entry "${name}"`)
    if (decodeName(bytes.subarray(localAt + 30, localAt + 30 + localNameLength)) !== decodeName(nameBytes))
      throw invalid(`the entry "${name}" is called otherwise in front of its data`)
    if (method === 0 && packed !== size) throw invalid(`the entry "${name}" says two sizes`)
    const read = (): Uint8Array => {
      const end = from + packed
      const content =
        method === 0 ? bytes.subarray(from, end) : inflate({ bytes, start: from, end, format: 'zip' }, size)
      if (content.length !== size || crc32(content) !== crc)
        throw invalid(`the entry "${name}" is not what the directory says`)
      return content
    }
    files.push({ name, size, read, from: localAt, to: from + packed })
  }
  if (position !== end) throw invalid('its directory has another length')
  refuseOverlaps(files)
  refuseClashes(files, folders)
  return files
}

const cutShort = (reason: string) => scoringError('zip.truncated', { reason })

/** The end record stands at the very end; a comment behind it could hide a second archive. */
const findEnd = (view: DataView, invalid: (reason: string) => Error): number => {
  const last = view.byteLength - 22
  if (last < 0) throw cutShort('it is shorter than an end record')
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== endSignature) continue
    if (view.getUint16(at + 20, true) !== view.byteLength - at - 22) throw invalid('bytes follow its end record')
    if (at !== last) throw scoringError('zip.unsupported', { feature: 'a comment' })
    if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== view.getUint16(at + 10, true))
      throw invalid('it is one of several volumes')
    return at
  }
  throw cutShort('its end record is missing')
}

const decoder = new TextDecoder()
const decodeName = (bytes: Uint8Array): string => decoder.decode(bytes)

const checkedName = (raw: string): string => {
  if (raw.includes('\0')) throw scoringError('zip.name', { entry: raw, reason: 'has a NUL in its name' })
  if (/^([A-Za-z]:|[\\/])/.test(raw)) throw scoringError('zip.absolutePath', { entry: raw })
  if (raw.split(/[\\/]/).includes('..')) throw scoringError('zip.traversal', { entry: raw })
  if (raw.includes('\\')) throw scoringError('zip.name', { entry: raw, reason: 'has a Windows path for a name' })
  const parts = raw.split('/').filter((part, index, all) => part !== '.' && !(part === '' && index === all.length - 1))
  if (parts.includes('')) throw scoringError('zip.name', { entry: raw, reason: 'has an empty part in its name' })
  return parts.join('/')
}

const refuseOverlaps = (
  files: readonly { readonly name: string; readonly from: number; readonly to: number }[],
): void => {
  let before: (typeof files)[number] | undefined
  for (const file of files.toSorted((a, b) => a.from - b.from)) {
    if (before !== undefined && file.from < before.to)
      throw scoringError('zip.overlap', { entry: file.name, other: before.name })
    before = file
  }
}

const refuseClashes = (files: readonly { readonly name: string }[], folders: ReadonlySet<string>): void => {
  const names = new Set<string>()
  for (const { name } of files) {
    if (names.has(name)) throw scoringError('zip.duplicate', { entry: name })
    names.add(name)
  }
  for (const { name } of files) {
    const parts = name.split('/')
    const inside = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
    if (folders.has(name) || inside.some((folder) => names.has(folder)))
      throw scoringError('zip.fileAndFolder', { entry: name })
  }
}
