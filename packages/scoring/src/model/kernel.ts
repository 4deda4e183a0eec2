import type { Sparse } from '../data/data.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { fewestRows, type PairSumsOf, pairSums } from '../kernels/pairs.ts'

/** What two rows have in common, by the names of `sklearn.metrics.pairwise` and libsvm without their synonyms. */
export type Kernel =
  | { readonly type: 'linear' }
  | { readonly type: 'cosine' }
  | { readonly type: 'additive-chi2' }
  | { readonly type: 'rbf'; readonly gamma: number }
  | { readonly type: 'laplacian'; readonly gamma: number }
  | { readonly type: 'chi2'; readonly gamma: number }
  | { readonly type: 'polynomial'; readonly gamma: number; readonly coef0: number; readonly degree: number }
  | { readonly type: 'sigmoid'; readonly gamma: number; readonly coef0: number }

/** The rows that a kernel model keeps. */
export type KernelRows = {
  readonly columns: number
  readonly rows: number
  /** rows × columns, or compressed where the library keeps sparse rows. */
  readonly values: Float64Array | Sparse
}

/** The kernel of one row with every row that is kept, into `out`. */
export type KernelOfRow = (values: Float64Array, at: number, out: Float64Array) => void

export const compileKernel = (kernel: Kernel, kept: KernelRows): KernelOfRow =>
  kept.values instanceof Float64Array ? denseKernel(kernel, kept, kept.values) : sparseKernel(kernel, kept.values)

/** The same for so many rows, which are asked for in their order. */
export type KernelInTurn = (values: Float64Array, rows: number) => KernelOfRow

export const compileKernelInTurn = (kernel: Kernel, kept: KernelRows, kernels: Kernels): KernelInTurn => {
  const plain = compileKernel(kernel, kept)
  const { rows: count, columns, values: own } = kept
  const of = kernels === 'plain' ? undefined : sumsUnder(kernel)
  if (of === undefined || !(own instanceof Float64Array)) return () => plain
  // Made when a first batch comes; one row does not need it.
  let made: PairSumsOf | 'none' | undefined
  return (values, rows) => {
    if (rows < fewestRows) return plain
    made ??= pairSums(of.sums, own, count, columns) ?? 'none'
    if (made === 'none') return plain
    const sumsOf = made.sums(values, rows)
    return (_, at, out) => {
      const sums = sumsOf(at / columns)
      for (let i = 0; i < count; i++) out[i] = of.finish(sums[i] as number)
    }
  }
}

type SumsUnder = { readonly sums: 'products' | 'squares'; readonly finish: (sum: number) => number }

/** Of what sums a kernel is a function; undefined where it is of others. */
const sumsUnder = (kernel: Kernel): SumsUnder | undefined => {
  switch (kernel.type) {
    case 'rbf':
      return { sums: 'squares', finish: (sum) => Math.exp(-kernel.gamma * sum) }
    case 'linear':
    case 'polynomial':
    case 'sigmoid':
      return { sums: 'products', finish: ofProduct(kernel) }
    default:
      return undefined
  }
}

/** The kernel of two dense rows. */
export type KernelOfPair = (a: Float64Array, i: number, b: Float64Array, j: number) => number

export const kernelOfPair = (kernel: Kernel, columns: number): KernelOfPair => {
  switch (kernel.type) {
    case 'cosine':
      return (a, i, b, j) =>
        dot(a, i, b, j, columns) /
        ((Math.sqrt(dot(a, i, a, i, columns)) || 1) * (Math.sqrt(dot(b, j, b, j, columns)) || 1))
    case 'rbf':
      return (a, i, b, j) => Math.exp(-kernel.gamma * squaredDistance(a, i, b, j, columns))
    case 'laplacian':
      return (a, i, b, j) => {
        let sum = 0
        for (let c = 0; c < columns; c++) sum += Math.abs((a[i + c] as number) - (b[j + c] as number))
        return Math.exp(-kernel.gamma * sum)
      }
    case 'additive-chi2':
      return (a, i, b, j) => -chiSquare(a, i, b, j, columns)
    case 'chi2':
      return (a, i, b, j) => Math.exp(-kernel.gamma * chiSquare(a, i, b, j, columns))
    default: {
      const finish = ofProduct(kernel)
      return (a, i, b, j) => finish(dot(a, i, b, j, columns))
    }
  }
}

type ProductKernel = Extract<Kernel, { type: 'linear' | 'polynomial' | 'sigmoid' }>

/** Kernels that are a function of the dot product. */
const ofProduct = (kernel: ProductKernel): ((product: number) => number) => {
  switch (kernel.type) {
    case 'polynomial':
      return (product) => (kernel.gamma * product + kernel.coef0) ** kernel.degree
    case 'sigmoid':
      return (product) => Math.tanh(kernel.gamma * product + kernel.coef0)
    default:
      return (product) => product
  }
}

const dot = (a: Float64Array, i: number, b: Float64Array, j: number, count: number): number => {
  let sum = 0
  for (let c = 0; c < count; c++) sum += (a[i + c] as number) * (b[j + c] as number)
  return sum
}

const squaredDistance = (a: Float64Array, i: number, b: Float64Array, j: number, count: number): number => {
  let sum = 0
  for (let c = 0; c < count; c++) {
    const difference = (a[i + c] as number) - (b[j + c] as number)
    sum += difference * difference
  }
  return sum
}

const chiSquare = (a: Float64Array, i: number, b: Float64Array, j: number, count: number): number => {
  let sum = 0
  for (let c = 0; c < count; c++) {
    const difference = (a[i + c] as number) - (b[j + c] as number)
    const total = (a[i + c] as number) + (b[j + c] as number)
    if (total !== 0) sum += (difference * difference) / total
  }
  return sum
}

const denseKernel = (kernel: Kernel, { columns, rows }: KernelRows, kept: Float64Array): KernelOfRow => {
  const ofPair = kernelOfPair(kernel, columns)
  return (values, at, out) => {
    for (let row = 0; row < rows; row++) out[row] = ofPair(values, at, kept, row * columns)
  }
}

/** Where the kept rows are sparse, only what they hold is visited; the rest of the row counts by its square. */
const sparseKernel = (kernel: Kernel, kept: Sparse): KernelOfRow => {
  const { rows, columns, starts, indices, values: own } = kept
  if (kernel.type !== 'rbf' && kernel.type !== 'linear' && kernel.type !== 'polynomial' && kernel.type !== 'sigmoid') {
    const written = new Float64Array(rows * columns)
    for (let row = 0; row < rows; row++)
      for (let i = starts[row] as number; i < (starts[row + 1] as number); i++)
        written[row * columns + (indices[i] as number)] = own[i] as number
    return denseKernel(kernel, { columns, rows, values: written }, written)
  }
  const ofDistance = (distance: number): number =>
    Math.exp(-(kernel.type === 'rbf' ? kernel.gamma : 0) * Math.max(0, distance))
  const finish = kernel.type === 'rbf' ? undefined : ofProduct(kernel)
  return (values, at, out) => {
    const square = finish === undefined ? dot(values, at, values, at, columns) : 0
    for (let row = 0; row < rows; row++) {
      let [product, distance] = [0, square]
      for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
        const [x, y] = [values[at + (indices[i] as number)] as number, own[i] as number]
        product += x * y
        distance += (x - y) * (x - y) - x * x
      }
      out[row] = finish === undefined ? ofDistance(distance) : finish(product)
    }
  }
}
