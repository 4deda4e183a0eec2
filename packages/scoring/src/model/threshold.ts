import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { needed, probabilityOf } from './members.ts'
import type { Model } from './model.ts'
import { type Into, vector } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** A classifier of two classes that says the positive one where its score reaches a threshold. */
export type ThresholdModel = {
  readonly kind: 'threshold'
  readonly name: string
  readonly model: Model
  readonly classes: Labels
  /** Index of the positive class. */
  readonly positive: 0 | 1
  /** `any`: probabilities where the model has them. */
  readonly scores: 'any' | 'predictProba' | 'decisionFunction'
  /** Undefined: half for probabilities, zero for decisions. */
  readonly threshold: number | undefined
}

export const compileThreshold = (model: ThresholdModel, compile: Compile): Scorer => {
  const { name, classes, positive, scores } = model
  const scorer = compile(model.model)
  const { predictProba, predictLogProba, decisionFunction } = scorer.methods
  const usesProbabilities = scores === 'predictProba' || (scores === 'any' && predictProba !== undefined)
  const into: Into = usesProbabilities
    ? probabilityOf(scorer, positive, name)
    : needed(scorer, 'decisionFunction', name).into
  const sign = !usesProbabilities && positive === 0 ? -1 : 1
  const threshold = model.threshold ?? (usesProbabilities ? 0.5 : 0)
  const predict = vector(
    (data, out) => {
      into(data, out)
      for (let row = 0; row < data.rows; row++)
        out[row] = sign * (out[row] as number) >= threshold ? positive : 1 - positive
    },
    { labels: [classes] },
  )
  return {
    name,
    columns: scorer.columns,
    methods: {
      predict,
      ...(predictProba === undefined ? {} : { predictProba }),
      ...(predictLogProba === undefined ? {} : { predictLogProba }),
      ...(decisionFunction === undefined ? {} : { decisionFunction }),
    },
  }
}
