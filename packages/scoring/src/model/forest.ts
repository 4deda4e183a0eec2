import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import type { Compile } from './compile.ts'
import { leavesOf } from './leaves.ts'
import { argmax, divideBy, numpySum } from './numeric.ts'
import { type Into, logarithmOf, matrix, targetProbabilities, vector } from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'
import { type NamedPlan, treeSums } from './tree-sums.ts'
import { leafOf, type Trees, treeRows } from './trees.ts'

/** One decision tree, or the mean of many. */
export type ForestModel = {
  readonly kind: 'forest'
  readonly name: string
  readonly trees: Trees
  readonly values: 'finite' | 'missing'
  /** A single tree decides by the weights in its leaf, a forest by the mean of its trees' probabilities. */
  readonly isSingle: boolean
  readonly task: ForestRegressionTask | ForestClassificationTask
}
export type ForestRegressionTask = { readonly type: 'regression'; readonly outputs: number; readonly isVector: boolean }
export type ForestClassificationTask = {
  readonly type: 'classification'
  /** The classes of each target. A leaf holds `stride` values for each target, of which the first are its classes'. */
  readonly targets: readonly Labels[]
  readonly isVector: boolean
  readonly stride: number
  /** Leaves hold weights that are divided by their sum (before scikit-learn 1.3), not fractions. */
  readonly normalises: boolean
}

export const compileForest = (model: ForestModel, _: Compile, kernels: Kernels): Scorer => {
  const { name, trees, values, isSingle, task } = model
  const methods = task.type === 'regression' ? regression(model, task, kernels) : classification(model, task, kernels)
  const apply = leavesOf(trees, { model: name, values }, isSingle)
  return { name, columns: trees.columns, methods: { ...methods, apply } }
}

type LeafValues = (leaf: number, tree: number, into: Float64Array, at: number) => void

/** What its trees add: numbers, or the probabilities of the classes of each target in turn. */
export const forestPlan = (model: ForestModel): NamedPlan => {
  const { name, trees, values, task } = model
  const [width, leafValues] =
    task.type === 'regression'
      ? ([task.outputs, readNumbers(trees, task)] as const)
      : ([widthOf(task), readProbabilities(trees, task)] as const)
  return {
    model: name,
    trees,
    taken: values,
    outputs: width,
    width,
    outputOf: undefined,
    leafValues,
    sumsAreSingle: false,
  }
}

const widthOf = ({ targets }: ForestClassificationTask): number =>
  targets.reduce((sum, { values }) => sum + values.length, 0)

/** The mean over the trees of the numbers that each gives. */
export const forestMeans = (model: ForestModel, kernels: Kernels): Into => {
  const { isSingle, trees } = model
  const count = trees.roots.length
  const plan = forestPlan(model)
  const { width } = plan
  const addTrees = treeSums(plan, kernels)
  return (data, out) => {
    const size = data.rows * width
    out.fill(0, 0, size)
    addTrees(data, out)
    if (!isSingle) divideBy(out, 0, size, count)
  }
}

const readNumbers =
  ({ values }: Trees, { outputs }: ForestRegressionTask): LeafValues =>
  (leaf, _tree, into, at) => {
    for (let i = 0; i < outputs; i++) into[at + i] = values[leaf * outputs + i] as number
  }

const readProbabilities = (trees: Trees, { targets, stride, normalises }: ForestClassificationTask): LeafValues => {
  const sizes = targets.map(({ values }) => values.length)
  return (leaf, _tree, into, at) => {
    let to = at
    for (let target = 0; target < sizes.length; target++) {
      const size = sizes[target] as number
      const from = leaf * trees.width + target * stride
      for (let i = 0; i < size; i++) into[to + i] = trees.values[from + i] as number
      if (normalises) divideBy(into, to, size, numpySum(into, to, size) || 1)
      to += size
    }
  }
}

const regression = (model: ForestModel, { outputs, isVector }: ForestRegressionTask, kernels: Kernels): Methods => {
  const into = forestMeans(model, kernels)
  return { predict: isVector ? vector(into) : matrix(outputs, into) }
}

const classification = (model: ForestModel, task: ForestClassificationTask, kernels: Kernels): Methods => {
  const { trees, isSingle, name } = model
  const { targets, isVector, stride } = task
  const sizes = targets.map(({ values }) => values.length)
  const width = widthOf(task)
  const probabilities = forestMeans(model, kernels)

  const decide: Into = (data, out) => {
    const { values, rows, columns } = treeRows(data, trees, { model: name, values: model.values })
    for (let row = 0; row < rows; row++) {
      const leaf = leafOf(trees, trees.roots[0] as number, values, row * columns) * trees.width
      for (let target = 0; target < sizes.length; target++)
        out[row * sizes.length + target] = argmax(trees.values, leaf + target * stride, sizes[target] as number)
    }
  }
  const buffer = new Float64Array(width)
  const vote: Into = (data, out) => {
    const scores = data.rows === 1 ? buffer : new Float64Array(data.rows * width)
    probabilities(data, scores)
    for (let row = 0; row < data.rows; row++)
      for (let target = 0, from = row * width; target < sizes.length; target++) {
        out[row * sizes.length + target] = argmax(scores, from, sizes[target] as number)
        from += sizes[target] as number
      }
  }
  const predictInto = isSingle ? decide : vote
  const predict = isVector
    ? vector(predictInto, { labels: targets, isMostLikely: !isSingle })
    : matrix(targets.length, predictInto, { labels: targets })
  const predictProba = targetProbabilities(targets, isVector, probabilities)
  return { predict, predictProba, predictLogProba: logarithmOf(predictProba) }
}
