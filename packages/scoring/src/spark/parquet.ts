import { ModelsmithError, sourceOf } from '@modelsmith/table'
import type { SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { openParquet, type Parsers, type RowGroup } from '../parquet/groups.ts'

/** A row of a Parquet file: a value for each column, structures as objects and lists as arrays. */
export type Row = Readonly<Record<string, unknown>>

/** The rows of a Parquet file. */
export const readParquet = (bytes: Uint8Array, path: string, limits: Limits): readonly Row[] => {
  try {
    const { tree, groups } = openParquet(sourceOf(bytes), { limits, parsers })
    return [...groups()].flatMap((group) => groupRows(group, tree))
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

const groupRows = ({ rows, columns }: RowGroup, tree: SchemaTree): readonly Row[] => {
  for (const child of tree.children) if (child.children.length > 0) assembleNested(columns, child, parsers)
  const named = tree.children.map(({ element }) => {
    const values = columns.get(element.name)
    if (values === undefined || values.length < rows) throw new RangeError(`the column "${element.name}" is cut short`)
    return [element.name, values] as const
  })
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(named.map(([name, values]): [string, unknown] => [name, values[row]])),
  )
}
