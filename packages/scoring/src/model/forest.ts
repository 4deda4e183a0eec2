import type { Labels } from '../data/labels.ts'
import { leavesOf } from './leaves.ts'
import { argmax, divideBy, numpySum } from './numeric.ts'
import { type Into, logarithmOf, matrix, targetProbabilities, vector } from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'
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

export const compileForest = (model: ForestModel): Scorer => {
  const methods = model.task.type === 'regression' ? regression(model, model.task) : classification(model, model.task)
  const { name, trees, values, isSingle } = model
  const apply = leavesOf(trees, { model: name, values }, isSingle)
  return { name, columns: trees.columns, methods: { ...methods, apply } }
}

const rowsOf = ({ name, trees, values }: ForestModel, data: Parameters<Into>[0]) =>
  treeRows(data, trees, { model: name, values })

const regression = (model: ForestModel, { outputs, isVector }: ForestRegressionTask): Methods => {
  const { trees, isSingle } = model
  const count = trees.roots.length
  const into: Into = (data, out) => {
    const { values, rows, columns } = rowsOf(model, data)
    for (let row = 0; row < rows; row++) {
      const to = row * outputs
      out.fill(0, to, to + outputs)
      for (let tree = 0; tree < count; tree++) {
        const leaf = leafOf(trees, trees.roots[tree] as number, values, row * columns) * outputs
        for (let i = 0; i < outputs; i++) out[to + i] = (out[to + i] as number) + (trees.values[leaf + i] as number)
      }
      if (!isSingle) divideBy(out, to, outputs, count)
    }
  }
  return { predict: isVector ? vector(into) : matrix(outputs, into) }
}

const classification = (model: ForestModel, task: ForestClassificationTask): Methods => {
  const { trees, isSingle } = model
  const { targets, isVector, stride, normalises } = task
  const count = trees.roots.length
  const sizes = targets.map(({ values }) => values.length)
  const width = sizes.reduce((sum, size) => sum + size, 0)
  // The probabilities of one leaf, before they are added to the row's.
  const leafValues = new Float64Array(width)

  const probabilities: Into = (data, out) => {
    const { values, rows, columns } = rowsOf(model, data)
    for (let row = 0; row < rows; row++) {
      const to = row * width
      out.fill(0, to, to + width)
      for (let tree = 0; tree < count; tree++) {
        readLeaf(leafOf(trees, trees.roots[tree] as number, values, row * columns))
        for (let i = 0; i < width; i++) out[to + i] = (out[to + i] as number) + (leafValues[i] as number)
      }
      if (!isSingle) divideBy(out, to, width, count)
    }
  }
  const readLeaf = (leaf: number): void => {
    let to = 0
    for (let target = 0; target < sizes.length; target++) {
      const size = sizes[target] as number
      const from = leaf * trees.width + target * stride
      for (let i = 0; i < size; i++) leafValues[to + i] = trees.values[from + i] as number
      if (normalises) divideBy(leafValues, to, size, numpySum(leafValues, to, size) || 1)
      to += size
    }
  }

  const decide: Into = (data, out) => {
    const { values, rows, columns } = rowsOf(model, data)
    for (let row = 0; row < rows; row++) {
      const leaf = leafOf(trees, trees.roots[0] as number, values, row * columns) * trees.width
      for (let target = 0; target < sizes.length; target++)
        out[row * sizes.length + target] = argmax(trees.values, leaf + target * stride, sizes[target] as number)
    }
  }
  const vote: Into = (data, out) => {
    const scores = new Float64Array(data.rows * width)
    probabilities(data, scores)
    for (let row = 0; row < data.rows; row++)
      for (let target = 0, from = row * width; target < sizes.length; target++) {
        out[row * sizes.length + target] = argmax(scores, from, sizes[target] as number)
        from += sizes[target] as number
      }
  }
  const predictInto = isSingle ? decide : vote
  const predict = isVector
    ? vector(predictInto, { labels: targets })
    : matrix(targets.length, predictInto, { labels: targets })
  const predictProba = targetProbabilities(targets, isVector, probabilities)
  return { predict, predictProba, predictLogProba: logarithmOf(predictProba) }
}
