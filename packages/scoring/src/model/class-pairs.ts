import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { binaryScores, binaryThreshold, needed, predictedNumbers, sideBySide } from './members.ts'
import type { Model } from './model.ts'
import { addConfidences, addScaledConfidences } from './one-vs-one.ts'
import { decisionScores, type Into, predictedClass } from './outputs.ts'
import type { Scorer } from './scorer.ts'

/** A classifier for each pair of classes: (0, 1), (0, 2), … (1, 2), …, each fitted on zeros and ones. */
export type OneVsOneModel = {
  readonly kind: 'one-vs-one'
  readonly name: string
  readonly members: readonly Model[]
  readonly classes: Labels
  /** Of two classes, the second is predicted above this; undefined: what suits the scores of the member. */
  readonly threshold: number | undefined
  /** Before 0.21, confidences are scaled by the largest of all rows. */
  readonly scalesByBatch: boolean
}

export const compileOneVsOne = (model: OneVsOneModel, compile: Compile): Scorer => {
  const { name, classes } = model
  const scorers = model.members.map(compile)
  const count = classes.values.length
  const predictions = sideBySide(scorers.map((scorer) => predictedNumbers(needed(scorer, 'predict', name))))
  const confidences = sideBySide(scorers.map((scorer) => binaryScores(scorer, name)))
  const scores = votesAndConfidences(
    predictions,
    confidences,
    scorers.length,
    count,
    model.scalesByBatch ? addScaledConfidences : addConfidences,
  )
  const decisionFunction = decisionScores(classes, count === 2 ? 1 : count, count === 2 ? secondOfTwo(scores) : scores)
  const threshold = model.threshold ?? binaryThreshold(scorers[0] as Scorer)
  return {
    name,
    columns: scorers[0]?.columns,
    methods: {
      predict: predictedClass(classes, decisionFunction, threshold),
      decisionFunction: model.scalesByBatch ? { ...decisionFunction, isOfBatch: true } : decisionFunction,
    },
  }
}

/** The votes for each class; confidences, squeezed to less than half a vote, part equal ones. */
const votesAndConfidences =
  (predictions: Into, confidences: Into, pairs: number, count: number, addToVotes: typeof addConfidences): Into =>
  (data, out) => {
    const [predicted, scored] = [new Float64Array(data.rows * pairs), new Float64Array(data.rows * pairs)]
    predictions(data, predicted)
    confidences(data, scored)
    const size = data.rows * count
    const sums = new Float64Array(size)
    const votes = out.fill(0, 0, size)
    for (let row = 0; row < data.rows; row++) {
      const [begin, end] = [row * count, (row + 1) * count]
      for (let first = begin, pair = row * pairs; first < end; first++)
        for (let second = first + 1; second < end; second++, pair++) {
          const score = scored[pair] as number
          sums[first] = (sums[first] as number) - score
          sums[second] = (sums[second] as number) + score
          // A regressor says neither, and so only its confidence counts.
          if (predicted[pair] === 0) votes[first] = (votes[first] as number) + 1
          if (predicted[pair] === 1) votes[second] = (votes[second] as number) + 1
        }
    }
    addToVotes(votes, sums, size)
  }

const secondOfTwo =
  (scores: Into): Into =>
  (data, out) => {
    const both = new Float64Array(data.rows * 2)
    scores(data, both)
    for (let row = 0; row < data.rows; row++) out[row] = both[row * 2 + 1] as number
  }
