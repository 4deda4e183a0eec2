import { dense } from '../data/data.ts'
import { anyVectorsOf, type Named, withColumns } from '../data/named.ts'
import { eachRow } from '../data/vectors.ts'
import { scoringError } from '../errors.ts'
import { single, type StageColumns } from './columns.ts'

/** The discrete cosine transform of a vector that keeps its length (DCT-II), or the way back (DCT-III). */
export type CosineTransform = {
  readonly kind: 'cosineTransform'
  readonly input: string
  readonly output: string
  readonly isInverse: boolean
}

export const cosineTransformColumns = (stage: CosineTransform): StageColumns =>
  single(stage, 'vector', { widthOf: stage.output })

/** Products of a number and a cosine for one row; their count is the square of the row's width. */
const maxProducts = 2 ** 26

export const compileCosineTransform =
  ({ input, output, isInverse }: CosineTransform, name: string): ((rows: Named) => Named) =>
  (rows) => {
    const vectors = anyVectorsOf(rows, input, name)
    const { columns: width } = vectors
    if (width ** 2 > maxProducts)
      throw scoringError('input.size', { model: name, cells: width ** 2, limit: maxProducts })
    const out = dense(rows.rows, width)
    const cosines = Float64Array.from({ length: 4 * width }, (_, i) => Math.cos((Math.PI * i) / (2 * width)))
    const scale = (frequency: number): number => Math.sqrt((frequency === 0 ? 1 : 2) / width)
    eachRow(vectors, (values, from, row) => {
      for (let target = 0; target < width; target++) {
        let sum = 0
        for (let i = 0; i < width; i++) {
          const [place, frequency] = isInverse ? [target, i] : [i, target]
          const factor = isInverse ? scale(frequency) : 1
          sum +=
            factor * (values[from + i] as number) * (cosines[((2 * place + 1) * frequency) % (4 * width)] as number)
        }
        out.values[row * width + target] = isInverse ? sum : sum * scale(target)
      }
    })
    return withColumns(rows, [[output, { kind: 'vectors', values: out }]])
  }
