import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CategorySplits, leafOf, type Trees } from '../model/trees.ts'
import { ensembleKernel, type TreeSumPlan } from './ensemble.ts'
import { quickScorer } from './quick-scorer.ts'

const columns = 3
const bound = Math.fround(1e-35)
/** Few enough that values meet thresholds and categories. */
const marks = [257.5, -0.5, 64, 1e300, -1e300, 2 ** 31, 2 ** 32, bound, bound * 2, Number.MIN_VALUE, Number.MAX_VALUE]
const smalls = [
  Number.NaN,
  0,
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1,
  -1,
  0.1,
  Math.fround(0.1),
  2,
  5,
  31,
  32,
  33,
]
const numbers = fc.constantFrom(...smalls, ...marks)
const thresholds = numbers.filter((value) => !Number.isNaN(value))

type Branch = { readonly low: Shape; readonly high: Shape }
type Shape = Branch | 'leaf'
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    fc.constant('leaf' as const),
    fc.record({ low: tie('shape'), high: tie('shape') }),
  ),
}))
/** As deep as a list is long. */
const chain = fc.integer({ min: 1, max: 300 }).map((length) => {
  let result: Shape = 'leaf'
  for (let i = 0; i < length; i++) result = i % 2 === 0 ? { low: result, high: 'leaf' } : { low: 'leaf', high: result }
  return result
})
const shapes = fc.oneof({ weight: 9, arbitrary: shape }, { weight: 1, arbitrary: chain })

const node = fc.record({
  feature: fc.nat(columns - 1),
  threshold: thresholds,
  missingLeft: fc.boolean(),
  zeroIsMissing: fc.boolean(),
  set: fc.option(fc.nat(3), { freq: 2 }),
  known: fc.option(fc.nat(3)),
})
type Node = typeof node extends fc.Arbitrary<infer T> ? T : never

const bits = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 3 })

/** Parents before children, the two children apart. */
const tableOf = (shapesOfTrees: readonly Shape[]) => {
  const roots: number[] = []
  const left: number[] = []
  const right: number[] = []
  for (const first of shapesOfTrees) {
    roots.push(left.length)
    const waiting: { of: Shape; parent: number; side: number[] }[] = [{ of: first, parent: -1, side: left }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { of, parent, side } = next
      const at = left.length
      if (parent >= 0) side[parent] = at
      left.push(-1)
      right.push(-1)
      if (of === 'leaf') continue
      waiting.push({ of: of.low, parent: at, side: left }, { of: of.high, parent: at, side: right })
    }
  }
  return { roots: Int32Array.from(roots), left: Int32Array.from(left), right: Int32Array.from(right) }
}

const cases = fc
  .record({
    shapes: fc.array(shapes, { minLength: 1, maxLength: 20 }),
    nodes: fc.array(node, { minLength: 1, maxLength: 30 }),
    sets: fc.array(bits, { minLength: 4, maxLength: 4 }),
    has: fc.record({ missing: fc.boolean(), zero: fc.boolean(), sets: fc.boolean(), known: fc.boolean() }),
    isByte: fc.boolean(),
    float32: fc.boolean(),
    asZero: fc.boolean(),
    outputs: fc.integer({ min: 1, max: 3 }),
    isWide: fc.boolean(),
    sumsAreSingle: fc.boolean(),
    rows: fc.array(fc.tuple(numbers, numbers, numbers), { minLength: 1, maxLength: 80 }),
  })
  .map(({ shapes: shapesOfTrees, nodes, sets, has, isByte, float32, asZero, outputs, isWide, sumsAreSingle, rows }) => {
    const table = tableOf(shapesOfTrees)
    const count = table.left.length
    const each = <T>(read: (one: Node) => T): T[] =>
      Array.from({ length: count }, (_, i) => read(nodes[i % nodes.length] as Node))
    const starts = Int32Array.from([0, ...sets.keys()].map((_, i) => sets.slice(0, i).flat().length))
    const categories: CategorySplits = {
      left: Int32Array.from(each(({ set }) => set ?? -1)),
      ...(has.known ? { known: Int32Array.from(each(({ known }) => known ?? -1)) } : {}),
      starts,
      words: Uint32Array.from(sets.flat()),
      isByte,
    }
    const width = isWide ? outputs : 1
    const trees: Trees = {
      columns,
      ...table,
      feature: Int32Array.from(each(({ feature }) => feature)),
      threshold: Float64Array.from(each(({ threshold }) => threshold)),
      missingLeft: has.missing
        ? Uint8Array.from(each(({ missingLeft, threshold }) => Number(asZero ? 0 <= threshold : missingLeft)))
        : undefined,
      values: Float64Array.from({ length: count * width }, (_, i) => Math.fround((i % 17) / 7 - 1)),
      width,
      ...(has.sets ? { categories } : {}),
      ...(has.zero ? { zeroIsMissing: Uint8Array.from(each(({ zeroIsMissing }) => Number(zeroIsMissing))) } : {}),
      float32,
    }
    const plan: TreeSumPlan = {
      trees,
      taken: 'any',
      outputs,
      width,
      outputOf: isWide ? undefined : Int32Array.from(table.roots, (_, tree) => tree % outputs),
      leafValues: (leaf, _tree, into, at) => {
        for (let i = 0; i < width; i++) into[at + i] = trees.values[leaf * width + i] as number
      },
      sumsAreSingle,
    }
    return { plan, rows: Float64Array.from(rows.flat()) }
  })

/** The same, by the plain walk of one tree after the other. */
const plainly = (
  { trees, outputs, width, outputOf, sumsAreSingle }: TreeSumPlan,
  rows: Float64Array,
  sums: Float64Array,
) => {
  const values = trees.float32 ? rows.map(Math.fround) : rows
  const { columns } = trees
  for (let row = 0; row < rows.length / columns; row++)
    for (const [tree, root] of trees.roots.entries())
      for (let i = 0, leaf = leafOf(trees, root, values, row * columns); i < width; i++) {
        const to = row * outputs + (outputOf?.[tree] ?? 0) + i
        const sum = (sums[to] as number) + (trees.values[leaf * width + i] as number)
        sums[to] = sumsAreSingle ? Math.fround(sum) : sum
      }
  return sums
}

it('gives the bits of the plain walk, whatever trees, rows and rules it is given', () => {
  fc.assert(
    fc.property(cases, ({ plan, rows }) => {
      const addRows = ensembleKernel(plan)
      if (addRows === undefined) throw new Error('There is no kernel for it.')
      const { outputs } = plan
      const count = rows.length / columns
      const begin = (): Float64Array => new Float64Array(count * outputs).fill(0.1)
      const expected = plainly(plan, rows, begin())
      const batch = begin()
      expect(addRows(rows, count, batch)).toBe(true)
      const singles = begin()
      for (let row = 0; row < count; row++) {
        const sums = singles.subarray(row * outputs, (row + 1) * outputs)
        expect(addRows(rows.subarray(row * columns, (row + 1) * columns), 1, sums)).toBe(true)
      }
      expect([...batch]).toEqual([...expected])
      expect([...singles]).toEqual([...expected])
    }),
    { seed: 5, numRuns: 400 },
  )
})

it('goes through more rows than it takes at once', () => {
  const [one] = fc.sample(
    cases.filter(({ plan }) => plan.trees.roots.length > 3),
    { seed: 11, numRuns: 1 },
  )
  if (one === undefined) throw new Error('There is no case.')
  const { plan } = one
  const count = 2_501
  const rows = Float64Array.from({ length: count * columns }, (_, i) => ((i * 7919) % 41) - 3)
  const sums = new Float64Array(count * plan.outputs)
  expect(ensembleKernel(plan)?.(rows, count, sums)).toBe(true)
  expect([...sums]).toEqual([...plainly(plan, rows, new Float64Array(sums.length))])
})

const oneNode = (taken: TreeSumPlan['taken'], more: Partial<Trees> = {}): TreeSumPlan => ({
  trees: {
    columns: 1,
    roots: Int32Array.of(0),
    feature: Int32Array.of(0),
    threshold: Float64Array.of(0),
    left: Int32Array.of(-1),
    right: Int32Array.of(-1),
    missingLeft: undefined,
    values: Float64Array.of(2),
    width: 1,
    float32: false,
    ...more,
  },
  taken,
  outputs: 1,
  width: 1,
  outputOf: undefined,
  leafValues: (_leaf, _tree, into, at) => {
    into[at] = 0.1
  },
  sumsAreSingle: false,
})

/** As many leaves as are asked for, the splits anywhere. */
const anyShape = (leaves: number, next: () => number): Shape => {
  if (leaves === 1) return 'leaf'
  const low = 1 + (next() % (leaves - 1))
  return { low: anyShape(low, next), high: anyShape(leaves - low, next) }
}

/** 40 trees over two columns, of which the second is missing for half of the rows; thresholds are multiples of a tenth. */
const someTrees = (leaves: number, thresholds: number): TreeSumPlan => {
  let state = 1
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 8
  }
  const table = tableOf(Array.from({ length: 40 }, () => anyShape(leaves, next)))
  const count = table.left.length
  return {
    ...oneNode('any', {
      columns: 2,
      ...table,
      feature: Int32Array.from({ length: count }, (_, node) => node % 2),
      threshold: Float64Array.from({ length: count }, (_, node) => ((node >> 1) % thresholds) / 10),
      missingLeft: new Uint8Array(count),
    }),
    leafValues: (leaf, _tree, into, at) => {
      into[at] = Math.sin(leaf)
    },
  }
}

it('gives the bits of the plain walk with as many leaves and thresholds as are asked without one, and with one more', () => {
  const rows = Float64Array.from({ length: 2 * 1_300 }, (_, i) => {
    const threshold = (i >> 3) / 10
    if (i % 2 === 1) return i % 4 === 1 ? Number.NaN : (i * 7) % 27
    return [threshold, threshold * (1 + 2 ** -52), threshold * (1 - 2 ** -53), -threshold][(i >> 1) % 4] as number
  })
  const isQuick = (leaves: number, thresholds: number): boolean => {
    const plan = someTrees(leaves, thresholds)
    const { trees } = plan
    const values = Float64Array.from(trees.left, (_, leaf) => Math.sin(leaf))
    const expected = plainly({ ...plan, trees: { ...trees, values } }, rows, new Float64Array(1_300))
    const sums = new Float64Array(1_300)
    expect(ensembleKernel(plan)?.(rows, 1_300, sums)).toBe(true)
    expect([...sums]).toEqual([...expected])
    return quickScorer(trees, () => 0) !== undefined
  }
  expect(isQuick(64, 255)).toBe(true)
  expect(isQuick(65, 255)).toBe(false)
  expect(isQuick(64, 256)).toBe(false)
  expect(isQuick(1, 1)).toBe(true)
})

/** Too many for what works without a walk. */
const manyLeaves = (taken: TreeSumPlan['taken'], float32: boolean): TreeSumPlan => {
  const { leafValues, trees } = someTrees(65, 100)
  return {
    ...oneNode(taken, { ...trees, columns: 1, feature: new Int32Array(trees.left.length), float32 }),
    leafValues,
  }
}

it('refuses rows with numbers that the model does not take', () => {
  const taken = (what: TreeSumPlan['taken'], float32: boolean, ...values: number[]): boolean[] =>
    values.map((value) => {
      const quick = ensembleKernel(oneNode(what, { float32 }))
      const one = quick?.(Float64Array.of(value), 1, Float64Array.of(0))
      const last = new Float64Array(70)
      last[69] = value
      expect(quick?.(last, 70, new Float64Array(70))).toBe(one)
      const walked = ensembleKernel(manyLeaves(what, float32))
      expect(walked?.(last, 70, new Float64Array(70))).toBe(one)
      return one ?? false
    })
  const hard = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39, 1] as const
  expect(taken('finite', false, ...hard)).toEqual([false, false, false, true, true])
  expect(taken('finite', true, ...hard)).toEqual([false, false, false, false, true])
  expect(taken('missing', true, ...hard)).toEqual([true, false, false, false, true])
  expect(taken('any', true, ...hard)).toEqual([true, true, true, true, true])
})

it('leaves to the plain walk what it does not know', () => {
  const plan = oneNode('missing', {
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    feature: new Int32Array(3),
    threshold: Float64Array.of(Number.NaN, 0, 0),
    missingLeft: Uint8Array.of(1, 0, 0),
  })
  expect(ensembleKernel(plan)).toBeUndefined()
  // A leaf of 0.1 is no float32.
  expect(ensembleKernel({ ...oneNode('any'), sumsAreSingle: true })).toBeUndefined()
})

it('gives every model a memory of its own, of which a process can have hundreds', () => {
  const ensembles = Array.from({ length: 300 }, () => ensembleKernel(oneNode('any')))
  expect(ensembles.every((one) => one !== undefined)).toBe(true)
})
