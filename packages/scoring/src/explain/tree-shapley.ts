import type { TreeSumPlan } from '../kernels/ensemble.ts'
import { goesLeft, type Trees } from '../model/trees.ts'
import { gaussLegendre, type Quadrature } from './quadrature.ts'

/** Trees that know how many training rows, or how much weight, came through each node. */
export type CoveredTrees = Trees & { readonly cover: Float64Array }

export type TreeExplainer = {
  /** What the trees give in the mean, one a output: what a row gets of which nothing is known. */
  readonly base: Float64Array
  /** Adds to outputs × columns contributions of the row of checked, rounded values at `from`. */
  readonly add: (values: Float64Array, from: number, contributions: Float64Array) => void
}

/** Deeper paths are none that a library grows; each level takes memory. */
export const deepestPath = 1000

/**
 * Exact Shapley values of sums of trees, where a feature that is not known sends a row down both ways, in shares of the training
 * rows that went there ("path-dependent" TreeSHAP; Lundberg et al., 2020).
 *
 * On the way to a leaf feature i keeps a share o_i of the row (1 or 0) where it is known and z_i where it is not, so that the leaf
 * gives a set S of features its value times the product of o over S and of z over the others. The Shapley value of that is
 * v (o_i − z_i) ∫₀¹ ∏_{j≠i} (t o_j + (1 − t) z_j) dt, since ∫ t^s (1 − t)^(n−1−s) dt is the weight of a set of s features. The
 * product is a polynomial, which Gauss and Legendre's quadrature integrates exactly; and all factors are above zero, so that
 * nothing cancels, as it does where features are taken out of sums over sets.
 */
export const treeExplainer = (
  plan: Omit<TreeSumPlan, 'trees' | 'taken' | 'sumsAreSingle'> & { readonly trees: CoveredTrees },
): TreeExplainer => {
  const { trees, outputs, width, outputOf, leafValues } = plan
  const { roots, columns, left, right, feature } = trees
  const shapes = Array.from(roots, (root) => shapeOf(trees, root))
  const most = shapes.reduce((found, { distinct }) => Math.max(found, distinct), 0)
  const depth = shapes.reduce((found, shape) => Math.max(found, shape.depth), 0)
  const rules = Array.from({ length: Math.ceil(most / 2) + 1 }, (_, count) => gaussLegendre(count))
  const state = stateOf(depth, most, rules.length)
  const own = new Float64Array(width)
  const base = new Float64Array(outputs)
  for (let tree = 0; tree < roots.length; tree++)
    forEachLeaf(trees, roots[tree] as number, (leaf, share) => {
      leafValues(leaf, tree, own, 0)
      const to = outputOf?.[tree] ?? 0
      for (let i = 0; i < width; i++) base[to + i] = (base[to + i] as number) + share * (own[i] as number)
    })

  const addLeaf = (leaf: number, tree: number, level: number, rule: Quadrature, contributions: Float64Array): void => {
    leafValues(leaf, tree, own, 0)
    const to = outputOf?.[tree] ?? 0
    const { points, weights } = rule
    const count = state.counts[level] as number
    const product = level * state.width
    const list = level * state.features
    for (let place = list; place < list + count; place++) {
      const known = state.known[place] as number
      const unknown = state.unknown[place] as number
      let integral = 0
      for (let q = 0; q < points.length; q++) {
        const t = points[q] as number
        integral += ((weights[q] as number) * (state.products[product + q] as number)) / (t * known + (1 - t) * unknown)
      }
      const share = (known - unknown) * integral
      const column = state.feature[place] as number
      for (let i = 0; i < width; i++) {
        const at = (to + i) * columns + column
        contributions[at] = (contributions[at] as number) + share * (own[i] as number)
      }
    }
  }

  return {
    base,
    add: (values, from, contributions) => {
      for (let tree = 0; tree < roots.length; tree++) {
        const rule = rules[Math.ceil((shapes[tree] as Shape).distinct / 2)] as Quadrature
        const pending = [{ node: roots[tree] as number, level: 0 }]
        state.counts[0] = 0
        state.products.fill(1, 0, rule.points.length)
        while (pending.length > 0) {
          const { node, level } = pending.pop() as { node: number; level: number }
          const parent = level === 0 ? -1 : (state.path[level - 1] as number)
          if (parent >= 0) {
            const column = feature[parent] as number
            const isHot = goesLeft(trees, parent, values[from + column] as number) === (left[parent] === node)
            if (!extend(state, level, column, isHot, shareOf(trees, parent, node), rule)) continue
          }
          if (left[node] === -1) {
            addLeaf(node, tree, level, rule, contributions)
            continue
          }
          state.path[level] = node
          // The later one is looked at first, with all that is below it: `path` then names the parent of both.
          pending.push(
            { node: right[node] as number, level: level + 1 },
            { node: left[node] as number, level: level + 1 },
          )
        }
      }
    },
  }
}

/** What is known of a path, level after level: children copy what their parent has. */
type State = {
  readonly features: number
  readonly width: number
  readonly path: Int32Array
  /** How many distinct features the path has. */
  readonly counts: Int32Array
  readonly feature: Int32Array
  readonly known: Float64Array
  readonly unknown: Float64Array
  /** At each point of the quadrature, the product over all features of the path. */
  readonly products: Float64Array
}

const stateOf = (depth: number, features: number, width: number): State => ({
  features,
  width,
  path: new Int32Array(depth + 1),
  counts: new Int32Array(depth + 1),
  feature: new Int32Array((depth + 1) * features),
  known: new Float64Array((depth + 1) * features),
  unknown: new Float64Array((depth + 1) * features),
  products: new Float64Array((depth + 1) * width),
})

/** One edge further; false where nothing comes through it, be the feature known or not. */
const extend = (
  state: State,
  level: number,
  column: number,
  isHot: boolean,
  share: number,
  { points }: Quadrature,
): boolean => {
  const { features, width, counts, feature, known, unknown, products } = state
  const [above, here] = [(level - 1) * features, level * features]
  const count = counts[level - 1] as number
  let place = here + count
  for (let i = 0; i < count; i++) {
    feature[here + i] = feature[above + i] as number
    known[here + i] = known[above + i] as number
    unknown[here + i] = unknown[above + i] as number
    if (feature[above + i] === column) place = here + i
  }
  const isNew = place === here + count
  const wasKnown = isNew ? 1 : (known[place] as number)
  const wasUnknown = isNew ? 1 : (unknown[place] as number)
  const nowKnown = isHot ? wasKnown : 0
  const nowUnknown = wasUnknown * share
  if (nowKnown === 0 && nowUnknown === 0) return false
  feature[place] = column
  known[place] = nowKnown
  unknown[place] = nowUnknown
  counts[level] = isNew ? count + 1 : count
  for (let q = 0; q < points.length; q++) {
    const t = points[q] as number
    const was = t * wasKnown + (1 - t) * wasUnknown
    products[level * width + q] =
      ((products[(level - 1) * width + q] as number) / was) * (t * nowKnown + (1 - t) * nowUnknown)
  }
  return true
}

/** Of the training rows of a node, how many went to this child; none where none came. */
const shareOf = ({ cover }: CoveredTrees, parent: number, child: number): number => {
  const all = cover[parent] as number
  return all > 0 ? (cover[child] as number) / all : 0
}

/** Whether a path has more levels than explanations go. */
export const isTooDeep = (trees: Trees): boolean => {
  const level = new Int32Array(trees.left.length)
  // Children come behind their parent.
  for (let node = 0; node < level.length; node++) {
    if (trees.left[node] === -1) continue
    const below = (level[node] as number) + 1
    if (below > deepestPath) return true
    level[trees.left[node] as number] = below
    level[trees.right[node] as number] = below
  }
  return false
}

type Shape = { readonly depth: number; readonly distinct: number }

/** The longest path of a tree, and the most distinct features of a path. */
const shapeOf = ({ left, right, feature }: Trees, root: number): Shape => {
  let [depth, distinct] = [0, 0]
  const path: number[] = []
  const counts = new Map<number, number>()
  const pending = [{ node: root, level: 0 }]
  while (pending.length > 0) {
    const { node, level } = pending.pop() as { node: number; level: number }
    while (path.length > level) {
      const column = path.pop() as number
      const count = (counts.get(column) as number) - 1
      if (count === 0) counts.delete(column)
      else counts.set(column, count)
    }
    depth = Math.max(depth, level)
    distinct = Math.max(distinct, counts.size)
    if (left[node] === -1) continue
    const column = feature[node] as number
    path.push(column)
    counts.set(column, (counts.get(column) ?? 0) + 1)
    pending.push({ node: right[node] as number, level: level + 1 }, { node: left[node] as number, level: level + 1 })
  }
  return { depth, distinct }
}

/** Leaves with the share of training rows that came there. */
const forEachLeaf = (trees: CoveredTrees, root: number, each: (leaf: number, share: number) => void): void => {
  const pending = [{ node: root, share: 1 }]
  while (pending.length > 0) {
    const { node, share } = pending.pop() as { node: number; share: number }
    const next = trees.left[node] as number
    if (next === -1) each(node, share)
    else
      for (const child of [trees.right[node] as number, next])
        pending.push({ node: child, share: share * shareOf(trees, node, child) })
  }
}
