import { denseRows, type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import type { Data, Dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import { scoringError } from '../errors.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { type BatchSearcher, compileSearch, type Neighbors, type NeighborSearch } from './neighbor-search.ts'
import { argmax, divideBy, numpySum } from './numeric.ts'
import { inliers, matrix, targetProbabilities, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** What the training rows near a row say of it. */
export type NeighborsModel = {
  readonly kind: 'neighbors'
  readonly name: string
  readonly search: NeighborSearch
  readonly choice: NeighborChoice
  readonly task: NeighborsClassification | NeighborsRegression | OutlierFactor | { readonly type: 'none' }
}

export type NeighborChoice =
  | { readonly by: 'count'; readonly count: number }
  | { readonly by: 'radius'; readonly radius: number }

type Weighted = {
  /** Neighbours count by the reciprocals of their distances; those at distance zero are alone where there are any. */
  readonly byDistance: boolean
  readonly isVector: boolean
}

export type NeighborsClassification = Weighted & {
  readonly type: 'classification'
  /** Classes of each target; where outliers have a label of their own, that is the last. */
  readonly targets: readonly NeighborsTarget[]
  readonly hasProbabilities: boolean
}
export type NeighborsTarget = {
  readonly classes: Labels
  /** The class of each training row, as an index. */
  readonly own: Int32Array
  /** What rows without neighbours are: an index into `labels`; undefined where these are refused. */
  readonly outlier: number | undefined
  /** The classes, and behind them the label of outliers where that is none of them. */
  readonly labels: Labels
}

export type NeighborsRegression = Weighted & {
  readonly type: 'regression'
  readonly outputs: number
  /** Training rows × outputs. */
  readonly own: Float64Array
  /** What the library gives where there is no neighbour. */
  readonly ofNone: number
}

/** LocalOutlierFactor for new rows. */
export type OutlierFactor = {
  readonly type: 'outlier-factor'
  /** Of each training row: the distance to its last neighbour, and its local reachability density. */
  readonly reach: Float64Array
  readonly densities: Float64Array
  readonly offset: number
}

export const compileNeighbors = (model: NeighborsModel, _: Compile, kernels: Kernels): Scorer => {
  const { name, search, choice, task } = model
  const searcher = compileSearch(search, kernels)
  const { selection, ofSparse = selection } = search
  const sparseSearcher = ofSparse === selection ? searcher : compileSearch({ ...search, selection: ofSparse }, kernels)
  const find = finder(model, { dense: searcher, sparse: sparseSearcher })
  const methods = methodsOf(find, task, choice.by === 'count' ? hasNoReciprocal : isZero)
  return {
    name,
    columns: search.columns,
    methods: choice.by === 'count' ? { ...methods, kneighbors: kneighbors(find, choice.count) } : methods,
  }
}

const methodsOf = (find: Find, task: NeighborsModel['task'], isHit: IsHit): Methods => {
  switch (task.type) {
    case 'none':
      return {}
    case 'classification':
      return classification(find, task, isHit)
    case 'regression':
      return {
        predict: task.isVector
          ? vector(averages(find, task, isHit))
          : matrix(task.outputs, averages(find, task, isHit)),
      }
    case 'outlier-factor':
      return outlierFactors(find, task)
  }
}

/** Calls back with the neighbours of each row in turn. */
type Find = (data: Data, each: (row: number, neighbors: Neighbors) => void) => void

const finder = (
  { name, search, choice, task }: NeighborsModel,
  searchers: Readonly<Record<'dense' | 'sparse', BatchSearcher>>,
): Find => {
  const refusesNone = task.type === 'classification' && task.targets.some(({ outlier }) => outlier === undefined)
  const expected: NumbersExpected = { model: name, columns: search.columns, values: 'finite' }
  const checked: (data: Data, expected: NumbersExpected) => Dense =
    search.tree === undefined ? denseRows : onlyDenseRows
  return (data, each) => {
    const { rows, values } = checked(data, expected)
    const { nearest, within } = searchers[data.kind === 'sparse' ? 'sparse' : 'dense'].inTurn(values, rows)
    for (let row = 0; row < rows; row++) {
      const at = row * search.columns
      if (choice.by === 'count') {
        each(row, nearest(values, at, choice.count))
        continue
      }
      const neighbors = within(values, at, choice.radius)
      if (refusesNone && neighbors.indices.length === 0)
        throw scoringError('input.noNeighbors', { model: name, row, radius: choice.radius })
      each(row, neighbors)
    }
  }
}

const kneighbors = (find: Find, count: number): Output =>
  matrix(2 * count, (data, out) =>
    find(data, (row, { distances, indices }) => {
      out.set(distances, row * 2 * count)
      out.set(indices, row * 2 * count + count)
    }),
  )

/** Which distances are those of an exact hit: with a radius, a weight that is too large to be a number is none. */
type IsHit = (distance: number) => boolean
const isZero: IsHit = (distance) => distance === 0
const hasNoReciprocal: IsHit = (distance) => 1 / distance === Number.POSITIVE_INFINITY

/** `_get_weights`: an exact hit makes every other neighbour weigh nothing. */
const weightsOf = ({ distances }: Neighbors, byDistance: boolean, isHit: IsHit): Float64Array => {
  if (!byDistance) return new Float64Array(distances.length).fill(1)
  const hasHit = distances.some(isHit)
  return distances.map((distance) => (hasHit ? Number(isHit(distance)) : 1 / distance))
}

const classification = (
  find: Find,
  { targets, byDistance, isVector, hasProbabilities }: NeighborsClassification,
  isHit: IsHit,
): Methods => {
  const columns = targets.length
  const scores = targets.map(({ classes }) => new Float64Array(classes.values.length))
  const predictInto = (data: Data, out: Float64Array): void =>
    find(data, (row, neighbors) => {
      const weights = weightsOf(neighbors, byDistance, isHit)
      for (const [column, { own, outlier }] of targets.entries())
        out[row * columns + column] =
          neighbors.indices.length === 0
            ? (outlier as number)
            : heaviest(neighbors.indices, weights, own, scores[column] as Float64Array)
    })
  const labels = targets.map((target) => target.labels)
  const predict = isVector ? vector(predictInto, { labels }) : matrix(columns, predictInto, { labels })
  if (!hasProbabilities) return { predict }
  const predictProba = targetProbabilities(
    targets.map(({ classes }) => classes),
    isVector,
    (data, out) => {
      const stride = scores.reduce((sum, { length }) => sum + length, 0)
      find(data, (row, neighbors) => {
        const weights = weightsOf(neighbors, byDistance, isHit)
        let at = row * stride
        for (const [column, { own, outlier }] of targets.entries()) {
          const count = (scores[column] as Float64Array).length
          out.fill(0, at, at + count)
          for (const [i, index] of neighbors.indices.entries()) {
            const place = at + (own[index] as number)
            out[place] = (out[place] as number) + (weights[i] as number)
          }
          if (neighbors.indices.length === 0 && (outlier as number) < count) out[at + (outlier as number)] = 1
          divideBy(out, at, count, numpySum(out, at, count) || 1)
          at += count
        }
      })
    },
  )
  return { predict, predictProba }
}

/** `weighted_mode`: of each class, the weights of its rows and zeros for the others are summed as numpy does. */
const heaviest = (indices: Int32Array, weights: Float64Array, own: Int32Array, scores: Float64Array): number => {
  const terms = new Float64Array(indices.length)
  for (let label = 0; label < scores.length; label++) {
    for (const [i, index] of indices.entries()) terms[i] = own[index] === label ? (weights[i] as number) : 0
    scores[label] = numpySum(terms, 0, terms.length)
  }
  return argmax(scores, 0, scores.length)
}

const averages =
  (find: Find, { own, outputs, byDistance, ofNone }: NeighborsRegression, isHit: IsHit): Output['into'] =>
  (data, out) =>
    find(data, (row, neighbors) => {
      const { indices } = neighbors
      const weights = weightsOf(neighbors, byDistance, isHit)
      const total = numpySum(weights, 0, weights.length)
      for (let output = 0; output < outputs; output++) {
        const terms = weights.map((weight, i) => weight * (own[(indices[i] as number) * outputs + output] as number))
        out[row * outputs + output] = indices.length === 0 ? ofNone : numpySum(terms, 0, terms.length) / total
      }
    })

const outlierFactors = (find: Find, { reach, densities, offset }: OutlierFactor): Methods => {
  const scoresInto: Output['into'] = (data, out) =>
    find(data, (row, { distances, indices }) => {
      const count = indices.length
      const reached = distances.map((distance, i) => Math.max(distance, reach[indices[i] as number] as number))
      const density = 1 / (numpySum(reached, 0, count) / count + 1e-10)
      const ratios = Float64Array.from(indices, (index) => (densities[index] as number) / density)
      out[row] = -(numpySum(ratios, 0, count) / count)
    })
  const decisionInto: Output['into'] = (data, out) => {
    scoresInto(data, out)
    for (let row = 0; row < data.rows; row++) out[row] = (out[row] as number) - offset
  }
  return {
    predict: inliers(decisionInto, (score) => score >= 0),
    decisionFunction: vector(decisionInto),
    scoreSamples: vector(scoresInto),
  }
}
