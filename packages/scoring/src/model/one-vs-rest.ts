import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { binaryScores, binaryThreshold, probabilityOf, sideBySide } from './members.ts'
import type { Model } from './model.ts'
import { divideBy, numpySum } from './numeric.ts'
import { classProbabilities, decisionScores, type Into, matrix, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** A classifier of two classes for each class: that class, or any other. */
export type OneVsRestModel = {
  readonly kind: 'one-vs-rest'
  readonly name: string
  /** One a class; of two classes, one for the second. */
  readonly members: readonly Model[]
  readonly classes: Labels
  /** Each row has any number of classes: `predict` gives zeros and ones. */
  readonly isMultilabel: boolean
  /** Of classes with the same score the first wins (1.8 and newer), not the last. */
  readonly prefersFirst: boolean
  /** Probabilities that are all zero stay so (1.7 and newer), and are not divided by their sum. */
  readonly keepsZeros: boolean
}

export const compileOneVsRest = (model: OneVsRestModel, compile: Compile): Scorer => {
  const { name, classes, isMultilabel } = model
  const scorers = model.members.map(compile)
  const count = scorers.length
  const [first] = scorers as [Scorer]
  const decisions = scorers.flatMap(({ methods }) => methods.decisionFunction ?? [])
  const hasProbabilities = first.methods.predictProba !== undefined
  const scores = scorers.map((scorer) => binaryScores(scorer, name))
  const threshold = binaryThreshold(first)
  const predict =
    count > 1 && !isMultilabel
      ? vector(highest(scores, model.prefersFirst), { labels: [classes] })
      : aboveThreshold(scores, threshold, isMultilabel ? undefined : classes)
  const methods: Methods = {
    predict,
    ...(decisions.length === count ? { decisionFunction: decisionsOf(decisions, classes) } : {}),
    ...(hasProbabilities ? probabilitiesOf(model, scorers) : {}),
  }
  return { name, columns: first.columns, methods }
}

const highest =
  (scores: readonly Into[], prefersFirst: boolean): Into =>
  (data, out) => {
    const best = new Float64Array(data.rows).fill(-Infinity)
    const one = new Float64Array(data.rows)
    out.fill(0, 0, data.rows)
    for (const [index, into] of scores.entries()) {
      into(data, one)
      for (let row = 0; row < data.rows; row++) {
        const [score, highestYet] = [one[row] as number, best[row] as number]
        if (prefersFirst ? score > highestYet : score >= highestYet) {
          best[row] = score
          out[row] = index
        }
      }
    }
  }

const aboveThreshold = (scores: readonly Into[], threshold: number, classes: Labels | undefined): Output => {
  const all = sideBySide(scores)
  const into: Into = (data, out) => {
    all(data, out)
    for (let i = 0; i < data.rows * scores.length; i++) out[i] = (out[i] as number) > threshold ? 1 : 0
  }
  return classes === undefined ? matrix(scores.length, into, { isInteger: true }) : vector(into, { labels: [classes] })
}

const decisionsOf = (decisions: readonly Output[], classes: Labels): Output =>
  decisions.length === 1
    ? (decisions[0] as Output)
    : decisionScores(classes, decisions.length, sideBySide(decisions.map(({ into }) => into)))

const probabilitiesOf = (
  { name, classes, isMultilabel, keepsZeros }: OneVsRestModel,
  scorers: readonly Scorer[],
): Methods => {
  const count = classes.values.length
  const second = sideBySide(scorers.map((scorer) => probabilityOf(scorer, 1, name)))
  const into: Into = (data, out) => {
    second(data, out)
    if (scorers.length === 1)
      for (let row = data.rows - 1; row >= 0; row--) {
        const probability = out[row] as number
        out[row * 2] = 1 - probability
        out[row * 2 + 1] = probability
      }
    if (!isMultilabel) for (let row = 0; row < data.rows; row++) divideBySum(out, row * count, count, keepsZeros)
  }
  return { predictProba: classProbabilities(classes, into) }
}

const divideBySum = (values: Float64Array, start: number, count: number, keepsZeros: boolean): void => {
  const sum = numpySum(values, start, count)
  divideBy(values, start, count, sum === 0 && keepsZeros ? 1 : sum)
}
