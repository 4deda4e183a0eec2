import type { InputColumn, ModelInput } from '@modelsmith/scoring'
import type { CellUse, CsvPlan, Finding } from '@modelsmith/table'
import { cliError } from '../../errors.ts'

/** Which columns of a file a model reads, and which are handed on. */
export type ColumnPlan = {
  readonly csv: CsvPlan
  /** Where each column of the model comes from: its place among the numbers or the texts; undefined where nothing reads it. */
  readonly sources: readonly Source[]
  /** What mappings are made of: the columns of the file. */
  readonly names: readonly string[]
}
export type Source = { readonly kind: 'number' | 'text'; readonly at: number } | undefined

/** Finds the model's columns in a file: by name where the model has names, else by their order. Throws all that is missing at once. */
export const planColumns = (
  { shape, columns }: ModelInput,
  names: readonly string[],
  delimiter: number,
  { path, keep, order }: { readonly path: string; readonly keep: readonly string[]; readonly order: readonly string[] },
): ColumnPlan => {
  const wanted = shape === 'mappings' ? freeColumns(names, keep) : perhapsByOrder(columns, names)
  const findings: Finding[] = []
  const note = (message: string, hint?: string): number => {
    findings.push({ code: 'cli.column', message, ...(hint === undefined ? {} : { hint }) })
    return -1
  }
  const byOrder = wanted.filter(({ isNamed, isUnused }) => !isNamed && isUnused !== true)
  const ordered = orderOf(wanted, byOrder, names, { keep, order }, note)
  const placeOf = (column: InputColumn, at: number): number => {
    if (column.isUnused === true) return -1
    const name = column.isNamed ? column.name : ordered[at]
    const place = name === undefined ? -1 : names.indexOf(name)
    return place >= 0 || name === undefined ? place : note(`The model needs the column "${name}".`)
  }
  const uses: CellUse[] = names.map(() => ({ kind: 'skip' }))
  const copies = new Map<number, Source>()
  let [numbers, texts] = [0, 0]
  const sources = wanted.map((column, at): Source => {
    const place = placeOf(column, at)
    // A model of plain numbers has a place for each column, whether or not it is read.
    if (place < 0) return shape === 'numbers' ? { kind: 'number', at: numbers++ } : undefined
    const known = copies.get(place)
    if (known !== undefined) return known
    const kind = column.type === 'number' ? 'number' : 'text'
    const source = { kind, at: kind === 'number' ? numbers++ : texts++ } as const
    uses[place] = source
    copies.set(place, source)
    return source
  })
  const kept = keep.map((name) => {
    const place = names.indexOf(name)
    return place >= 0 ? place : note(`--keep ${name}: there is no such column.`)
  })
  if (findings.length > 0) {
    const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`
    const [first] = findings
    const problem = findings.length === 1 ? first?.message : `${findings.length} columns cannot be found.`
    throw cliError('cli.input', { path, problem: `${problem} The file has: ${shown}.` }, { findings })
  }
  return { csv: { delimiter, names, uses, numbers, texts, kept }, sources, names: wanted.map(({ name }) => name) }
}

/** The parts of Spark's only vector may stand in a file under any names. */
const perhapsByOrder = (columns: readonly InputColumn[], names: readonly string[]): readonly InputColumn[] => {
  const isVector = columns.every(({ vector }) => vector !== undefined && vector === columns[0]?.vector)
  return isVector && columns.every(({ name }) => !names.includes(name))
    ? columns.map((column) => ({ ...column, isNamed: false }))
    : columns
}

const freeColumns = (names: readonly string[], keep: readonly string[]): readonly InputColumn[] =>
  names.filter((name) => !keep.includes(name)).map((name) => ({ name, isNamed: true, type: 'any' }))

/** The file's columns for a model without names: those of --columns, or all that are not kept beside. */
const orderOf = (
  wanted: readonly InputColumn[],
  byOrder: readonly InputColumn[],
  names: readonly string[],
  { keep, order }: { readonly keep: readonly string[]; readonly order: readonly string[] },
  note: (message: string, hint?: string) => number,
): readonly string[] => {
  if (byOrder.length === 0) return []
  if (order.length > 0) {
    if (order.length !== wanted.length)
      note(`--columns names ${order.length} columns; the model takes ${wanted.length}, in their order.`)
    return order
  }
  if (names.length === wanted.length) return names
  const others = names.filter((name) => !keep.includes(name))
  if (others.length === wanted.length || byOrder.length < wanted.length)
    return others.length === wanted.length ? others : names
  if (wanted.length === 1 && others.length === 0) return names
  note(
    `The model has no column names and takes ${wanted.length} ${wanted.length === 1 ? 'column' : 'columns'} in their order; the file has ${others.length}${keep.length > 0 ? ` beside those of --keep` : ''}.`,
    'Say by --columns which they are, in the order of the training.',
  )
  return []
}
