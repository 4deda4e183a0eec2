import { pieceBytes } from './piece-bytes.generated.ts'

/** The records that piece.c reads, and the memory that it shares with the loop for all others. */
export type PieceKernel = {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly numbers: Float64Array<ArrayBuffer>
  readonly keptAt: Int32Array<ArrayBuffer>
  /** Reads from `at` on, with so many rows before; stops at the end, or where a record begins that it leaves. */
  readonly read: (at: number, rows: number) => { readonly at: number; readonly rows: number }
}

type Plan = {
  readonly delimiter: number
  readonly targets: Int32Array
  readonly keptPlaces: Int32Array
  readonly numbers: number
  readonly keptWidth: number
}

const pageBytes = 65_536
/** The stack comes first. */
const stackBytes = 1024
const padding = 16

let module: WebAssembly.Module | null | undefined

/** Where a policy forbids WebAssembly, the loop reads everything. */
const compiled = (): WebAssembly.Module | null => {
  if (module !== undefined) return module
  try {
    module = new WebAssembly.Module(Uint8Array.from(atob(pieceBytes), (character) => character.charCodeAt(0)))
  } catch {
    module = null
  }
  return module
}

/** Puts a piece, which ends in a line feed, into the kernel's memory; undefined where there is no WebAssembly. */
export const createPieceKernel = (plan: Plan): ((piece: Uint8Array) => PieceKernel) | undefined => {
  const code = compiled()
  if (code === null) return undefined
  const { delimiter, targets, keptPlaces, numbers: numberCount, keptWidth } = plan
  const memory = new WebAssembly.Memory({ initial: 2 })
  const { exports } = new WebAssembly.Instance(code, { env: { memory } })
  const base = aligned((exports['__heap_base'] as WebAssembly.Global).value as number)
  const readRecords = exports['read_records'] as (...values: number[]) => void
  const width = targets.length
  const targetsAt = base + padding
  const placesAt = aligned(targetsAt + width * 4)
  const bytesAt = aligned(placesAt + width * 4)

  return (piece) => {
    const { length } = piece
    // A record has at least a byte for each column.
    const rows = Math.floor(length / width) + 2
    const numbersAt = aligned(bytesAt + length + padding)
    const keptAtAt = aligned(numbersAt + rows * numberCount * 8)
    const end = aligned(keptAtAt + rows * keptWidth * 4)
    const lacking = Math.ceil((end - memory.buffer.byteLength) / pageBytes)
    if (lacking > 0) memory.grow(lacking)
    const { buffer } = memory
    new Int32Array(buffer, targetsAt, width).set(targets)
    new Int32Array(buffer, placesAt, width).set(keptPlaces)
    const bytes = new Uint8Array(buffer, bytesAt, length)
    bytes.set(piece)
    const state = new Int32Array(buffer, base, 2)
    return {
      bytes,
      numbers: new Float64Array(buffer, numbersAt, rows * numberCount),
      keptAt: new Int32Array(buffer, keptAtAt, rows * keptWidth),
      read: (at, before) => {
        state[0] = at
        state[1] = before
        readRecords(
          base,
          bytesAt,
          length,
          delimiter,
          width,
          targetsAt,
          placesAt,
          keptWidth,
          numbersAt,
          numberCount,
          keptAtAt,
        )
        return { at: state[0], rows: state[1] }
      },
    }
  }
}

const aligned = (at: number): number => Math.ceil(Math.max(at, stackBytes) / 16) * 16
