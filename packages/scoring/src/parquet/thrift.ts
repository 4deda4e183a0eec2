import { type Limits, limitReached } from '../limits.ts'

/**
 * Walks one structure of Thrift's compact protocol, as Parquet has them, and returns where it ends; so that what it asks
 * for is known before anything is made of it. Throws a RangeError where the bytes end before the structure does.
 */
export const endOfStructure = (view: DataView, start: number, limits: Limits): number => {
  let position = start
  let values = 0
  const varint = (): number => {
    let result = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = view.getUint8(position++)
      result += (byte & 127) * scale
      if (byte < 128) return result
      if (scale > Number.MAX_SAFE_INTEGER) throw new RangeError('a number of more than ten bytes')
    }
  }
  const skip = (length: number): void => {
    position += length
    if (position > view.byteLength) throw new RangeError('a text that ends outside the file')
  }
  const element = (type: number, isInList: boolean, depth: number): void => {
    if (++values > limits.nodes) throw limitReached('values in a Parquet footer', limits.nodes)
    switch (type) {
      case 1:
      case 2:
        return skip(isInList ? 1 : 0)
      case 3:
        return skip(1)
      case 4:
      case 5:
      case 6:
        varint()
        return
      case 7:
        return skip(8)
      case 8:
        return skip(varint())
      case 9:
      case 10: {
        const head = view.getUint8(position++)
        const size = head >> 4 === 15 ? varint() : head >> 4
        // Every value of a list takes a byte at least.
        if (size > view.byteLength) throw limitReached('values in a list', view.byteLength, { found: size })
        for (let index = 0; index < size; index++) element(head & 15, true, depth)
        return
      }
      case 12:
        return structure(depth + 1)
      default:
        throw new RangeError(`a value of the unknown type ${type}`)
    }
  }
  const structure = (depth: number): void => {
    if (depth > maxDepth) throw limitReached('structures within structures', maxDepth)
    for (;;) {
      const head = view.getUint8(position++)
      if ((head & 15) === 0) return
      if (head >> 4 === 0) varint()
      element(head & 15, false, depth)
    }
  }
  structure(0)
  return position
}

/** Parquet's own structures nest less than ten deep. */
const maxDepth = 32
