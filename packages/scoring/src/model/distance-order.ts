/**
 * The order in which the library lists rows at equal distances follows from its algorithms. They are written here as it has
 * them: `sklearn/neighbors/binary_tree.pxi` (a heap of the nearest, then a quicksort) and numpy's `npysort/selection.c.src` and
 * `quicksort.c.src` (a partition, then a quicksort).
 */

const swap = (values: Float64Array, indices: Int32Array, i: number, j: number): void => {
  const [value, index] = [values[i] as number, indices[i] as number]
  values[i] = values[j] as number
  indices[i] = indices[j] as number
  values[j] = value
  indices[j] = index
}

/** Puts a row that is nearer than the farthest of the heap in the place of that. The farthest lies at 0. */
export const pushNearer = (distances: Float64Array, indices: Int32Array, distance: number, index: number): void => {
  if (!(distance < (distances[0] as number))) return
  const size = distances.length
  let place = 0
  for (;;) {
    const left = 2 * place + 1
    const right = left + 1
    if (left >= size) break
    const larger = right >= size || (distances[left] as number) >= (distances[right] as number) ? left : right
    if (!(distance < (distances[larger] as number))) break
    distances[place] = distances[larger] as number
    indices[place] = indices[larger] as number
    place = larger
  }
  distances[place] = distance
  indices[place] = index
}

export type Sort = 'quicksort' | 'introsort'

/** Sorts both by the values, in place. */
export const sortTogether = (values: Float64Array, indices: Int32Array, sort: Sort): void =>
  (sort === 'quicksort' ? quicksortTogether : introsortTogether)(values, indices)

const quicksortTogether = (values: Float64Array, indices: Int32Array): void => {
  const parts: [start: number, size: number][] = [[0, values.length]]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [start, size] = part
    const last = start + size - 1
    if (size <= 3) {
      insertionSort(values, indices, start, last)
      continue
    }
    const pivot = medianToEnd(values, indices, start, size)
    let store = start
    for (let i = start; i < last; i++)
      if ((values[i] as number) < pivot) {
        swap(values, indices, i, store)
        store++
      }
    swap(values, indices, store, last)
    parts.push([start, store - start], [store + 1, last - store])
  }
}

/** As scikit-learn does since 1.9: a partition around the median of three, and insertion for up to fifteen. */
const introsortTogether = (values: Float64Array, indices: Int32Array): void => {
  const parts: [start: number, size: number][] = [[0, values.length]]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [start, size] = part
    const last = start + size - 1
    if (size <= 15) {
      insertionSort(values, indices, start, last)
      continue
    }
    const pivot = medianToEnd(values, indices, start, size)
    let [up, down] = [start + 1, last - 1]
    for (;;) {
      while (up <= down && (values[up] as number) < pivot) up++
      while (up <= down && (values[down] as number) > pivot) down--
      if (up >= down) break
      swap(values, indices, up++, down--)
    }
    swap(values, indices, up, last)
    parts.push([start, up - start], [up + 1, last - up])
  }
}

const insertionSort = (values: Float64Array, indices: Int32Array, low: number, high: number): void => {
  for (let i = low + 1; i <= high; i++)
    for (let k = i; k > low && (values[k] as number) < (values[k - 1] as number); k--) swap(values, indices, k, k - 1)
}

/** Of the first, the middle and the last element, the least goes first and the median last. */
const medianToEnd = (values: Float64Array, indices: Int32Array, start: number, size: number): number => {
  const [middle, last] = [start + (size >> 1), start + size - 1]
  const exchangeIfGreater = (i: number, j: number): void => {
    if ((values[i] as number) > (values[j] as number)) swap(values, indices, i, j)
  }
  exchangeIfGreater(start, last)
  if ((values[last] as number) > (values[middle] as number)) {
    swap(values, indices, last, middle)
    exchangeIfGreater(start, last)
  }
  return values[last] as number
}

/** Moves the `count` smallest values to the front, sorted, as `argpartition` and `argsort` of numpy do. */
export const selectSmallest = (values: Float64Array, indices: Int32Array, count: number): void => {
  partition(values, indices, count - 1)
  quicksort(values, indices, count)
}

const partition = (values: Float64Array, indices: Int32Array, target: number): void => {
  const at = (i: number): number => values[i] as number
  const exchange = (i: number, j: number): void => swap(values, indices, i, j)
  let low = 0
  let high = values.length - 1
  if (target < 3) {
    for (let i = 0; i <= target; i++) {
      let least = i
      for (let k = i + 1; k < values.length; k++) if (at(k) < at(least)) least = k
      exchange(i, least)
    }
    return
  }
  if (target === high) {
    let most = 0
    for (let k = 1; k < values.length; k++) if (!(at(k) < at(most))) most = k
    exchange(target, most)
    return
  }
  while (low + 1 < high) {
    medianToFront(at, exchange, low, low + ((high - low) >> 1), high)
    const pivot = at(low)
    let [up, down] = [low + 1, high]
    for (;;) {
      do up++
      while (at(up) < pivot)
      do down--
      while (pivot < at(down))
      if (down < up) break
      exchange(up, down)
    }
    exchange(low, down)
    if (down >= target) high = down - 1
    if (down <= target) low = up
  }
  if (high === low + 1 && at(high) < at(low)) exchange(low, high)
}

/** The median of three goes to `low`, the least of them behind it. */
const medianToFront = (
  at: (i: number) => number,
  exchange: (i: number, j: number) => void,
  low: number,
  middle: number,
  high: number,
): void => {
  if (at(high) < at(middle)) exchange(high, middle)
  if (at(high) < at(low)) exchange(high, low)
  if (at(low) < at(middle)) exchange(low, middle)
  exchange(middle, low + 1)
}

/** Where the last element is at most this far from the first, insertion sorts. */
const smallPart = 15

const quicksort = (values: Float64Array, indices: Int32Array, count: number): void => {
  const at = (i: number): number => values[i] as number
  const exchange = (i: number, j: number): void => swap(values, indices, i, j)
  const parts: [low: number, high: number][] = [[0, count - 1]]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    let [low, high] = part
    while (high - low > smallPart) {
      const middle = low + ((high - low) >> 1)
      if (at(middle) < at(low)) exchange(middle, low)
      if (at(high) < at(middle)) exchange(high, middle)
      if (at(middle) < at(low)) exchange(middle, low)
      const pivot = at(middle)
      let [up, down] = [low, high - 1]
      exchange(middle, down)
      for (;;) {
        do up++
        while (at(up) < pivot)
        do down--
        while (pivot < at(down))
        if (up >= down) break
        exchange(up, down)
      }
      exchange(up, high - 1)
      // The larger part waits.
      if (up - low < high - up) {
        parts.push([up + 1, high])
        high = up - 1
      } else {
        parts.push([low, up - 1])
        low = up + 1
      }
    }
    insertionSort(values, indices, low, high)
  }
}
