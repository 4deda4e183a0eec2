import { type Finding, ModelsmithError, type Table } from '@modelsmith/table'
import { batchError } from './errors.ts'
import { openSource, type RowSource, type Wanted } from './rows-of-source.ts'

export type SourceFile = { readonly path: string; readonly name: string; readonly blocks: boolean }

/** The rows of files, one after another; each of the files needs the columns. Chunks end where a file does. */
export const openFiles = async (files: readonly SourceFile[], wanted: Wanted): Promise<RowSource> => {
  const opened = ({ path, name, blocks }: SourceFile) => inFile(name, () => openSource(path, blocks, wanted))
  const [first] = files
  const source = first === undefined ? undefined : await opened(first)
  await source?.close()
  return {
    hasIds: source?.hasIds ?? false,
    chunks: async function* (behind) {
      let number = 0
      let columns: string | undefined
      for (const file of files) {
        const rows = await opened(file)
        try {
          const chunks = rows.chunks(0)
          for (;;) {
            const chunk = await inFile(file.name, () => chunks.next())
            if (chunk.done === true) break
            if (chunk.value.rows === 0) continue
            columns ??= columnsOf(chunk.value)
            if (columnsOf(chunk.value) !== columns)
              throw batchError('batch.columnsDiffer', { name: file.name, first: first?.name ?? '' })
            if (number++ >= behind) yield chunk.value
          }
        } finally {
          await rows.close()
        }
      }
    },
    close: async () => {},
  }
}

const columnsOf = ({ schema }: Table): string => JSON.stringify(schema.columns.map(({ name, type }) => [name, type]))

/** What is wrong with a file, is told with its name. */
export const inFile = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    const placed = (finding: Finding): Finding => ({ ...finding, place: { ...finding.place, file: name } })
    throw new ModelsmithError({
      ...error.toJSON(),
      message: `${name}: ${error.message}`,
      findings: error.findings.map(placed),
      place: { ...error.place, file: name },
      cause: error,
    })
  }
}
