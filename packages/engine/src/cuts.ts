import type { Column, Table } from '@modelsmith/table'

/** The places from 0 to `count` that are not among these. */
export const placesBut = (count: number, places: Int32Array): Int32Array => {
  const left = new Set(places)
  return Int32Array.from({ length: count }, (_, at) => at).filter((at) => !left.has(at))
}

/** Tables of numbers of the same columns as one, each row at its place. */
export const joinRows = (count: number, places: readonly Int32Array[], tables: readonly Table[]): Table => {
  const [first] = tables as [Table]
  const columns = first.schema.columns.map(({ name }, index): Column => {
    const values = new Float64Array(count).fill(Number.NaN)
    tables.forEach((table, cut) => {
      const column = table.columns[table.schema.columns.findIndex((each) => each.name === name)]
      if (column?.kind !== 'float64' || table.columns.length !== first.columns.length)
        throw new Error(`Fits on parts of the rows gave other columns: ${name} (${index + 1}).`)
      places[cut]?.forEach((place, at) => {
        values[place] = column.values[at] as number
      })
    })
    return { kind: 'float64', values, validity: undefined }
  })
  const schema = { columns: first.schema.columns.map(({ name }) => ({ name, type: 'number' as const })) }
  return { schema, rows: count, columns }
}
