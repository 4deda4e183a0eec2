import { type NumbersExpected, onlyDenseRows } from '../data/check.ts'
import { dense } from '../data/data.ts'
import type { Compile } from './compile.ts'
import type { LinearModel } from './linear.ts'
import type { Scorer, Transform } from './scorer.ts'

/** A projection that sets classes apart, and the classifier that goes with it. */
export type DiscriminantModel = {
  readonly kind: 'discriminant'
  readonly name: string
  readonly columns: number
  readonly projection: Projection | undefined
  readonly classifier: LinearModel | undefined
}

export type Projection = {
  /** Subtracted first. */
  readonly means: Float64Array | undefined
  /** Columns × outputs. */
  readonly scalings: Float64Array
  readonly outputs: number
}

export const compileDiscriminant = (model: DiscriminantModel, compile: Compile): Scorer => {
  const { name, columns, projection, classifier } = model
  const methods = classifier === undefined ? {} : compile(classifier).methods
  return {
    name,
    columns,
    methods: projection === undefined ? methods : { ...methods, transform: projected(model, projection) },
  }
}

const projected = ({ name, columns }: DiscriminantModel, { means, scalings, outputs }: Projection): Transform => {
  const expected: NumbersExpected = { model: name, columns, values: 'finite' }
  return {
    apply: (data) => {
      const { rows, values } = onlyDenseRows(data, expected)
      const result = dense(rows, outputs)
      for (let row = 0; row < rows; row++)
        for (let output = 0; output < outputs; output++) {
          let sum = 0
          for (let c = 0; c < columns; c++)
            sum +=
              ((values[row * columns + c] as number) - (means?.[c] ?? 0)) * (scalings[c * outputs + output] as number)
          result.values[row * outputs + output] = sum
        }
      return result
    },
  }
}
