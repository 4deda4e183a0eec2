import type { KnownField } from '@modelsmith/domain'
import { rowsOfCsv } from '../../ui/csv-rows.ts'
import { readRows } from './read-rows.ts'

type Cell = string | number | boolean | null

/**
 * The fields that a pasted text names: a header, names one a line, or sample rows, which tell the types too, as JSON or as lines under a
 * header. Throws a sentence where JSON is meant and none is there.
 */
export const fieldsIn = (text: string): readonly KnownField[] => {
  if (/^\s*[[{]/.test(text)) return fieldsOfRows(readRows(text))
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const separated = lines.map((line) => /[\t;,]/.test(line))
  if (lines.length > 1 && separated.every(Boolean)) return fieldsOfCsv(`${lines.join('\n')}\n`)
  return text
    .split(/[\t\n;,]/)
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .flatMap((name) => (name === '' ? [] : [{ name }]))
}

const fieldsOfRows = (rows: readonly Readonly<Record<string, Cell>>[]): readonly KnownField[] =>
  [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) =>
    fieldOf(
      name,
      rows.map((row) => row[name] ?? null),
    ),
  )

const fieldsOfCsv = (text: string): readonly KnownField[] => {
  const { names, rows } = rowsOfCsv(text)
  return names.map((name, at) =>
    fieldOf(
      name,
      rows.map((row) => valueOf(row[at] ?? null)),
    ),
  )
}

const valueOf = (cell: Cell): Cell => {
  if (typeof cell !== 'string' || cell.trim() === '') return null
  if (/^(true|false)$/i.test(cell)) return /^true$/i.test(cell)
  return Number.isNaN(Number(cell)) ? cell : Number(cell)
}

/** A field with the type of its cells; without one where all are missing. */
const fieldOf = (name: string, cells: readonly Cell[]): KnownField => {
  const known = cells.filter((cell) => cell !== null)
  if (known.length === 0) return { name }
  if (known.every((cell) => typeof cell === 'boolean')) return { name, type: 'boolean' }
  return { name, type: known.every((cell) => typeof cell === 'number') ? 'number' : 'text' }
}
