import { check, type fieldsOf, ParameterValues } from '@modelsmith/domain'
import { type Cell, createCsvReader, csvHead, rowsFromTable, sniffCsv } from '@modelsmith/table'
import { hostingError } from './errors.ts'

export type Rows = readonly Readonly<Record<string, Cell>>[]
/** Rows of a request: as JSON, or as the bytes of a CSV file. */
export type GivenRows = { readonly rows: Rows } | { readonly csv: Buffer }

/** Rows of a CSV file with fields and expected answers; other columns are left alone. */
export const rowsOfCsv = (bytes: Buffer, fields: ReturnType<typeof fieldsOf>, answers: readonly string[]): Rows => {
  const data = new Uint8Array(bytes)
  const dialect = sniffCsv(data)
  const head = csvHead(data, dialect.delimiter.charCodeAt(0), true)?.names ?? []
  const expected = head.filter(
    (name) => (answers.length === 0 || answers.includes(name)) && !fields.some((field) => field.name === name),
  )
  const columns = [
    ...fields.map(({ name, type }) => ({ name, type })),
    ...expected.map((name) => ({ name, type: 'text' as const })),
  ]
  const reader = createCsvReader({ schema: { columns }, dialect })
  return [...reader.push(data), ...reader.end()].flatMap((table) =>
    rowsFromTable(table).map((cells) => Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null]))),
  )
}

/** Prediction parameters as an address has them. */
export const readParameters = (text: string | undefined): ParameterValues => {
  if (text === undefined || text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    const findings = check(ParameterValues, value)
    if (findings.length > 0) throw hostingError('experiment.parametersText', {}, { findings })
    return value as ParameterValues
  } catch (error) {
    if (error instanceof SyntaxError) throw hostingError('experiment.parametersText', {})
    throw error
  }
}
