import { type Labels, labelText } from '../data/labels.ts'
import { classProbabilities, type Into, logarithmOf, matrix, vector } from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'

/** The same answer for every row: scikit-learn's Dummy estimators. */
export type ConstantModel = {
  readonly kind: 'constant'
  readonly name: string
  readonly task:
    | { readonly type: 'regression'; readonly values: Float64Array; readonly isVector: boolean }
    | ConstantClassificationTask
}
export type ConstantClassificationTask = {
  readonly type: 'classification'
  readonly targets: readonly ConstantTarget[]
  readonly isVector: boolean
  /** What `decision_function` gives, where there is one. */
  readonly score?: number
}
export type ConstantTarget = {
  readonly classes: Labels
  readonly predicted: number
  readonly probabilities: Float64Array
}

export const compileConstant = ({ name, task }: ConstantModel): Scorer => ({
  name,
  columns: undefined,
  methods: task.type === 'regression' ? regression(task.values, task.isVector) : classification(task),
})

const filled =
  (values: Float64Array): Into =>
  ({ rows }, out) => {
    for (let row = 0; row < rows; row++) out.set(values, row * values.length)
  }

const regression = (values: Float64Array, isVector: boolean): Methods => ({
  predict: isVector ? vector(filled(values)) : matrix(values.length, filled(values)),
})

const classification = ({ targets, isVector, score }: ConstantClassificationTask): Methods => {
  const predicted = filled(Float64Array.from(targets, (target) => target.predicted))
  const labels = targets.map(({ classes }) => classes)
  const probabilities = Float64Array.from(targets.flatMap((target) => [...target.probabilities]))
  const names = targets.flatMap(({ classes }, target) =>
    classes.values.map((_, index) => ({ target, label: labelText(classes, index) })),
  )
  const predictProba = isVector
    ? classProbabilities(labels[0] as Labels, filled(probabilities))
    : matrix(probabilities.length, filled(probabilities), { names })
  return {
    predict: isVector ? vector(predicted, { labels }) : matrix(targets.length, predicted, { labels }),
    predictProba,
    predictLogProba: logarithmOf(predictProba),
    ...(score === undefined ? {} : { decisionFunction: vector(filled(Float64Array.of(score))) }),
  }
}
