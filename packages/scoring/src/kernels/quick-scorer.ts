import type { Trees } from '../model/trees.ts'
import type { Places } from './memory.ts'

/** An ensemble as quick-scorer.c takes it: what is to be asked of a row, and what each answer takes away of a tree's leaves. */
export type QuickScorer = {
  readonly questions: readonly Question[]
  /** One a tree. */
  readonly sets: readonly LeafSets[]
}

/** The nodes that ask for one column in one form. */
type Question = {
  readonly column: number
  readonly form: number
  /** In rising order, each once. */
  readonly thresholds: Float64Array
}

type LeafSets = {
  /** Of each eight leaves, from the left. */
  readonly cuts: readonly (readonly Cut[])[]
  readonly leaves: number
}

type Cut = {
  /** Index of the question, and of the node's threshold in it. */
  readonly question: number
  readonly rank: number
  /** Of the eight leaves, as bits. */
  readonly taken: number
}

// The structures of quick-scorer.c.
const quickBytes = 20
const questionBytes = 16
const cutBytes = 8
const setsBytes = 32
/** Ranks are bytes. */
const mostThresholds = 255
/** Larger trees are walked in less time than all their nodes are asked. */
const mostLeaves = 64
/** Ranks of a block stay in the first cache beside a tree; so many rows are asked at once. */
const blockBytes = 24 * 1024
const mostRowsOfBlock = 512
const rowsAtOnce = 64
/** Undefined where a tree has too many leaves, or a column is compared with too many thresholds, or with a set. */
export const quickScorer = (trees: Trees, formOf: (node: number) => number): QuickScorer | undefined => {
  const { roots, left, threshold, categories } = trees
  if (categories !== undefined || threshold.some(Number.isNaN)) return undefined
  for (const root of roots) if (!isSmall(trees, root)) return undefined
  const questions = questionsOf(trees, formOf)
  if (questions === undefined) return undefined
  const ranks = questions.map(({ thresholds }) => new Map(Array.from(thresholds, (value, rank) => [value, rank])))
  const indexOf = new Map(questions.map(({ column, form }, index) => [keyOf(trees, column, form), index]))

  const setsOf = (root: number): LeafSets => {
    const cuts: Cut[][] = []
    let leaves = 0
    const visit = (node: number): void => {
      if (left[node] === -1) {
        if (leaves % 8 === 0) cuts.push([])
        leaves++
        return
      }
      const first = leaves
      visit(left[node] as number)
      const question = indexOf.get(keyOf(trees, trees.feature[node] as number, formOf(node))) as number
      const rank = ranks[question]?.get(threshold[node] as number) as number
      for (let eight = first >> 3; eight * 8 < leaves; eight++) {
        const from = Math.max(first - eight * 8, 0)
        const to = Math.min(leaves - eight * 8, 8)
        cuts[eight]?.push({ question, rank, taken: (1 << to) - (1 << from) })
      }
      visit(trees.right[node] as number)
    }
    visit(root)
    return { cuts, leaves }
  }
  return { questions, sets: Array.from(roots, setsOf) }
}

const keyOf = ({ columns }: Trees, column: number, form: number): number => form * columns + column

const isSmall = ({ left, right }: Trees, root: number): boolean => {
  const stack = [root]
  let leaves = 0
  for (let node = stack.pop(); node !== undefined; node = stack.pop())
    if (left[node] !== -1) stack.push(left[node] as number, right[node] as number)
    else if (++leaves > mostLeaves) return false
  return true
}

const questionsOf = (trees: Trees, formOf: (node: number) => number): readonly Question[] | undefined => {
  const { columns, left, feature, threshold } = trees
  const found = new Map<number, Set<number>>()
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue
    const key = keyOf(trees, feature[node] as number, formOf(node))
    const values = found.get(key) ?? new Set()
    found.set(key, values.add(threshold[node] as number))
    if (values.size > mostThresholds) return undefined
  }
  return Array.from(found, ([key, values]) => ({
    column: key % columns,
    form: Math.floor(key / columns),
    thresholds: Float64Array.from(values).sort(),
  }))
}

export type QuickLayout = {
  /** Rows that are taken at once. */
  readonly block: number
  /** Where the structure of the scorer lies, and all that it points to. */
  readonly quick: number
  readonly questions: number
  readonly thresholds: number
  readonly sets: number
  readonly cuts: number
  readonly ranks: number
  readonly leaves: number
}

export const quickLayout = ({ questions, sets }: QuickScorer, take: Places['take']): QuickLayout => {
  const rowBytes = Math.max(questions.length, 1)
  const rows = Math.floor(blockBytes / rowBytes / rowsAtOnce) * rowsAtOnce
  const block = Math.min(mostRowsOfBlock, Math.max(rowsAtOnce, rows))
  return {
    block,
    quick: take(quickBytes),
    questions: take(questions.length * questionBytes),
    thresholds: take(sum(questions, ({ thresholds }) => thresholds.length) * 8),
    sets: take(sets.length * setsBytes),
    cuts: take(sum(sets, ({ cuts }) => sum(cuts, ({ length }) => length)) * cutBytes),
    ranks: take(block * rowBytes),
    leaves: take(block),
  }
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0)

/** Leaves are numbered tree after tree, from the left, from `firstLeaf` on. */
export const writeQuick = (
  { questions, sets }: QuickScorer,
  layout: QuickLayout,
  buffer: ArrayBuffer,
  firstLeaf: number,
  outputOf: Int32Array | undefined,
): void => {
  const ints = new Int32Array(buffer)
  const shorts = new Uint16Array(buffer)
  const bytes = new Int8Array(buffer)
  const floats = new Float64Array(buffer)
  ints.set([questions.length, layout.questions, layout.sets, layout.ranks, layout.leaves], layout.quick / 4)
  let threshold = layout.thresholds
  for (const [index, { column, form, thresholds }] of questions.entries()) {
    ints.set([column, form, thresholds.length, threshold], (layout.questions + index * questionBytes) / 4)
    floats.set(thresholds, threshold / 8)
    threshold += thresholds.length * 8
  }
  let at = layout.cuts
  let leaf = firstLeaf
  for (const [tree, { cuts, leaves }] of sets.entries()) {
    const own = layout.sets + tree * setsBytes
    ints[own / 4] = at
    const lastFirst = cuts.toReversed()
    shorts.set(
      lastFirst.map(({ length }) => length),
      own / 2 + 2,
    )
    ints.set([cuts.length, leaf, outputOf?.[tree] ?? 0], own / 4 + 5)
    leaf += leaves
    for (const { question, rank, taken } of lastFirst.flat()) {
      ints[at / 4] = question * layout.block
      bytes[at + 4] = rank - 128
      bytes[at + 5] = taken
      at += cutBytes
    }
  }
}
