import { ModelsmithError, sourceOf } from '@modelsmith/table'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { openParquet, type Parsers } from '../parquet/groups.ts'
import { recordsOf } from '../parquet/records.ts'

/** A row of a Parquet file: a value for each column, structures as objects and lists as arrays. */
export type Row = Readonly<Record<string, unknown>>

/** The rows of a Parquet file. */
export const readParquet = (bytes: Uint8Array, path: string, limits: Limits): readonly Row[] => {
  try {
    const { tree, groups } = openParquet(sourceOf(bytes), { limits, parsers })
    return [...groups()].flatMap(({ rows, columns }) => recordsOf(tree, columns, rows))
  } catch (error) {
    if (error instanceof ModelsmithError) throw error
    throw scoringError('spark.parquet', { path, reason: (error as Error).message })
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** A byte order mark is part of a text; hyparquet would take it off. */
const parsers: Parsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: (bytes) => bytes && decoder.decode(bytes),
}
