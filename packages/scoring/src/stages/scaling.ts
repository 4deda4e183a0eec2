import { anyVectorsOf, type Named, vectorsOf, withColumns } from '../data/named.ts'
import { mapValues } from '../data/vectors.ts'
import { single, type StageColumns } from './columns.ts'

/** `(value - shift) × factor + base` for each number of a vector. */
export type Scaling = {
  readonly kind: 'scaling'
  readonly input: string
  readonly output: string
  readonly shifts: Float64Array
  readonly factors: Float64Array
  readonly bases: Float64Array
}

export const scalingColumns = (stage: Scaling): StageColumns => single(stage, 'vector', { size: stage.shifts.length })

export const compileScaling = (
  { input, output, shifts, factors, bases }: Scaling,
  name: string,
): ((rows: Named) => Named) => {
  const keepsZeros = shifts.every((shift) => shift === 0) && bases.every((base) => base === 0)
  return (rows) => {
    const vectors = (keepsZeros ? anyVectorsOf : vectorsOf)(rows, input, name, shifts.length)
    const values = mapValues(
      vectors,
      (value, column) => (value - (shifts[column] as number)) * (factors[column] as number) + (bases[column] as number),
    )
    return withColumns(rows, [[output, { kind: 'vectors', values }]])
  }
}
