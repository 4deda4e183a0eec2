import { scoringError } from '../errors.ts'
import type { ZipEntry } from '../zip/zip.ts'

/** The files of a saved model, by their paths below its top folder. */
export type Folder = ReadonlyMap<string, FolderFile>
export type FolderFile = ZipEntry & { /** The checksums that were saved beside it. */ readonly checksums?: ZipEntry }

/** From version 4 on the name has a random part and an ending. */
const metadataPart = /(^|\/)metadata\/part-\d+(-[\w-]+\.txt)?$/

/** What the archive holds of a saved Spark model; undefined where it holds none. What programs leave beside it is passed over. */
export const sparkFolder = (entries: readonly ZipEntry[]): Folder | undefined => {
  const own = entries.filter(({ name }) => !isJunk(name))
  const tops = own
    .map(({ name }) => name)
    .filter((name) => metadataPart.test(name))
    .map((name) => name.replace(metadataPart, ''))
  const top = tops.toSorted((a, b) => depth(a) - depth(b))[0]
  if (top === undefined) return undefined
  if (tops.some((other) => other !== top && top !== '' && !other.startsWith(`${top}/`)))
    throw scoringError('spark.several', {})
  const prefix = top === '' ? '' : `${top}/`
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  return new Map(
    own
      .filter(({ name }) => name.startsWith(prefix))
      .map((entry) => [entry.name.slice(prefix.length), withChecksums(entry, byName.get(checksumName(entry.name)))]),
  )
}

/** Hadoop's checksums of a file lie in a hidden one beside it. */
const checksumName = (name: string): string => name.replace(/[^/]*$/, '.$&.crc')

const withChecksums = (entry: ZipEntry, checksums: ZipEntry | undefined): FolderFile =>
  checksums === undefined ? entry : { ...entry, checksums }

const depth = (path: string): number => (path === '' ? 0 : path.split('/').length)

const isJunk = (name: string): boolean =>
  name.split('/').some((part) => part === '__MACOSX' || part.startsWith('.')) || name.endsWith('/_SUCCESS')

/** The part files of `path`, in order; Spark names what it leaves unfinished with an underscore. */
export const partFiles = (folder: Folder, path: string): readonly ZipEntry[] =>
  Array.from(folder)
    .filter(
      ([name]) =>
        name.startsWith(path === '' ? 'part-' : `${path}/part-`) && !name.slice(path.length + 1).includes('/'),
    )
    .map(([, entry]) => entry)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** The names of the folders directly below `path`. */
export const subfolders = (folder: Folder, path: string): readonly string[] => {
  const prefix = `${path}/`
  const names = Array.from(folder.keys())
    .filter((name) => name.startsWith(prefix) && name.slice(prefix.length).includes('/'))
    .map((name) => name.slice(prefix.length).split('/')[0] as string)
  return [...new Set(names)].toSorted()
}
