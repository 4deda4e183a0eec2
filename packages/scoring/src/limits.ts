import { scoringError } from './errors.ts'

/** What one model file may ask for. Every limit that is met is an error of kind `limit` that names it. */
export type Limits = {
  /** Bytes of the file as it lies on disk. */
  readonly fileBytes: number
  /** Bytes after decompression, in all. */
  readonly expandedBytes: number
  /** Times its own size that compressed data may grow to… */
  readonly expansionRatio: number
  /** …though this many bytes are always allowed. */
  readonly expansionFloorBytes: number
  /** Dictionary that an LZMA stream may ask for. */
  readonly dictionaryBytes: number
  /** Values that a pickle may make. */
  readonly nodes: number
  /** Values within values. */
  readonly depth: number
  /** Values that the whole would have if shared parts were written out each time. */
  readonly walkedNodes: number
  readonly stack: number
  readonly marks: number
  readonly memoIndex: number
  /** Bytes of one text, byte string or array. */
  readonly valueBytes: number
  /** Bytes of one integer of arbitrary size. */
  readonly integerBytes: number
  /** Bytes of one element of an array. */
  readonly itemBytes: number
  readonly zipEntries: number
  readonly zipNameBytes: number
  readonly timeMs: number
}

export const defaultLimits: Limits = {
  fileBytes: 512 * 2 ** 20,
  expandedBytes: 1024 * 2 ** 20,
  expansionRatio: 64,
  expansionFloorBytes: 8 * 2 ** 20,
  dictionaryBytes: 64 * 2 ** 20,
  nodes: 20_000_000,
  // Python's own pickler stops at 1,000 objects within objects.
  depth: 2_000,
  walkedNodes: 20_000_000,
  stack: 20_000_000,
  marks: 10_000,
  memoIndex: 20_000_000,
  valueBytes: 1024 * 2 ** 20,
  integerBytes: 1_024,
  itemBytes: 2 ** 20,
  zipEntries: 2_000,
  zipNameBytes: 1_024,
  timeMs: 60_000,
}

export const limitReached = (what: string, limit: number, more: { found?: number; offset?: number } = {}) =>
  scoringError('modelFile.limit', { what, limit, ...more })

/** Looks at the clock now and then, so that no file takes for ever. */
export type Deadline = { readonly check: () => void }

export const deadline = (limits: Limits, now: () => number): Deadline => {
  const end = now() + limits.timeMs
  return {
    check: () => {
      if (now() > end) throw limitReached('milliseconds of reading', limits.timeMs)
    },
  }
}

/** How many bytes compressed data of this size may become. */
export const expandedLimit = (limits: Limits, compressedBytes: number): number =>
  Math.min(limits.expandedBytes, Math.max(limits.expansionFloorBytes, compressedBytes * limits.expansionRatio))
