import { servingError } from '../errors.ts'

/** A tensor as the Open Inference Protocol carries it, its values flat in the order of rows. */
export type Tensor = {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: Datatype
  readonly values: readonly unknown[]
}

type NumberType = { readonly bytes: number; readonly read: (view: DataView, at: number) => number | boolean }

const numberTypes = {
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) !== 0 },
  UINT8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  INT8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  INT16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  FP16: { bytes: 2, read: (view, at) => view.getFloat16(at, true) },
  FP32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
} as const satisfies Readonly<Record<string, NumberType>>

export type Datatype = keyof typeof numberTypes | 'BYTES'
export const datatypes: readonly Datatype[] = [...(Object.keys(numberTypes) as (keyof typeof numberTypes)[]), 'BYTES']

/** The values of a tensor that lie as bytes behind the JSON: numbers little-endian, texts with four bytes of length before each. */
export const readBinary = (name: string, datatype: Datatype, count: number, bytes: Uint8Array): readonly unknown[] => {
  const wrong = (problem: string) => servingError('serving.tensor', { name, problem })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (datatype !== 'BYTES') {
    const { bytes: size, read } = numberTypes[datatype]
    if (bytes.length !== count * size)
      throw wrong(`${bytes.length} bytes stand for ${count} values of ${datatype}; ${count * size} were expected`)
    return Array.from({ length: count }, (_, index) => read(view, index * size))
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const values: string[] = []
  let at = 0
  while (at < bytes.length && values.length <= count) {
    const end = at + 4 > bytes.length ? bytes.length + 1 : at + 4 + view.getUint32(at, true)
    if (end > bytes.length) throw wrong('a text reaches behind the end of the bytes')
    try {
      values.push(decoder.decode(bytes.subarray(at + 4, end)))
    } catch {
      throw wrong('a text is not UTF-8')
    }
    at = end
  }
  if (values.length !== count || at !== bytes.length)
    throw wrong(`the bytes do not hold the ${count} texts of the shape`)
  return values
}

/** The bytes of an output tensor, for clients that asked for them. */
export const writeBinary = ({ datatype, values }: Pick<Tensor, 'datatype' | 'values'>): Uint8Array => {
  if (datatype !== 'BYTES') return new Uint8Array(Float64Array.from(values as readonly number[]).buffer)
  return Buffer.concat(
    values.map((value) => {
      const text = Buffer.from(String(value))
      const length = Buffer.alloc(4)
      length.writeUInt32LE(text.length)
      return Buffer.concat([length, text])
    }),
  )
}
