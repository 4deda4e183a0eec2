import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits, readZip } from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'

/** What an archive of stored files may ask for: nothing in it is larger than the archive. */
export const archiveLimits = { bytes: 2 ** 30, files: 20_000 } as const

/** An entry of an archive: written to a file of the folder that was named, or damaged. */
export type UnpackedEntry =
  | { readonly path: string; readonly file: string; readonly bytes: number; readonly sha256: string }
  | { readonly path: string; readonly damage: string }

/** Writes the entries of an archive into a folder, under numbers: no name of the archive is one on this machine. */
export const unpack = (archive: Uint8Array, into: string): readonly UnpackedEntry[] =>
  readZip(archive, { ...defaultLimits, expandedBytes: archive.length, zipEntries: archiveLimits.files }).map(
    ({ name: path, read }, index): UnpackedEntry => {
      try {
        const bytes = read()
        const file = join(into, String(index))
        writeFileSync(file, bytes, { flag: 'wx', mode: 0o644 })
        return { path, file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
      } catch (error) {
        if (error instanceof ModelsmithError) return { path, damage: error.message }
        throw error
      }
    },
  )
