import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { openParquetTable, unpackLz4, unpackZstd } from '@modelsmith/scoring'
import { type ByteSource, type LooseTable, ModelsmithError, openArrow } from '@modelsmith/table'
import { cliError } from '../errors.ts'

/** A Parquet or Arrow file, batch by batch as it lies. */
export type TableFile = {
  readonly names: readonly string[]
  readonly batches: () => Generator<LooseTable>
  /** How much of it has been read, from 0 to 1. */
  readonly fraction: () => number
  readonly close: () => void
}

/** The file is a person's own: memory bounds a batch, nothing else does. */
const most = { rows: 2 ** 31, bytes: 2 ** 40 }

export const openTableFile = (path: string, format: 'arrow' | 'parquet'): TableFile => {
  const { source, fraction, close } = openSource(path)
  try {
    const opened = inFile(path, () =>
      format === 'parquet'
        ? openParquetTable(source, most)
        : openArrow(source, {
            maxRows: most.rows,
            maxBytes: most.bytes,
            codecs: { lz4: unpackLz4, zstd: unpackZstd },
          }),
    )
    return {
      names: opened.names,
      *batches() {
        const each = opened.batches()
        for (;;) {
          const next = inFile(path, () => each.next())
          if (next.done === true) return
          yield next.value
        }
      },
      fraction,
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

/** What is wrong with the content of a file, with its path. */
export const inFile = <T>(path: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    throw cliError('cli.input', { path, problem: error.message }, { findings: error.findings, cause: error })
  }
}

const openSource = (path: string) => {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw cliError('cli.file', { path, reason: code === 'ENOENT' ? 'there is no such file' : message })
  }
  const { size } = fstatSync(file)
  let [last, fraction] = [0, 0]
  const source: ByteSource = {
    size,
    bytes: (offset, length) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(file, bytes, at, bytes.length - at, offset + at)
        if (read === 0) return bytes.subarray(0, at)
        at += read
      }
      // The directory of a Parquet file lies at its end.
      if (last > 0) fraction = Math.min(1, (offset + length) / size)
      last++
      return bytes
    },
  }
  return { source, fraction: () => fraction, close: () => closeSync(file) }
}
