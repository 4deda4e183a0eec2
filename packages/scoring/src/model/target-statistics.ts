import { denseRows } from '../data/check.ts'
import { asFrame, cellOf, pickColumns, withColumns } from '../data/columns.ts'
import { type Data, dataKind, dense, type Frame, type FrameColumn } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { cityHash64 } from '../text/city-hash.ts'
import type { Scorer } from './scorer.ts'

/** Rows of numbers and categories as CatBoost's trees ask for them: the numbers, then what `derived` makes of the categories. */
export type TargetStatisticsModel = {
  readonly kind: 'targetStatistics'
  readonly name: string
  /** Of a given row. */
  readonly columns: number
  /** Places of the numbers in a given row. */
  readonly numbers: readonly NumberFeature[]
  /** Places of the categories. */
  readonly categories: Int32Array
  readonly derived: readonly DerivedColumns[]
}

export type NumberFeature = {
  readonly column: number
  /** A missing value is above every border. */
  readonly missingIsAbove: boolean
}

export type DerivedColumns =
  /** One column: 1 where the category is the one with this hash. */
  | ({ readonly type: 'category' } & CategoryQuestion)
  /** A column for each statistic of a combination of features. */
  | {
      readonly type: 'statistics'
      readonly combination: Combination
      /** Hashes of the combinations that were there in training, the lower 32 bits and the upper ones. */
      readonly low: Uint32Array
      readonly high: Uint32Array
      /** What each of them has, in their order, and what any other has. */
      readonly statistics: readonly { readonly values: Float32Array; readonly otherwise: number }[]
    }

/** Categories together with answers to questions. */
export type Combination = {
  /** Indices into `categories`. */
  readonly categories: readonly number[]
  readonly borders: readonly BorderQuestion[]
  readonly questions: readonly CategoryQuestion[]
}
/** Is the number above the border? `number` is an index into `numbers`. */
export type BorderQuestion = { readonly number: number; readonly border: number }
/** Is the hash of the category this one? `category` is an index into `categories`. */
export type CategoryQuestion = { readonly category: number; readonly hash: number }

export const compileTargetStatistics = (model: TargetStatisticsModel): Scorer => {
  const { name, columns, numbers, categories } = model
  const places = numbers.map(({ column }) => column)
  const hashes = Array.from(categories, () => hashedTexts())
  const parts = model.derived.map((derived) => derivedColumns(derived, numbers))
  const width = numbers.length + parts.reduce((sum, part) => sum + part.width, 0)
  const row: Row = { numbers: new Float64Array(numbers.length), hashes: new Int32Array(categories.length) }
  const apply = (data: Data): Data => {
    const frame = frameOf(data, name, columns)
    const given = denseRows(pickColumns(frame, places), { model: name, columns: places.length, values: 'any' })
    const result = dense(frame.rows, width)
    for (let index = 0; index < frame.rows; index++) {
      row.numbers.set(given.values.subarray(index * places.length, (index + 1) * places.length))
      for (const [at, hash] of hashes.entries())
        row.hashes[at] = hash(categoryText(frame, index, categories[at] as number, name))
      let next = index * width
      result.values.set(row.numbers, next)
      next += numbers.length
      for (const part of parts) {
        part.into(row, result.values, next)
        next += part.width
      }
    }
    return result
  }
  return { name, columns, methods: { transform: { apply } } }
}

const frameOf = (data: Data, model: string, expected: number): Frame => {
  const table = withColumns(data, model)
  if (table.kind === 'sparse')
    throw scoringError('input.kind', { model, expected: 'numbers and categories', found: dataKind(table) })
  const frame = asFrame(table)
  const found = frame.columns.length
  if (found !== expected) throw scoringError('input.width', { model, expected, found })
  return frame
}

/** What the library makes a text of: whole numbers, True and False. */
const categoryText = (frame: Frame, row: number, column: number, model: string): string => {
  const values = frame.columns[column] as FrameColumn
  const cell = cellOf(values, row)
  if (typeof cell === 'string') return cell
  if (typeof cell === 'boolean') return cell ? 'True' : 'False'
  if (cell === null) throw scoringError('input.missing', { model, row, column: values.name ?? String(column) })
  if (Number.isSafeInteger(cell)) return String(cell)
  throw scoringError('input.domain', {
    model,
    row,
    column,
    expected: 'texts or whole numbers as categories',
    value: cell,
  })
}

const utf8 = new TextEncoder()
const mostTexts = 10_000

/** The lower half of each text's hash as a signed number; those of the last texts are kept. */
const hashedTexts = (): ((text: string) => number) => {
  const known = new Map<string, number>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const hash = Number(BigInt.asIntN(32, cityHash64(utf8.encode(text))))
    if (known.size === mostTexts) known.clear()
    known.set(text, hash)
    return hash
  }
}

/** A row's numbers, and the hashes of its categories. */
type Row = { readonly numbers: Float64Array; readonly hashes: Int32Array }
type Derive = { readonly width: number; readonly into: (row: Row, out: Float64Array, at: number) => void }

const derivedColumns = (derived: DerivedColumns, numbers: readonly NumberFeature[]): Derive => {
  if (derived.type === 'category') {
    const { category, hash } = derived
    return {
      width: 1,
      into: ({ hashes }, out, at) => {
        out[at] = Number(hashes[category] === hash)
      },
    }
  }
  const { combination, low, high, statistics } = derived
  const hashOf = combinationHash(combination, numbers)
  const find = hashIndex(low, high)
  return {
    width: statistics.length,
    into: (row, out, at) => {
      const hash = hashOf(row)
      const index = find(hash.low, hash.high)
      for (const [k, { values, otherwise }] of statistics.entries())
        out[at + k] = index < 0 ? otherwise : (values[index] as number)
    },
  }
}

/** 64 bits as two unsigned halves. */
type Halves = { low: number; high: number }

const combinationHash = (
  { categories, borders, questions }: Combination,
  numbers: readonly NumberFeature[],
): ((row: Row) => Halves) => {
  const hash: Halves = { low: 0, high: 0 }
  return (row) => {
    hash.low = 0
    hash.high = 0
    for (const category of categories) add(hash, row.hashes[category] as number)
    for (const { number, border } of borders) {
      const value = row.numbers[number] as number
      const isAbove = Number.isNaN(value)
        ? (numbers[number] as NumberFeature).missingIsAbove
        : Math.fround(value) > border
      add(hash, Number(isAbove))
    }
    for (const { category, hash: wanted } of questions) add(hash, Number(row.hashes[category] === wanted))
    return hash
  }
}

const factorLow = 0x4954cb65
const factorHigh = 0x4906ba49

/** factor × (hash + factor × value), of which the lower 64 bits are kept; a negative value is so in 64 bits. */
const add = (hash: Halves, value: number): void => {
  const { low, high } = hash
  hash.low = value >>> 0
  hash.high = value < 0 ? 0xffffffff : 0
  multiply(hash)
  const sum = hash.low + low
  hash.high = (hash.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0
  hash.low = sum >>> 0
  multiply(hash)
}

const multiply = (hash: Halves): void => {
  const { low, high } = hash
  // The halves of 32 bits in halves of 16, whose products are exact.
  const [a, b] = [low >>> 16, low & 0xffff]
  const [c, d] = [factorLow >>> 16, factorLow & 0xffff]
  const middle = a * d + ((b * d) >>> 16)
  const carry = (middle & 0xffff) + b * c
  const top = a * c + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)
  hash.low = Math.imul(low, factorLow) >>> 0
  hash.high = (top + (Math.imul(low, factorHigh) >>> 0) + (Math.imul(high, factorLow) >>> 0)) >>> 0
}

/** Where a hash is among those given; -1 where it is not. */
const hashIndex = (low: Uint32Array, high: Uint32Array): ((low: number, high: number) => number) => {
  const size = 2 ** Math.ceil(Math.log2(2 * low.length + 1))
  const slots = new Int32Array(size).fill(-1)
  for (let index = 0; index < low.length; index++) {
    let slot = (low[index] as number) & (size - 1)
    while ((slots[slot] as number) >= 0) slot = (slot + 1) & (size - 1)
    slots[slot] = index
  }
  return (wantedLow, wantedHigh) => {
    let slot = wantedLow & (size - 1)
    for (;;) {
      const index = slots[slot] as number
      if (index < 0 || (low[index] === wantedLow && high[index] === wantedHigh)) return index
      slot = (slot + 1) & (size - 1)
    }
  }
}
