import { unzipSync, zipSync } from 'fflate'
import { taskError } from './errors.ts'

export type TaskFile = { readonly path: string; readonly bytes: Uint8Array }

const limits = { entries: 10_000, expandedBytes: 512 * 2 ** 20 } as const

const refused = (reason: string) => taskError('task.archive', { reason })

/** The files of a zip, under limits on their number and expanded size. Paths are judged by the rules for task folders. */
export const readArchive = (bytes: Uint8Array): TaskFile[] => {
  try {
    demandLimits(bytes)
    const files = unzipSync(bytes, { filter: ({ name }) => !name.endsWith('/') })
    const [link] = symbolicLinks(bytes)
    if (link !== undefined) throw refused(`"${link}" is a symbolic link`)
    return Object.entries(files).map(([path, content]) => ({ path, bytes: content }))
  } catch (error) {
    if (error instanceof Error && error.name === 'ModelsmithError') throw error
    throw refused(error instanceof Error ? error.message : String(error))
  }
}

/** Of all entries, before one is expanded. */
const demandLimits = (bytes: Uint8Array): void => {
  let entries = 0
  let expanded = 0
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      entries++
      expanded += originalSize
      return false
    },
  })
  if (entries > limits.entries) throw refused(`it has more than ${limits.entries.toLocaleString('en')} entries`)
  if (expanded > limits.expandedBytes) throw refused(`it expands to more than ${limits.expandedBytes / 2 ** 20} MB`)
}

const directoryEntry = Buffer.from('PK\x01\x02', 'latin1')
const madeOnUnix = 3
const fileType = 0o170000
const linkType = 0o120000

/** Names of the symbolic links in the central directory of a readable zip (APPNOTE 4.3.12: external file attributes). */
const symbolicLinks = (bytes: Uint8Array): string[] => {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const links: string[] = []
  for (let at = firstEntry(zip); zip.subarray(at, at + 4).equals(directoryEntry); ) {
    const nameLength = zip.readUInt16LE(at + 28)
    const mode = zip.readUInt16LE(at + 40)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    if (zip.readUInt8(at + 5) === madeOnUnix && (mode & fileType) === linkType) links.push(name)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return links
}

/** Where the central directory begins, from the record at the end of the file. */
const firstEntry = (zip: Buffer): number => zip.readUInt32LE(zip.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16)

export const writeArchive = (files: readonly TaskFile[]): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])), { mtime: new Date('2000-01-01') })
