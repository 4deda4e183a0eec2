import { denseRows, type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import { distanceOf, type Metric, type RowDistance } from './distance.ts'
import { compileLikelihood, type LikelihoodModel } from './likelihood.ts'
import { type Into, vector } from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'

/** The nearest of some centres: clusters, and classes by their centroids. */
export type CentersModel = {
  readonly kind: 'centers'
  readonly name: string
  readonly columns: number
  /** Count × columns. */
  readonly centers: Float64Array
  readonly metric: Metric
  /** What each centre stands for: classes, or numbers of clusters. */
  readonly labels: { readonly classes: Labels } | { readonly numbers: Float64Array }
  /** The library compares squares less the row's own, whose rounding decides near ties. */
  readonly comparesProducts: boolean
  readonly transforms: boolean
  /** Scores of classes by their centroids and what else is known of them; it also decides where these are not as likely. */
  readonly discriminant?: { readonly model: LikelihoodModel; readonly decides: boolean } | undefined
  readonly takesSparse: boolean
  /** Rows go from cluster to cluster, each to the nearer of two, instead of to the nearest of all centres. */
  readonly bisections?: Bisections | undefined
}

/** Clusters cut in two again and again; the first is all rows, and what is cut stands before its halves. */
export type Bisections = {
  /** Of each cluster; its halves are -1 where it was not cut. */
  readonly left: Int32Array
  readonly right: Int32Array
  /** Clusters × columns. */
  readonly centers: Float64Array
  /** Of those that were not cut. */
  readonly labels: Int32Array
}

export const compileCenters = (model: CentersModel): Scorer => {
  const { name, columns, centers, metric, labels, transforms } = model
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  const checked = model.takesSparse ? denseRows : onlyDenseRows
  const count = centers.length / columns
  const { reduced, fromReduced } = distanceOf(metric, columns)
  const compared = model.comparesProducts ? lessOwnSquare(centers, columns) : reduced
  const numbers = 'numbers' in labels ? labels.numbers : undefined
  const predictInto: Into = (data, out) => {
    const { rows, values } = checked(data, expected)
    for (let row = 0; row < rows; row++) {
      let [nearest, least] = [0, Number.POSITIVE_INFINITY]
      for (let index = 0; index < count; index++) {
        const distance = compared(values, row * columns, centers, index * columns)
        if (distance < least) [nearest, least] = [index, distance]
      }
      // Without any centre the library labels every row -1.
      out[row] = count === 0 ? -1 : (numbers?.[nearest] ?? nearest)
    }
  }
  const { bisections } = model
  const predict = vector(
    bisections === undefined ? predictInto : goDown(model, bisections),
    'classes' in labels ? { labels: [labels.classes] } : { isInteger: true },
  )
  const { discriminant } = model
  const scores = discriminant === undefined ? {} : compileLikelihood(discriminant.model).methods
  const methods: Methods = discriminant?.decides === true ? scores : { ...scores, predict }
  if (!transforms) return { name, columns, methods }
  return {
    name,
    columns,
    methods: {
      ...methods,
      transform: {
        apply: (data) => {
          const { rows, values } = checked(data, expected)
          const result = dense(rows, count)
          for (let row = 0; row < rows; row++)
            for (let index = 0; index < count; index++)
              result.values[row * count + index] = fromReduced(reduced(values, row * columns, centers, index * columns))
          return result
        },
      },
    },
  }
}

const goDown = ({ name, columns }: CentersModel, { left, right, centers, labels }: Bisections): Into => {
  const compared = lessOwnSquare(centers, columns)
  return (data, out) => {
    const { rows, values } = denseRows(data, { model: name, columns, values: 'finite' })
    for (let row = 0; row < rows; row++) {
      const distance = (cluster: number): number => compared(values, row * columns, centers, cluster * columns)
      let cluster = 0
      while ((left[cluster] as number) >= 0) {
        const [one, other] = [left[cluster] as number, right[cluster] as number]
        cluster = distance(other) < distance(one) ? other : one
      }
      out[row] = labels[cluster] as number
    }
  }
}

/** |y|² - 2xy. */
const lessOwnSquare = (centers: Float64Array, columns: number): RowDistance => {
  const squares = Float64Array.from({ length: centers.length / columns }, (_, index) => {
    let sum = 0
    for (let i = index * columns; i < (index + 1) * columns; i++) sum += (centers[i] as number) ** 2
    return sum
  })
  return (a, i, b, j) => {
    let product = 0
    for (let c = 0; c < columns; c++) product += (a[i + c] as number) * (b[j + c] as number)
    return -2 * product + (squares[j / columns] as number)
  }
}
