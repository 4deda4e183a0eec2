import { csvCell, csvCells } from '../models/cells.ts'

export type Records = { readonly names: readonly string[]; readonly cells: readonly (readonly string[])[] }

export const readRecords = (text: string): Records => {
  const [names = [], ...cells] = csvCells(text)
  return { names, cells }
}

export const writeRecords = ({ names, cells }: Records): string =>
  // An empty line would be no row.
  [names, ...cells].map((record) => `${record.map(csvCell).join(',') || '""'}\n`).join('')

export const without = ({ names, cells }: Records, name: string | undefined): Records => ({
  names: names.filter((each) => each !== name),
  cells: cells.map((record) => record.filter((_, index) => names[index] !== name)),
})

export const withColumn = ({ names, cells }: Records, name: string, cellOf: (row: number) => string): Records => ({
  names: [...names, name],
  cells: cells.map((record, row) => [...record, cellOf(row)]),
})

const isNumber = (text: string) => text === '' || Number.isFinite(Number(text))
const isDate = (text: string) => text === '' || /^\d{4}-\d\d-\d\d/.test(text)
const isTruth = (text: string) => text === '' || /^(true|false)$/i.test(text)

/** A few of the rows; then, for each column, a row that lacks it and, where it holds words, one with a word that training did not see. */
export const rowsThatMayCome = ({ names, cells }: Records): Records => {
  const known = cells.slice(0, 5)
  const rows = names.flatMap((_, index) => {
    const words = ![isNumber, isDate, isTruth].some((is) => cells.every((record) => is(record[index] as string)))
    const [first = [], second = []] = [cells[index % cells.length], cells[(index + 7) % cells.length]]
    return [first.with(index, ''), ...(words ? [second.with(index, 'nobody has seen this')] : [])]
  })
  return { names, cells: [...known, ...rows] }
}

/** The rows as records of JSON: numbers and truths as such, `null` for what is not there. */
export const asJson = ({ names, cells }: Records): Record<string, string | number | boolean | null>[] => {
  const truths = names.map((_, index) => cells.every((record) => isTruth(record[index] as string)))
  const numbers = names.map((_, index) => cells.every((record) => isNumber(record[index] as string)))
  const valueOf = (text: string, index: number) => {
    if (text === '') return null
    if (numbers[index] === true) return Number(text)
    return truths[index] === true ? text.toLowerCase() === 'true' : text
  }
  return cells.map((record) =>
    Object.fromEntries(names.map((name, index) => [name, valueOf(record[index] ?? '', index)])),
  )
}

/** Numbers by column; NaN where there is none. Texts, such as the class that is predicted, are left out. */
export const numbersOf = ({ names, cells }: Records): Record<string, number[]> =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      const column = cells.map((record) => record[index] as string)
      if (!column.every((text) => isNumber(text) || /^nan?$/i.test(text))) return []
      return [[name.replace(/^probability_/, ''), column.map((text) => (text === '' ? Number.NaN : Number(text)))]]
    }),
  )
