import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { decodeLatin1 } from '../pickle/text.ts'
import { countElements, type NumpyArray } from './array.ts'
import { parseDType } from './dtype.ts'

export const isNpy = (bytes: Uint8Array): boolean => decodeLatin1(bytes.subarray(0, 6)) === '\x93NUMPY'

/** Where the data of a `.npy` file begin, behind its header. */
const dataAt = (bytes: Uint8Array): { readonly headerAt: number; readonly start: number } => {
  if (bytes.length < 12) throw scoringError('numpy.invalid', { offset: 0, reason: 'the file is cut short' })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = (bytes[6] as number) > 1
  const headerAt = wide ? 12 : 10
  return { headerAt, start: headerAt + (wide ? view.getUint32(8, true) : view.getUint16(8, true)) }
}

/** Where the data of a `.npy` file begin, if they look like a pickle: numpy's own reader understands more headers than ours. */
export const pickleInNpy = (bytes: Uint8Array): number | undefined => {
  if (bytes.length < 12) return undefined
  const { start } = dataAt(bytes)
  return bytes[start] === 0x80 && (bytes[start + 1] ?? 6) <= 5 ? start : undefined
}

/** A `.npy` file (format 1.0 to 3.0). Object arrays hold a pickle from `pickleAt` on, which the caller judges. */
export const readNpy = (
  bytes: Uint8Array,
  limits: Limits,
): { readonly array: NumpyArray } | { readonly pickleAt: number } => {
  const invalid = (reason: string) => scoringError('numpy.invalid', { offset: 0, reason })
  const { headerAt, start } = dataAt(bytes)
  if (start > bytes.length || start > limits.itemBytes) throw invalid('its header lies outside the file')
  const header = decodeLatin1(bytes.subarray(headerAt, start))
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (/'descr':\s*\[/.test(header)) throw scoringError('numpy.unsupported', { offset: 0, feature: 'a structure' })
  if (descr === undefined || fortran === undefined || shape === undefined) throw invalid('its header is not understood')
  const dtype = parseDType(descr, 0, limits)
  if (dtype.kind === 'O') return { pickleAt: start }
  const sizes = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  const { count } = countElements(sizes, dtype.itemSize, 0, limits)
  if (bytes.length - start !== count * dtype.itemSize)
    throw invalid(`it has ${bytes.length - start} bytes for ${count} elements`)
  const data = bytes.subarray(start)
  return {
    array: {
      dtype,
      shape: sizes,
      fortran: fortran === 'True' && sizes.length > 1,
      bytes: data,
      objects: undefined,
      offset: start,
    },
  }
}
