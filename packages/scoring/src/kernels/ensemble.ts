import type { Trees } from '../model/trees.ts'
import { places } from './memory.ts'
import { firstAddress, type KernelExports, kernelInstance } from './module.ts'
import { type QuickLayout, type QuickScorer, quickLayout, quickScorer, writeQuick } from './quick-scorer.ts'

/** Trees of which each adds what its leaf holds to some of a row's sums. */
export type TreeSumPlan = {
  readonly trees: Trees
  /** Which numbers the model takes; it rounds them first where `trees.float32`. */
  readonly taken: 'finite' | 'missing' | 'any'
  /** Sums a row. */
  readonly outputs: number
  /** How many sums each tree adds to: one, or all. */
  readonly width: number
  /** To which sum each tree adds; undefined: to the first, or from it on. */
  readonly outputOf: Int32Array | undefined
  /** Writes the `width` numbers that `leaf` of `tree` adds. */
  readonly leafValues: (leaf: number, tree: number, into: Float64Array, at: number) => void
  /** Sums are rounded to float32 whenever something is added. */
  readonly sumsAreSingle: boolean
}

/** Adds to each row's sums; false where the rows hold a number that the model does not take. */
export type AddRows = (values: Float64Array, rows: number, sums: Float64Array) => boolean

// The structures of trees.c.
const nodeBytes = 16
const treeBytes = 16
const lanes = 8
const forms = { asIs: 0, missingIsLeast: 1, missingIsZero: 2, zeroIsMissing: 3, zeroAndMissingAreLeast: 4, category: 5 }
const formCount = 6
const takenNumbers = { finite: 0, missing: 1, any: 2 } as const
const headerWords = 27
/**
 * Rows of a block, in all their forms, are to stay in the first cache beside a tree; where the trees do not fit the second, a
 * larger block reads them less often.
 */
const blockBytes = (nodes: number): number => (nodes * nodeBytes > 2 ** 20 ? 256 * 1024 : 24 * 1024)
const mostRowsOfBlock = 1024
const mostBytes = 2 ** 31
/** Fewer cost less one by one: eight lanes, or sixteen, would go empty for the most part. */
const fewestRowsOfBatch = 5

/** Over a WebAssembly memory of its own; undefined where it cannot be had, or the ensemble has what the walker does not know. */
export const ensembleKernel = (plan: TreeSumPlan): AddRows | undefined => {
  if (!isWalkable(plan.trees)) return undefined
  const layout = layoutOf(plan)
  if (layout.end > mostBytes) return undefined
  const instance = kernelInstance(layout.end)
  if (instance === undefined) return undefined
  writeEnsemble(plan, layout, instance.buffer)
  if (plan.sumsAreSingle && !holdsSingle(new Float64Array(instance.buffer, layout.values, layout.leaves * plan.width)))
    return undefined
  return addRows(plan, layout, instance.buffer, instance.exports)
}

/** A threshold of NaN sends missing values to the left nowhere but in a file that was made by hand. */
const isWalkable = ({ threshold, left, missingLeft }: Trees): boolean => {
  if (missingLeft === undefined) return true
  for (let node = 0; node < threshold.length; node++)
    if (Number.isNaN(threshold[node]) && missingLeft[node] === 1 && left[node] !== -1) return false
  return true
}

/** Single rows are added in float32, which gives the same only where the leaves hold float32, as XGBoost's do. */
const holdsSingle = (values: Float64Array): boolean => values.every((value) => Object.is(Math.fround(value), value))

type Layout = {
  readonly forms: readonly number[]
  readonly formOf: (node: number) => number
  readonly block: number
  readonly sets: CategoryWords | undefined
  readonly leaves: number
  readonly trees: number
  readonly byDepth: number
  readonly nodes: number
  readonly values: number
  readonly words: number
  readonly rows: number
  readonly lanes: number
  readonly sums: number
  readonly leavesOfRow: number
  /** For batches; undefined where they are walked. */
  readonly quick: (QuickLayout & { readonly scorer: QuickScorer }) | undefined
  readonly end: number
}

const layoutOf = (plan: TreeSumPlan): Layout => {
  const { trees, outputs, width } = plan
  const { columns, left, roots } = trees
  const formOf = formsOf(plan)
  const used = new Uint8Array(formCount)
  let leaves = 1
  for (let node = 0; node < left.length; node++)
    if (left[node] === -1) leaves++
    else used[formOf(node)] = 1
  const found = Array.from(used.keys()).filter((form) => used[form] === 1)
  const rowBytes = columns * Math.max(found.length, 1) * 8
  const rowsOfBlock = Math.floor(blockBytes(left.length) / rowBytes / lanes) * lanes
  const sets = trees.categories === undefined ? undefined : categoryWords(trees)
  const { take, end } = places(firstAddress + headerWords * 4)
  const count = roots.length
  const scorer = quickScorer(trees, formOf)
  const quick = scorer === undefined ? undefined : { scorer, ...quickLayout(scorer, take) }
  const block = quick?.block ?? Math.min(mostRowsOfBlock, Math.max(lanes, rowsOfBlock))
  const layout: Layout = {
    forms: found.length === 0 ? [forms.asIs] : found,
    formOf,
    block,
    sets,
    leaves,
    quick,
    rows: take(block * columns * 8),
    lanes: take((quick === undefined ? block : lanes) * rowBytes),
    sums: take(block * outputs * 8),
    leavesOfRow: take((count + 1) * 4),
    trees: take((count + 1) * treeBytes),
    byDepth: take((count + lanes) * 4),
    // A root lies alone in a pair of its own.
    nodes: take((left.length + count + 2) * nodeBytes),
    values: take(leaves * width * 8),
    words: take((sets?.words.length ?? 0) * 4),
    end: 0,
  }
  return { ...layout, end: end() }
}

/** In what form each node that is not a leaf looks for its value, so that one comparison decides. */
const formsOf = ({ trees, taken }: TreeSumPlan): ((node: number) => number) => {
  const { left, threshold, missingLeft, categories, zeroIsMissing } = trees
  const isCategory = (node: number): boolean => (categories?.left[node] ?? -1) >= 0
  const ofMissing = (): ((node: number) => number) => {
    if (taken === 'finite' || missingLeft === undefined) return () => forms.asIs
    // Where missing values go as zeros do (LightGBM, fitted without any), one form is enough.
    for (let node = 0; node < left.length; node++)
      if (
        left[node] !== -1 &&
        !isCategory(node) &&
        zeroIsMissing?.[node] !== 1 &&
        (missingLeft[node] === 1) !== 0 <= (threshold[node] as number)
      )
        return (at) => (missingLeft[at] === 1 ? forms.missingIsLeast : forms.asIs)
    return () => forms.missingIsZero
  }
  const ordinary = ofMissing()
  if (categories === undefined && zeroIsMissing === undefined) return ordinary
  return (node) => {
    if (isCategory(node)) return forms.category
    if (zeroIsMissing?.[node] !== 1) return ordinary(node)
    return missingLeft?.[node] === 1 ? forms.zeroAndMissingAreLeast : forms.zeroIsMissing
  }
}

/** Sets as the walker reads them: bit 0 is for missing values, bit c + 1 for category c. */
type CategoryWords = {
  readonly words: Uint32Array
  /** Of each node that asks for a category: its first word, how many bits it has, and whether what it has goes right. */
  readonly starts: Map<number, { readonly first: number; readonly bits: number; readonly goesRight: boolean }>
}

const categoryWords = ({ categories, missingLeft, left }: Trees): CategoryWords => {
  if (categories === undefined) throw new Error('There are no categories.')
  const words: number[] = []
  const starts: CategoryWords['starts'] = new Map()
  for (let node = 0; node < left.length; node++) {
    const set = categories.left[node] as number
    if (set < 0 || left[node] === -1) continue
    const missing = missingLeft?.[node] === 1
    const all = categories.known?.[node] ?? -1
    // Unknown categories go where missing ones go. If that is left, the set that goes right is the one that can be listed.
    const goesRight = missing && all >= 0
    const wordOf = (of: number, i: number): number => {
      const at = (categories.starts[of] as number) + i
      return at < (categories.starts[of + 1] as number) ? (categories.words[at] as number) : 0
    }
    const listed = goesRight ? all : set
    const size = (categories.starts[listed + 1] as number) - (categories.starts[listed] as number)
    const first = words.length
    let carried = missing && !goesRight ? 1 : 0
    for (let i = 0; i < size; i++) {
      const word = goesRight ? wordOf(all, i) & ~wordOf(set, i) : wordOf(set, i)
      words.push(((word << 1) | carried) >>> 0)
      carried = word >>> 31
    }
    words.push(carried)
    starts.set(node, { first, bits: size * 32 + 1, goesRight })
  }
  return { words: Uint32Array.from(words), starts }
}

const writeEnsemble = (plan: TreeSumPlan, layout: Layout, buffer: ArrayBuffer): void => {
  const { trees, outputs, width, outputOf, leafValues, sumsAreSingle, taken } = plan
  const { columns, roots, feature, threshold, left, right, float32 } = trees
  const ints = new Int32Array(buffer)
  const floats = new Float64Array(buffer)
  const values = floats.subarray(layout.values / 8, layout.values / 8 + layout.leaves * width)
  const copyOf = new Int32Array(formCount)
  for (const [copy, form] of layout.forms.entries()) copyOf[form] = copy
  if (layout.sets !== undefined) new Uint32Array(buffer).set(layout.sets.words, layout.words / 4)

  // The empty tree's leaf is the first.
  if (layout.quick !== undefined) writeQuick(layout.quick.scorer, layout.quick, buffer, 1, outputOf)

  let leaves = 0
  const writeLeaf = (at: number): void => {
    ints[at / 4] = leaves++
    // What makes the number above a NaN.
    ints[at / 4 + 1] = 0x7ff80000
    ints[at / 4 + 2] = 0
    ints[at / 4 + 3] = at
  }
  const writeSplit = (node: number, at: number, rightAt: number): void => {
    const form = layout.formOf(node)
    ints[at / 4 + 2] = ((copyOf[form] as number) * columns + (feature[node] as number)) * lanes * 8
    ints[at / 4 + 3] = rightAt
    if (form !== forms.category) {
      floats[at / 8] = threshold[node] as number
      return
    }
    const set = layout.sets?.starts.get(node)
    if (set === undefined) throw new Error(`Node ${node} has no set.`)
    ints[at / 4] = layout.words + set.first * 4
    ints[at / 4 + 1] = set.bits
    ints[at / 4 + 3] = rightAt + 1 + (set.goesRight ? 2 : 0)
  }

  // The empty tree: one leaf that adds nothing, and is never added.
  let next = layout.nodes
  const emptyAt = next
  writeLeaf(emptyAt)
  next += 2 * nodeBytes
  const depths = new Int32Array(roots.length)
  const stack: number[] = []
  for (const [tree, root] of roots.entries()) {
    let deepest = 0
    let leafDepths = 0
    const leavesBefore = leaves
    const rootAt = next + nodeBytes
    next += 2 * nodeBytes
    stack.push(root, rootAt, 0)
    while (stack.length > 0) {
      const depth = stack.pop() as number
      const at = stack.pop() as number
      const node = stack.pop() as number
      if (left[node] === -1) {
        leafValues(node, tree, values, leaves * width)
        writeLeaf(at)
        leafDepths += depth
        if (depth > deepest) deepest = depth
        continue
      }
      const children = next
      next += 2 * nodeBytes
      writeSplit(node, at, children + nodeBytes)
      stack.push(right[node] as number, children + nodeBytes, depth + 1, left[node] as number, children, depth + 1)
    }
    depths[tree] = deepest
    const mean = leafDepths / (leaves - leavesBefore)
    const isUneven = deepest > mean + unevenSteps
    ints.set(
      [rootAt, isUneven ? Math.floor(mean) : deepest, isUneven ? 1 : 0, outputOf?.[tree] ?? 0],
      layout.trees / 4 + tree * (treeBytes / 4),
    )
  }
  ints.set([emptyAt, 0, 0, 0], layout.trees / 4 + roots.length * (treeBytes / 4))
  const padded = Math.ceil(roots.length / lanes) * lanes
  const order = new Int32Array(padded).fill(roots.length)
  order.set(
    Int32Array.from(roots.keys()).sort((a, b) => (depths[a] as number) - (depths[b] as number)),
    padded - roots.length,
  )
  ints.set(order, layout.byDepth / 4)
  ints.set(
    [
      layout.block,
      columns,
      float32 ? 1 : 0,
      takenNumbers[taken],
      trees.categories?.isByte === true ? 1 : 0,
      layout.forms.length,
      ...Array.from({ length: formCount }, (_, copy) => layout.forms[copy] ?? 0),
      roots.length,
      outputs,
      width,
      trees.categories === undefined ? 0 : 1,
      sumsAreSingle ? 1 : 0,
      layout.trees,
      layout.byDepth,
      layout.values,
      layout.rows,
      layout.lanes,
      layout.sums,
      layout.leavesOfRow,
      layout.quick?.quick ?? 0,
    ],
    firstAddress / 4,
  )
}

/** A tree that is this much deeper than its leaves are on average is walked until all lanes have come to a leaf. */
const unevenSteps = 2

const addRows = (
  { trees: { columns }, outputs }: TreeSumPlan,
  layout: Layout,
  buffer: ArrayBuffer,
  { addOne, addBatch, quickScore }: KernelExports,
): AddRows => {
  const { quick, block } = layout
  const rowsView = new Float64Array(buffer, layout.rows, block * columns)
  const sumsView = new Float64Array(buffer, layout.sums, block * outputs)
  const add = quick === undefined ? addBatch : quickScore
  const addEach: AddRows = (values, rows, sums) => {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < columns; i++) rowsView[i] = values[row * columns + i] as number
      for (let i = 0; i < outputs; i++) sumsView[i] = sums[row * outputs + i] as number
      if (addOne(firstAddress) !== 0) return false
      for (let i = 0; i < outputs; i++) sums[row * outputs + i] = sumsView[i] as number
    }
    return true
  }
  return (values, rows, sums) => {
    if (rows < fewestRowsOfBatch) return addEach(values, rows, sums)
    for (let from = 0; from < rows; from += block) {
      const count = Math.min(block, rows - from)
      rowsView.set(values.subarray(from * columns, (from + count) * columns))
      sumsView.set(sums.subarray(from * outputs, (from + count) * outputs))
      if (add(firstAddress, count) !== 0) return false
      const sumsNow = count === block ? sumsView : sumsView.subarray(0, count * outputs)
      sums.set(sumsNow, from * outputs)
    }
    return true
  }
}
