import { tableError } from '../table-errors.ts'
import type { FlatTable } from './flatbuffer.ts'
import { typeId, typeNames } from './format.ts'

/** A type of Arrow that a column of ours can come from. */
export type ArrowType =
  | { readonly kind: 'null' | 'bool' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'text'; readonly isLarge: boolean }
  | { readonly kind: 'decimal'; readonly scale: number; readonly bytes: 16 | 32 }
  /** `perMicrosecond` and `microseconds`: what a unit is, one of them 1. */
  | { readonly kind: 'moment'; readonly bits: 32 | 64; readonly microseconds: number; readonly perMicrosecond: number }

export type ArrowField = {
  readonly name: string
  readonly type: ArrowType
  readonly dictionary?: { readonly id: number; readonly index: ArrowType & { kind: 'int' } }
}

/** What a batch holds, taken in the order of its columns. */
export type BatchBuffers = {
  readonly rows: number
  readonly node: () => { readonly missing: number }
  readonly buffer: () => Uint8Array
}

const day = 86_400_000_000
const timestampUnits = [
  { microseconds: 1_000_000, perMicrosecond: 1 },
  { microseconds: 1000, perMicrosecond: 1 },
  { microseconds: 1, perMicrosecond: 1 },
  { microseconds: 1, perMicrosecond: 1000 },
] as const

/** A field of a schema; what nests or is binary is refused by name. */
export const readField = (field: FlatTable): ArrowField => {
  const name = field.text(0) ?? ''
  const type = field.table(3)
  const refuse = (words: string) => tableError('arrow.columnType', { column: name.slice(0, 200), type: words })
  if (field.tables(5).length > 0) throw refuse(typeNames[field.int8(2)] ?? 'nested')
  const dictionary = field.table(4)
  return {
    name,
    type: typeOf(field.int8(2), type, refuse),
    ...(dictionary === undefined
      ? {}
      : { dictionary: { id: dictionary.int64(0), index: indexOf(dictionary.table(1), refuse) } }),
  }
}

type Refuse = (words: string) => Error

const indexOf = (type: FlatTable | undefined, refuse: Refuse) =>
  type === undefined ? ({ kind: 'int', bits: 32, isSigned: true } as const) : intOf(type, refuse)

const intOf = (type: FlatTable, refuse: Refuse) => {
  const bits = type.int32(0)
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw refuse(`integer of ${bits} bits`)
  return { kind: 'int', bits, isSigned: type.int8(1) !== 0 } as const
}

const typeOf = (id: number, type: FlatTable | undefined, refuse: Refuse): ArrowType => {
  if (type === undefined) throw refuse('without a description')
  switch (id) {
    case typeId.null:
      return { kind: 'null' }
    case typeId.bool:
      return { kind: 'bool' }
    case typeId.int:
      return intOf(type, refuse)
    case typeId.float: {
      const bits = ([16, 32, 64] as const)[type.int16(0)]
      if (bits === undefined) throw refuse('number of unknown precision')
      return { kind: 'float', bits }
    }
    case typeId.utf8:
      return { kind: 'text', isLarge: false }
    case typeId.largeUtf8:
      return { kind: 'text', isLarge: true }
    case typeId.decimal: {
      const bits = type.int32(2, 128)
      const scale = type.int32(1)
      if ((bits !== 128 && bits !== 256) || scale < -100 || scale > 100) throw refuse(`decimal of ${bits} bits`)
      return { kind: 'decimal', scale, bytes: bits === 128 ? 16 : 32 }
    }
    case typeId.date:
      // The default unit of a date is the millisecond.
      return type.int16(0, 1) === 0
        ? { kind: 'moment', bits: 32, microseconds: day, perMicrosecond: 1 }
        : { kind: 'moment', bits: 64, microseconds: 1000, perMicrosecond: 1 }
    case typeId.timestamp: {
      const unit = timestampUnits[type.int16(0)]
      if (unit === undefined) throw refuse('timestamp of unknown unit')
      return { kind: 'moment', bits: 64, ...unit }
    }
    default:
      throw refuse(typeNames[id] ?? `number ${id}`)
  }
}
