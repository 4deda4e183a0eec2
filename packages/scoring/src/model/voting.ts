import { type Data, dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { needed, predictedNumbers, sideBySide } from './members.ts'
import type { Model } from './model.ts'
import { argmax, divideBy } from './numeric.ts'
import { classProbabilities, type Into, vector } from './outputs.ts'
import { type Methods, run, type Scorer, type Transform } from './scorer.ts'

/** Models that vote: by the class that each predicts (`hard`), by their probabilities (`soft`), or by their numbers (`mean`). */
export type VotingModel = {
  readonly kind: 'voting'
  readonly name: string
  /** Classifiers are fitted on the indices of the classes. */
  readonly members: readonly Model[]
  /** One a member; undefined where all count the same. */
  readonly weights: Float64Array | undefined
  readonly task:
    | { readonly type: 'mean' }
    | { readonly type: 'hard'; readonly classes: Labels }
    /** `isFlat`: `transform` gives a matrix; the library's other shape has three dimensions and is not given. */
    | { readonly type: 'soft'; readonly classes: Labels; readonly isFlat: boolean }
}

export const compileVoting = (model: VotingModel, compile: Compile): Scorer => {
  const scorers = model.members.map(compile)
  return { name: model.name, columns: scorers[0]?.columns, methods: methodsOf(model, scorers) }
}

const methodsOf = ({ name, weights: given, task }: VotingModel, scorers: readonly Scorer[]): Methods => {
  const weights = given ?? new Float64Array(scorers.length).fill(1)
  if (task.type === 'soft') return soft(name, task, weights, scorers)
  const predictions = sideBySide(scorers.map((scorer) => predictedNumbers(needed(scorer, 'predict', name))))
  const count = scorers.length
  const transform: Transform = {
    apply: (data) => {
      const result = dense(data.rows, count)
      predictions(data, result.values)
      return result
    },
    isInteger: task.type === 'hard',
  }
  if (task.type === 'mean') return { predict: vector(weightedMean(predictions, weights)), transform }
  return { predict: vector(majority(predictions, weights, task.classes), { labels: [task.classes] }), transform }
}

const weightedMean = (predictions: Into, weights: Float64Array): Into => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (data, out) => {
    const all = new Float64Array(data.rows * weights.length)
    predictions(data, all)
    for (let row = 0; row < data.rows; row++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += (all[row * weights.length + i] as number) * (weights[i] as number)
      out[row] = sum / total
    }
  }
}

const majority = (predictions: Into, weights: Float64Array, classes: Labels): Into => {
  const count = classes.values.length
  const votes = new Float64Array(count)
  return (data, out) => {
    const all = new Float64Array(data.rows * weights.length)
    predictions(data, all)
    for (let row = 0; row < data.rows; row++) {
      votes.fill(0)
      for (let i = 0; i < weights.length; i++) {
        const voted = all[row * weights.length + i] as number
        votes[voted] = (votes[voted] as number) + (weights[i] as number)
      }
      out[row] = argmax(votes, 0, count)
    }
  }
}

const soft = (
  name: string,
  { classes, isFlat }: Extract<VotingModel['task'], { type: 'soft' }>,
  weights: Float64Array,
  scorers: readonly Scorer[],
): Methods => {
  const count = classes.values.length
  const outputs = scorers.map((scorer) => needed(scorer, 'predictProba', name, count))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean: Into = (data, out) => {
    out.fill(0, 0, data.rows * count)
    for (const [index, output] of outputs.entries()) {
      const values = run(output, data)
      for (let i = 0; i < values.length; i++)
        out[i] = (out[i] as number) + (values[i] as number) * (weights[index] as number)
    }
    divideBy(out, 0, data.rows * count, total)
  }
  const predict = vector(
    (data, out) => {
      const scores = new Float64Array(data.rows * count)
      mean(data, scores)
      for (let row = 0; row < data.rows; row++) out[row] = argmax(scores, row * count, count)
    },
    { labels: [classes] },
  )
  const methods = { predict, predictProba: classProbabilities(classes, mean) }
  if (!isFlat) return methods
  const apply = (data: Data): Data => {
    const width = outputs.length * count
    const result = dense(data.rows, width)
    for (const [index, output] of outputs.entries()) {
      const values = run(output, data)
      for (let row = 0; row < data.rows; row++)
        result.values.set(values.subarray(row * count, (row + 1) * count), row * width + index * count)
    }
    return result
  }
  return { ...methods, transform: { apply } }
}
