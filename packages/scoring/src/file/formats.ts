import { decodeLatin1 } from '../pickle/text.ts'

const signatures: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['GIF8', 'a GIF picture'],
  ['%PDF', 'a PDF document'],
  ['\x89HDF', 'an HDF5 file (Keras saves these)'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a Windows program'],
  ['PAR1', 'a Parquet table'],
  ['ARROW1', 'an Arrow table'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7z archive'],
  ['\x28\xb5\x2f\xfd', 'zstd data'],
  ['version https://git-lfs', 'a Git LFS pointer: the file itself was never downloaded'],
  ['\xef\xbb\xbf', 'a text file'],
  ['<', 'XML or HTML'],
  ['#!', 'a script'],
  ['\xac\xed\x00\x05', 'a serialised Java object'],
]

/** Opcodes with which a pickle without a protocol header can begin, when it holds anything. */
const firstOpcodes = "(]})clNIJKLMFGSTUVXBCid\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95P'"

/** What bytes are that cannot be a pickle, in words; undefined where they can be one. */
export const foreignFormat = (bytes: Uint8Array): string | undefined => {
  const start = decodeLatin1(bytes.subarray(0, 512))
  const known = signatures.find(([magic]) => start.startsWith(magic))
  if (known !== undefined) return known[1]
  if (start.startsWith('\x80')) return undefined
  if (/^[A-Za-z0-9+/=\s]{64,}$/.test(start)) return 'text, perhaps base64'
  if (/^\s*[{[]\s*["\d[{]/.test(start)) return 'JSON'
  return firstOpcodes.includes(start[0] as string) ? undefined : 'unknown data'
}
