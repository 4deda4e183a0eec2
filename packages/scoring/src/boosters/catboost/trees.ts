import { type Limits, limitReached } from '../../limits.ts'
import type { FlatTable } from '../flat-buffer.ts'
import type { TreePart } from '../tree-parts.ts'
import type { Split } from './features.ts'
import { invalid, trees } from './format.ts'

const deepest = 16

/** A tree for each output of each step, in the order in which they are added. */
export const treeParts = (
  model: FlatTable,
  outputs: number,
  splits: readonly Split[],
  limits: Limits,
): readonly TreePart[] => {
  const asked = model.integers(trees.splits)
  const sizes = model.integers(trees.sizes)
  const leaves = model.doubles(trees.leafValues)
  const scale = model.double(trees.scale, 1)
  const weights = model.doubles(trees.leafWeights)
  const steps = model.structs(trees.steps, 4)
  const isSymmetric = steps.byteLength === 0
  const nodeLeaves = model.integers(trees.nodeLeaves)
  const parts: TreePart[] = []
  let [first, firstLeaf, nodes] = [0, 0, 0]
  for (const size of sizes) {
    if (size < 0 || (isSymmetric && size > deepest)) throw invalid(`a tree has ${size} levels`)
    nodes += outputs * (isSymmetric ? 2 ** (size + 1) : 2 * size)
    if (nodes > limits.nodes) throw limitReached('nodes of trees', limits.nodes)
    const questions = Array.from(asked.subarray(first, first + size), (index) => {
      const split = splits[index]
      if (split === undefined) throw invalid(`a tree asks question ${index} of ${splits.length}`)
      return split
    })
    if (questions.length !== size) throw invalid('a tree is cut short')
    const value = (at: number): number => {
      const leaf = leaves[at]
      if (leaf === undefined) throw invalid('a tree is cut short')
      return scale * leaf
    }
    for (let output = 0; output < outputs; output++) {
      const start = firstLeaf + output
      const weightAt = (leaf: number): number | undefined => weights[leaf]
      if (isSymmetric) {
        const before = firstLeaf / outputs
        parts.push(
          oblivious(
            questions,
            (leaf) => value(start + leaf * outputs),
            (leaf) => weightAt(before + leaf),
          ),
        )
      } else {
        const from = first
        if ((from + size) * 4 > steps.byteLength || from + size > nodeLeaves.length)
          throw invalid('a tree is cut short')
        const step = (node: number, side: 0 | 2): number => steps.getUint16((from + node) * 4 + side, true)
        const leafAt = (node: number): number => nodeLeaves[from + node] as number
        parts.push(
          unequal(
            questions,
            step,
            (node) => value(leafAt(node) + output),
            (node) => weightAt(leafAt(node) / outputs),
          ),
        )
      }
    }
    first += size
    if (isSymmetric) firstLeaf += outputs * 2 ** size
  }
  return parts
}

const blank = (nodes: number) => ({
  feature: new Int32Array(nodes),
  threshold: new Float64Array(nodes),
  left: new Int32Array(nodes).fill(-1),
  right: new Int32Array(nodes).fill(-1),
  missingLeft: new Uint8Array(nodes),
  values: new Float64Array(nodes),
  sets: new Map<number, Uint32Array>(),
  zeroIsMissing: undefined,
})

type Blank = ReturnType<typeof blank>

const ask = (part: Blank, node: number, { feature, border, missingLeft }: Split, left: number, right: number): void => {
  part.feature[node] = feature
  part.threshold[node] = border
  part.missingLeft[node] = missingLeft
  part.left[node] = left
  part.right[node] = right
}

type WeightOf = (leaf: number) => number | undefined

/** Weights of leaves, summed up towards the root; undefined where a leaf has none. */
const coverOf = ({ left, right }: Blank, weightOf: WeightOf): Float64Array | undefined => {
  const cover = new Float64Array(left.length)
  for (let node = left.length - 1; node >= 0; node--) {
    const first = left[node] as number
    const weight = first === -1 ? weightOf(node) : (cover[first] as number) + (cover[right[node] as number] as number)
    if (weight === undefined) return undefined
    cover[node] = weight
  }
  return cover
}

/**
 * An oblivious tree, which asks the same question on each level, written out; leaf numbers have a bit a
 * question, the first the lowest. The last one is asked first, since CatBoost's own explanations depend on that order.
 */
const oblivious = (levels: readonly Split[], valueOf: (leaf: number) => number, weightOf: WeightOf): TreePart => {
  const inner = 2 ** levels.length - 1
  const count = 2 * inner + 1
  const part = blank(count)
  const leaf = new Int32Array(count)
  for (let node = 0, level = 0; node < count; node++) {
    if (node === 2 ** (level + 1) - 1) level++
    if (node >= inner) {
      part.values[node] = valueOf(leaf[node] as number)
      continue
    }
    const [left, right] = [2 * node + 1, 2 * node + 2]
    const question = levels.length - 1 - level
    ask(part, node, levels[question] as Split, left, right)
    leaf[left] = leaf[node] as number
    leaf[right] = (leaf[node] as number) | (1 << question)
  }
  return { ...part, cover: () => coverOf(part, (node) => weightOf(leaf[node] as number)) }
}

/** A tree whose nodes say how far their children are from them; where one is no distance away, the node itself is that leaf. */
const unequal = (
  questions: readonly Split[],
  stepOf: (node: number, side: 0 | 2) => number,
  valueOf: (node: number) => number,
  weightOf: WeightOf,
): TreePart => {
  const isLeaf = questions.map((_, node) => stepOf(node, 0) === 0 && stepOf(node, 2) === 0)
  const own = questions.flatMap((_, node) =>
    !isLeaf[node] && (stepOf(node, 0) === 0 || stepOf(node, 2) === 0) ? [node] : [],
  )
  const part = blank(questions.length + own.length)
  const ownLeaf = new Map(own.map((node, index) => [node, questions.length + index]))
  for (const [node, leaf] of ownLeaf) part.values[leaf] = valueOf(node)
  for (const [node, split] of questions.entries()) {
    if (isLeaf[node]) {
      part.values[node] = valueOf(node)
      continue
    }
    const child = (side: 0 | 2): number => {
      const step = stepOf(node, side)
      return step === 0 ? (ownLeaf.get(node) as number) : node + step
    }
    ask(part, node, split, child(0), child(2))
  }
  const nodeOf = new Map([...ownLeaf].map(([node, leaf]) => [leaf, node]))
  return { ...part, cover: () => coverOf(part, (node) => weightOf(nodeOf.get(node) ?? node)) }
}
