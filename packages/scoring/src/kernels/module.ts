import { kernelBytes } from './bytes.generated.ts'

/** What the kernels export. Addresses are bytes of the memory that an instance was given. */
export type KernelExports = {
  readonly addBatch: (ensemble: number, rows: number) => number
  readonly quickScore: (ensemble: number, rows: number) => number
  readonly addOne: (ensemble: number) => number
  readonly takeRows: (from: number, rows: number, columns: number, to: number) => number
  readonly products: (lanes: number, columns: number, others: number, pairs: number, to: number) => void
  readonly squares: (lanes: number, columns: number, others: number, pairs: number, to: number) => void
  readonly distances: (products: number, pairs: number, square: number, squares: number) => void
  readonly layer: (
    lanes: number,
    columns: number,
    others: number,
    pairs: number,
    added: number,
    isRectified: number,
    to: number,
  ) => void
  readonly takeNearRows: (from: number, rows: number, columns: number, to: number) => void
  readonly nearness: (
    lanes: number,
    columns: number,
    others: number,
    groups: number,
    squares: number,
    to: number,
  ) => void
  readonly nextNear: (values: number, at: number, groups: number, limit: number) => number
  readonly weightedRows: (
    from: number,
    rows: number,
    columns: number,
    weights: number,
    outputs: number,
    intercepts: number,
    to: number,
  ) => void
}

/** Where a model's data may begin: below lies the compiler's stack. */
export const firstAddress = 1024
const pageBytes = 65536

/** Memory that is one model's own, and goes with it. */
export type KernelInstance = { readonly buffer: ArrayBuffer; readonly exports: KernelExports }

let compiled: WebAssembly.Module | 'refused' | undefined

/** The kernels over `bytes` of zeros; undefined where WebAssembly is not to be had. */
export const kernelInstance = (bytes: number): KernelInstance | undefined => {
  compiled ??= compileKernels()
  if (compiled === 'refused') return undefined
  try {
    const pages = Math.ceil(bytes / pageBytes)
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
    return { buffer: memory.buffer as ArrayBuffer, exports: exports as KernelExports }
  } catch (error) {
    // No room for one more memory: what runs without it still answers.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const compileKernels = (): WebAssembly.Module | 'refused' => {
  if (typeof WebAssembly === 'undefined') return 'refused'
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (character) => character.charCodeAt(0)))
  } catch {
    // The bytes are sound wherever they were tested: here a policy forbids them, or the engine has no vectors.
    return 'refused'
  }
}
