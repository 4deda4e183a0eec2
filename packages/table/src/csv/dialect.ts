import { tableError } from '../table-errors.ts'

export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** How the bytes of a CSV file are cut into cells; found from its first bytes. */
export type CsvDialect = {
  readonly delimiter: ',' | ';' | '\t' | '|'
  readonly encoding: CsvEncoding
}

const delimiters = [',', ';', '\t', '|'] as const

/** What files that are often mistaken for CSV begin with. */
const otherFormats: readonly (readonly [string, readonly number[]])[] = [
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['a zip archive or a spreadsheet', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['an old Excel file', [0xd0, 0xcf, 0x11, 0xe0]],
]

/** Finds encoding and delimiter; refuses what is not text. `sample` is the beginning of the file. */
export const sniffCsv = (sample: Uint8Array): CsvDialect => {
  if (sample.length === 0) throw tableError('csv.empty', {})
  for (const [found, magic] of otherFormats) {
    if (magic.every((byte, index) => sample[index] === byte)) throw tableError('csv.notText', { found })
  }
  const encoding = sniffEncoding(sample)
  const text = new TextDecoder(encoding).decode(sample)
  return { encoding, delimiter: sniffDelimiter(text) }
}

const sniffEncoding = (sample: Uint8Array): CsvEncoding => {
  const [first, second] = sample
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  // Text in UTF-16 without a mark: every other byte of Latin letters is zero.
  if (sample.length >= 4 && first !== 0 && second === 0 && sample[3] === 0) return 'utf-16le'
  if (sample.length >= 4 && first === 0 && second !== 0 && sample[2] === 0) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}

/** The candidate that cuts the first lines into equally many cells, the most cells winning; a comma when none cuts. */
const sniffDelimiter = (text: string): CsvDialect['delimiter'] => {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .slice(0, 20)
  let best: CsvDialect['delimiter'] = ','
  let bestScore = 0
  for (const delimiter of delimiters) {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const inHeader = counts[0] ?? 0
    const agreeing = counts.filter((count) => count === inHeader).length / Math.max(1, counts.length)
    const score = inHeader * agreeing
    if (score > bestScore) {
      best = delimiter
      bestScore = score
    }
  }
  return best
}

/** Turns chunks of any encoding into chunks of UTF-8 without a byte order mark. */
export const createTranscoder = (encoding: CsvEncoding): ((chunk: Uint8Array, last: boolean) => Uint8Array) => {
  if (encoding !== 'utf-8') {
    const decoder = new TextDecoder(encoding)
    const encoder = new TextEncoder()
    return (chunk, last) => encoder.encode(decoder.decode(chunk, { stream: !last }))
  }
  let begun = false
  return (chunk) => {
    if (begun || chunk.length === 0) return chunk
    begun = true
    return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk
  }
}
