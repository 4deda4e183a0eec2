import type { Labels } from '../data/labels.ts'
import { classProbabilities, logarithmOf, matrix, vector } from './outputs.ts'
import type { Methods, Scorer } from './scorer.ts'

/** The same answer for every row: scikit-learn's Dummy estimators. */
export type ConstantModel = {
  readonly kind: 'constant'
  readonly name: string
  readonly task:
    | { readonly type: 'regression'; readonly values: Float64Array; readonly isVector: boolean }
    | {
        readonly type: 'classification'
        readonly classes: Labels
        readonly predicted: number
        readonly probabilities: Float64Array
      }
}

export const compileConstant = ({ name, task }: ConstantModel): Scorer => ({
  name,
  columns: undefined,
  methods: task.type === 'regression' ? regression(task.values, task.isVector) : classification(task),
})

const fill = (rows: number, values: Float64Array, out: Float64Array): void => {
  for (let row = 0; row < rows; row++) out.set(values, row * values.length)
}

const regression = (values: Float64Array, isVector: boolean): Methods => {
  const into = ({ rows }: { rows: number }, out: Float64Array): void => fill(rows, values, out)
  return { predict: isVector ? vector(into) : matrix(values.length, into) }
}

const classification = ({
  classes,
  predicted,
  probabilities,
}: Extract<ConstantModel['task'], { type: 'classification' }>): Methods => {
  const predictProba = classProbabilities(classes, ({ rows }, out) => fill(rows, probabilities, out))
  return {
    predict: vector(({ rows }, out) => void out.fill(predicted, 0, rows), { labels: [classes] }),
    predictProba,
    predictLogProba: logarithmOf(predictProba),
  }
}
