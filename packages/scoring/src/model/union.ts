import { numericRows } from '../data/check.ts'
import {
  asFrame,
  cellOf,
  type Columns,
  isNumeric,
  pickColumns,
  sparseRows,
  widthOf,
  withColumns,
} from '../data/columns.ts'
import {
  type Data,
  type Dense,
  dataKind,
  dense,
  type Frame,
  type FrameColumn,
  type Sparse,
  withValues,
} from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Compile } from './compile.ts'
import type { Model } from './model.ts'
import type { Scorer } from './scorer.ts'

/** What several transformers give, side by side. */
export type UnionModel = {
  readonly kind: 'union'
  readonly name: string
  /** Columns of the rows that it takes; undefined where the parts decide. */
  readonly columns: number | undefined
  /** More columns than these are taken, if columns are picked from them. */
  readonly takesMore: boolean
  readonly parts: readonly UnionPart[]
  /** `as-parts`: sparse where any part is. */
  readonly result: 'dense' | 'sparse' | 'as-parts'
}

export type UnionPart = {
  /** What the part is given; undefined: everything. */
  readonly input: Picked | undefined
  /** undefined: passes its input through. */
  readonly model: Model | undefined
  /** What its numbers are multiplied by. */
  readonly weight: number | undefined
}

export type Picked = {
  readonly columns: readonly PickedColumn[]
  /** The only column goes in as one text a row rather than as a table. */
  readonly isVector: boolean
}
/** A column by its name in rows that have names, else by its position. */
export type PickedColumn = { readonly name?: string; readonly position?: number }

export const compileUnion = (model: UnionModel, compile: Compile): Scorer => {
  const { name, columns, takesMore, result } = model
  const parts = model.parts.map(({ input, model: part, weight }) => {
    const transform = part === undefined ? undefined : transformOf(compile(part), name)
    return (data: Data): Columns => {
      const given = input === undefined ? data : picked(data, input, name)
      const made = withColumns(transform === undefined ? given : transform(given), name)
      return weight === undefined ? made : weighted(made, weight, name)
    }
  })
  const apply = (data: Data): Data => {
    if (columns !== undefined) {
      const found = widthOf(withColumns(data, name))
      if (takesMore ? found < columns : found !== columns)
        throw scoringError('input.width', { model: name, expected: columns, found })
    }
    return sideBySide(
      data.rows,
      parts.map((part) => part(data)),
      result,
      name,
    )
  }
  return { name, columns, methods: { transform: { apply } } }
}

const transformOf = (scorer: Scorer, within: string): ((data: Data) => Data) => {
  const { transform } = scorer.methods
  if (transform === undefined)
    throw scoringError('model.method', {
      name: scorer.name,
      method: 'transform',
      why: `a part of ${within} must have one`,
    })
  return transform.apply
}

const picked = (data: Data, { columns, isVector }: Picked, model: string): Data => {
  const rows = withColumns(data, model)
  const positions = columns.map((column) => positionIn(rows, column, model))
  const part = pickColumns(rows, positions)
  if (!isVector) return part
  if (part.kind !== 'frame' || part.columns[0]?.values instanceof Float64Array) return part
  const [column] = part.columns as [FrameColumn]
  const values = Array.from({ length: part.rows }, (_, row) => {
    const cell = cellOf(column, row)
    if (typeof cell === 'string') return cell
    throw cell === null
      ? scoringError('input.missing', { model, row, column: column.name ?? '0' })
      : scoringError('input.kind', { model, expected: 'texts', found: `${cell} in the column "${column.name ?? ''}"` })
  })
  return { kind: 'texts', rows: part.rows, values }
}

const positionIn = (rows: Columns, { name, position }: PickedColumn, model: string): number => {
  const hasNames = rows.kind === 'frame' && rows.columns.some((column) => column.name !== undefined)
  if (name !== undefined && (hasNames || position === undefined)) {
    const at = rows.kind === 'frame' ? rows.columns.findIndex((column) => column.name === name) : -1
    if (at < 0) throw scoringError('input.column', { model, column: name })
    return at
  }
  const at = position as number
  if (at >= widthOf(rows)) throw scoringError('input.width', { model, expected: at + 1, found: widthOf(rows) })
  return at
}

const weighted = (data: Columns, weight: number, model: string): Columns => {
  const rows = numericRows(data, { model, columns: undefined, values: 'any' })
  return withValues(
    rows,
    rows.values.map((value) => value * weight),
  )
}

const sideBySide = (rows: number, blocks: readonly Columns[], result: UnionModel['result'], model: string): Data => {
  const isSparse = result === 'sparse' || (result === 'as-parts' && blocks.some(({ kind }) => kind === 'sparse'))
  const width = blocks.reduce((sum, block) => sum + widthOf(block), 0)
  if (!isSparse && blocks.some((block) => block.kind === 'frame' && !isNumeric(block)))
    return framesBeside(rows, blocks, model)
  const numbers = blocks.map((block) => numericRows(block, { model, columns: undefined, values: 'any' }))
  return isSparse ? sparseBeside(rows, width, numbers) : denseBeside(rows, width, numbers)
}

const framesBeside = (rows: number, blocks: readonly Columns[], model: string): Frame => ({
  kind: 'frame',
  rows,
  columns: blocks.flatMap((block) => {
    if (block.kind === 'sparse')
      throw scoringError('input.kind', {
        model,
        expected: 'columns of one kind',
        found: `${dataKind(block)} beside texts`,
      })
    return asFrame(block).columns.map(({ values }): FrameColumn => ({ name: undefined, values }))
  }),
})

const sparseBeside = (rows: number, width: number, blocks: readonly (Dense | Sparse)[]): Sparse =>
  sparseRows(rows, width, (row, add) => {
    let base = 0
    for (const block of blocks) {
      const { values, columns } = block
      if (block.kind === 'dense')
        for (let column = 0; column < columns; column++) {
          const value = values[row * columns + column] as number
          if (value !== 0) add(base + column, value)
        }
      else
        for (let i = block.starts[row] as number; i < (block.starts[row + 1] as number); i++)
          add(base + (block.indices[i] as number), values[i] as number)
      base += columns
    }
  })

const denseBeside = (rows: number, width: number, blocks: readonly (Dense | Sparse)[]): Dense => {
  const result = dense(rows, width)
  let base = 0
  for (const block of blocks) {
    const { columns, values } = block
    for (let row = 0; row < rows; row++)
      if (block.kind === 'dense')
        result.values.set(values.subarray(row * columns, (row + 1) * columns), row * width + base)
      else
        for (let i = block.starts[row] as number; i < (block.starts[row + 1] as number); i++)
          result.values[row * width + base + (block.indices[i] as number)] = values[i] as number
    base += columns
  }
  return result
}
