import { createCsvReader, csvHead, rowsFromTable, sniffCsv } from '@modelsmith/table'

/** The names and cells of a CSV text with a header, each cell as text; null where one is missing. Throws where a line does not fit. */
export const rowsOfCsv = (
  text: string,
): { readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] } => {
  const data = new TextEncoder().encode(text)
  const dialect = sniffCsv(data)
  const names = csvHead(data, dialect.delimiter.charCodeAt(0), true)?.names ?? []
  const reader = createCsvReader({ schema: { columns: names.map((name) => ({ name, type: 'text' })) }, dialect })
  const rows = [...reader.push(data), ...reader.end()].flatMap((table) => [...rowsFromTable(table)])
  return { names, rows: rows as (string | null)[][] }
}
