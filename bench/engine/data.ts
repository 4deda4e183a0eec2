import { writeFileSync } from 'node:fs'
import { type Column, type ColumnSchema, encodeBlocksWhole, type Table, validityOf } from '@modelsmith/table'
import { randomFrom } from '../../packages/domain/src/random.ts'

const featureCount = 30

export const features: readonly string[] = Array.from({ length: featureCount }, (_, index) => `f${index}`)
export const target = 'y'
export const schema: readonly ColumnSchema[] = [...features, target].map((name) => ({ name, type: 'number' }))

/** New random rows for both sides: `<path>.cols` for the engine, `<path>.f64` with the same numbers for the script. */
export const writeData = (path: string, rows: number, missingShare: number, seed: number): void => {
  const next = randomFrom(seed)
  const random = () => next() / 2 ** 32
  const signal = new Float64Array(rows)
  const values = features.map((_, index) => {
    const drawn = Float64Array.from(signal, () => random() * 2 - 1)
    const weight = (index % 5) / 5
    for (let row = 0; row < rows; row++) {
      signal[row] = (signal[row] as number) + weight * (drawn[row] as number)
      if (random() < missingShare) drawn[row] = Number.NaN
    }
    return drawn
  })
  values.push(signal.map((value) => (value + random() > 0.5 ? 1 : 0)))
  const columns = values.map(
    (each): Column => ({
      kind: 'float64',
      values: each,
      validity: missingShare === 0 ? undefined : validityOf(rows, (row) => !Number.isNaN(each[row])),
    }),
  )
  const table: Table = { schema: { columns: schema }, rows, columns }
  writeFileSync(`${path}.cols`, encodeBlocksWhole(table))
  writeFileSync(`${path}.f64`, Buffer.concat(values.map(({ buffer }) => Buffer.from(buffer))))
}
