import type { PredictionRequest } from '@modelsmith/api'

export type Rows = Extract<PredictionRequest, { rows: unknown }>['rows']

/** Rows that were typed or pasted as JSON: a list of objects, or one object. Throws a sentence where it is neither. */
export const readRows = (text: string): Rows => {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new Error(`The rows are not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  const rows = Array.isArray(read) ? read : [read]
  if (rows.length > 0 && rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
    return rows as Rows
  throw new Error('Rows are objects, {"field": value}, one or a list of them.')
}
