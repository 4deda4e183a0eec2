import { dense } from '../data/data.ts'
import { type Named, vectorsOf, withColumns } from '../data/named.ts'

/** `(value - shift) × factor + base` for each number of a vector. */
export type Scaling = {
  readonly kind: 'scaling'
  readonly input: string
  readonly output: string
  readonly shifts: Float64Array
  readonly factors: Float64Array
  readonly bases: Float64Array
}

export const compileScaling =
  ({ input, output, shifts, factors, bases }: Scaling, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const { columns, values } = vectorsOf(rows, input, name, shifts.length)
    const scaled = dense(rows.rows, columns)
    for (let at = 0; at < values.length; at++) {
      const column = at % columns
      scaled.values[at] =
        ((values[at] as number) - (shifts[column] as number)) * (factors[column] as number) + (bases[column] as number)
    }
    return withColumns(rows, [[output, { kind: 'vectors', values: scaled }]])
  }
