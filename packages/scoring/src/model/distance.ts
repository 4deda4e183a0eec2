/**
 * How far two rows are apart, by the names of scikit-learn's and scipy's metrics without their synonyms. `power`, `weights` and
 * `matrix` are what the metric has as parameters.
 */
export type Metric =
  | { readonly type: PlainMetric }
  /** scipy's Bray-Curtis, which divides by magnitudes of sums; scikit-learn's divides by sums of magnitudes. */
  | { readonly type: 'braycurtis-of-sums' }
  | { readonly type: 'minkowski'; readonly power: number; readonly weights: Float64Array | undefined }
  /** Minkowski with weights inside the power. */
  | { readonly type: 'wminkowski'; readonly power: number; readonly weights: Float64Array }
  | { readonly type: 'seuclidean'; readonly variances: Float64Array }
  | { readonly type: 'mahalanobis'; readonly matrix: Float64Array }

export const plainMetrics = [
  'euclidean',
  'sqeuclidean',
  'manhattan',
  'chebyshev',
  'hamming',
  'canberra',
  'braycurtis',
  'cosine',
  'correlation',
  'haversine',
  'jaccard',
  'matching',
  'dice',
  'kulsinski',
  'rogerstanimoto',
  'russellrao',
  'sokalmichener',
  'sokalsneath',
] as const
export type PlainMetric = (typeof plainMetrics)[number]

/** The distance between `columns` values of `a` from `i` and of `b` from `j`. */
export type RowDistance = (a: Float64Array, i: number, b: Float64Array, j: number) => number

/**
 * `reduced` orders rows as the distance does but is cheaper, such as the square of the Euclidean; the library compares these.
 */
export type Distance = {
  readonly reduced: RowDistance
  readonly toReduced: (distance: number) => number
  readonly fromReduced: (reduced: number) => number
  /** The power by which differences of single features add up to `reduced`; Infinity where the largest counts. */
  readonly power: number
}

export const distanceOf = (metric: Metric, columns: number): Distance => {
  switch (metric.type) {
    case 'euclidean':
      return { reduced: squares(columns), ...rooted(2) }
    case 'minkowski':
      return { reduced: powers(columns, metric.power, metric.weights), ...rooted(metric.power) }
    case 'wminkowski':
      return {
        reduced: powers(
          columns,
          metric.power,
          metric.weights.map((weight) => weight ** metric.power),
        ),
        ...rooted(metric.power),
      }
    case 'seuclidean': {
      const { variances } = metric
      const reduced: RowDistance = (a, i, b, j) => {
        let sum = 0
        for (let c = 0; c < columns; c++) {
          const difference = (a[i + c] as number) - (b[j + c] as number)
          sum += (difference * difference) / (variances[c] as number)
        }
        return sum
      }
      return { reduced, ...rooted(2) }
    }
    case 'mahalanobis':
      return { reduced: quadraticForm(columns, metric.matrix), ...rooted(2) }
    case 'haversine':
      return {
        reduced: haversine,
        toReduced: (distance) => Math.sin(distance / 2) ** 2,
        fromReduced: (reduced) => 2 * Math.asin(Math.sqrt(reduced)),
        power: 1,
      }
    case 'chebyshev':
      return { ...unreduced(largest(columns)), power: Number.POSITIVE_INFINITY }
    default:
      return unreduced(plain(metric.type, columns))
  }
}

const rooted = (power: number): Pick<Distance, 'toReduced' | 'fromReduced' | 'power'> =>
  power === 2
    ? { toReduced: (distance) => distance * distance, fromReduced: Math.sqrt, power }
    : { toReduced: (distance) => distance ** power, fromReduced: (reduced) => reduced ** (1 / power), power }

const unreduced = (reduced: RowDistance): Distance => ({
  reduced,
  toReduced: (distance) => distance,
  fromReduced: (distance) => distance,
  power: 1,
})

const squares =
  (columns: number): RowDistance =>
  (a, i, b, j) => {
    let sum = 0
    for (let c = 0; c < columns; c++) {
      const difference = (a[i + c] as number) - (b[j + c] as number)
      sum += difference * difference
    }
    return sum
  }

const powers =
  (columns: number, power: number, weights: Float64Array | undefined): RowDistance =>
  (a, i, b, j) => {
    let sum = 0
    for (let c = 0; c < columns; c++)
      sum += (weights?.[c] ?? 1) * Math.abs((a[i + c] as number) - (b[j + c] as number)) ** power
    return sum
  }

const largest =
  (columns: number): RowDistance =>
  (a, i, b, j) => {
    let most = 0
    for (let c = 0; c < columns; c++) most = Math.max(most, Math.abs((a[i + c] as number) - (b[j + c] as number)))
    return most
  }

const quadraticForm = (columns: number, matrix: Float64Array): RowDistance => {
  const differences = new Float64Array(columns)
  return (a, i, b, j) => {
    for (let c = 0; c < columns; c++) differences[c] = (a[i + c] as number) - (b[j + c] as number)
    let sum = 0
    for (let row = 0; row < columns; row++) {
      let product = 0
      for (let c = 0; c < columns; c++) product += (matrix[row * columns + c] as number) * (differences[c] as number)
      sum += product * (differences[row] as number)
    }
    return sum
  }
}

const haversine: RowDistance = (a, i, b, j) => {
  const [latitude, longitude] = [a[i] as number, a[i + 1] as number]
  const [otherLatitude, otherLongitude] = [b[j] as number, b[j + 1] as number]
  const first = Math.sin(0.5 * (latitude - otherLatitude))
  const second = Math.sin(0.5 * (longitude - otherLongitude))
  return first * first + Math.cos(latitude) * Math.cos(otherLatitude) * second * second
}

const plain = (
  type: Exclude<PlainMetric, 'euclidean' | 'chebyshev' | 'haversine'> | 'braycurtis-of-sums',
  columns: number,
): RowDistance => {
  switch (type) {
    case 'sqeuclidean':
      return squares(columns)
    case 'manhattan':
      return summed(columns, (x, y) => Math.abs(x - y))
    case 'hamming': {
      const count = summed(columns, (x, y) => (x === y ? 0 : 1))
      return (a, i, b, j) => count(a, i, b, j) / columns
    }
    case 'canberra':
      return summed(columns, (x, y) => {
        const sum = Math.abs(x) + Math.abs(y)
        return sum > 0 ? Math.abs(x - y) / sum : 0
      })
    case 'braycurtis':
      return brayCurtis(columns, (x, y) => Math.abs(x) + Math.abs(y))
    case 'braycurtis-of-sums':
      return brayCurtis(columns, (x, y) => Math.abs(x + y))
    case 'cosine':
      return angle(columns, () => 0)
    case 'correlation':
      return angle(columns, mean)
    default:
      return ofTruths(type, columns)
  }
}

const summed =
  (columns: number, term: (x: number, y: number) => number): RowDistance =>
  (a, i, b, j) => {
    let sum = 0
    for (let c = 0; c < columns; c++) sum += term(a[i + c] as number, b[j + c] as number)
    return sum
  }

const brayCurtis = (columns: number, term: (x: number, y: number) => number): RowDistance => {
  const difference = summed(columns, (x, y) => Math.abs(x - y))
  const total = summed(columns, term)
  return (a, i, b, j) => {
    const sum = total(a, i, b, j)
    return sum > 0 ? difference(a, i, b, j) / sum : 0
  }
}

const mean = (values: Float64Array, start: number, count: number): number => {
  let sum = 0
  for (let i = start; i < start + count; i++) sum += values[i] as number
  return sum / count
}

/** One less the cosine between the rows, each less its centre. A row of length zero is at a right angle to all. */
const angle =
  (columns: number, centre: (values: Float64Array, start: number, count: number) => number): RowDistance =>
  (a, i, b, j) => {
    const [middle, other] = [centre(a, i, columns), centre(b, j, columns)]
    let [product, length, otherLength] = [0, 0, 0]
    for (let c = 0; c < columns; c++) {
      const [x, y] = [(a[i + c] as number) - middle, (b[j + c] as number) - other]
      product += x * y
      length += x * x
      otherLength += y * y
    }
    const scale = (Math.sqrt(length) || 1) * (Math.sqrt(otherLength) || 1)
    return Math.min(2, Math.max(0, 1 - product / scale))
  }

type TruthMetric =
  | 'jaccard'
  | 'matching'
  | 'dice'
  | 'kulsinski'
  | 'rogerstanimoto'
  | 'russellrao'
  | 'sokalmichener'
  | 'sokalsneath'

/** Metrics of truth values, where all but zero is true: by how many features are true in both, and true in one only. */
const ofTruths = (type: TruthMetric, columns: number): RowDistance => {
  const both = summed(columns, (x, y) => (x !== 0 && y !== 0 ? 1 : 0))
  const single = summed(columns, (x, y) => ((x !== 0) !== (y !== 0) ? 1 : 0))
  const formula = truthFormulas[type]
  return (a, i, b, j) => formula(both(a, i, b, j), single(a, i, b, j), columns)
}

const ratio = (part: number, whole: number): number => (part === 0 ? 0 : part / whole)

const truthFormulas: Readonly<Record<TruthMetric, (both: number, single: number, size: number) => number>> = {
  jaccard: (both, single) => ratio(single, both + single),
  matching: (_, single, size) => single / size,
  dice: (both, single) => ratio(single, 2 * both + single),
  kulsinski: (both, single, size) => (single - both + size) / (single + size),
  rogerstanimoto: (_, single, size) => (2 * single) / (size + single),
  russellrao: (both, _, size) => (size - both) / size,
  sokalmichener: (_, single, size) => (2 * single) / (size + single),
  sokalsneath: (both, single) => ratio(single, 0.5 * both + single),
}
