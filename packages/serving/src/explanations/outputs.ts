import type { ExactExplanations, RequestExplanation } from '@modelsmith/api'
import type { InputExplanations } from '@modelsmith/scoring'
import { canonicalLabel, type Table } from '@modelsmith/table'
import { type Outcome, scoreColumns } from '../answer.ts'

export type ExplainedOutputs = RequestExplanation['outputs']
type Output = ExplainedOutputs[number]

const mostOutputs = 10
/** As far apart are sums and predictions that are the same number. */
const tolerance = 1e-9

const isSame = (score: number, prediction: number): boolean =>
  Math.abs(score - prediction) <= tolerance * Math.max(1, Math.abs(prediction))

/** Contributions to a row's scores beside what a file answered, the most probable class first. */
export const fileOutputs = (
  { outputs, rows }: ExactExplanations,
  place: number,
  { scores, outcome }: { readonly scores: Table; readonly outcome: Outcome },
  row: number,
): ExplainedOutputs => {
  const { predictions, probabilities } =
    outcome.outputs === true ? { predictions: [], probabilities: [] } : scoreColumns(scores, outcome)
  const classes = outcome.classes.map(canonicalLabel)
  const answered = (label: string | null, score: number): number => {
    const only = outputs.length === 1 && classes.length === 2 ? 1 : -1
    const at = label === null ? only : classes.indexOf(canonicalLabel(label))
    const own = at < 0 ? predictions[row] : probabilities[at]?.[row]
    return typeof own === 'number' ? own : score
  }
  return outputs
    .map(({ label, base }, at): Output => {
      const { score, contributions } = rows[place]?.outputs[at] ?? { score: Number.NaN, contributions: [] }
      const prediction = answered(label, score)
      return {
        label,
        base,
        prediction,
        score: isSame(score, prediction) ? null : score,
        contributions,
        errors: null,
      }
    })
    .toSorted((a, b) => b.prediction - a.prediction)
    .slice(0, mostOutputs)
}

/**
 * Contributions to the scores of a trained model's rows beside what it predicts for them, one column for each of `classes` or the number. A
 * score of two classes is that of the second that the model knows, and is told of the positive class, which is the last.
 */
export const trainedOutputs = (
  outputs: readonly (string | undefined)[],
  { base, rows: explained }: InputExplanations,
  predicted: readonly Float64Array[],
  classes: readonly string[],
): readonly ExplainedOutputs[] => {
  const isOneOfTwo = outputs.length === 1 && classes.length === 2
  const positive = classes.at(-1)
  const sign = isOneOfTwo && outputs[0] !== positive ? -1 : 1
  const found = explained.map((each, row) =>
    each.map(({ score, contributions }, output): Output => {
      const label = isOneOfTwo ? (positive ?? null) : (outputs[output] ?? null)
      const column = label === null ? 0 : classes.indexOf(label)
      return {
        label,
        base: sign * (base[output] as number),
        prediction: predicted[column]?.[row] ?? Number.NaN,
        score: sign * score,
        contributions: contributions.map((value) => sign * value),
        errors: null,
      }
    }),
  )
  const isAnswer = found.every((each) => each.every(({ score, prediction }) => isSame(score ?? 0, prediction)))
  return isAnswer ? found.map((each) => each.map((output) => ({ ...output, score: null }))) : found
}

/** The positive class alone, since the other is what it is not; of many classes the most probable. */
export const shownOutputs = (targetType: Outcome['targetType'], outputs: ExplainedOutputs): ExplainedOutputs =>
  outputs
    .slice(targetType === 'binary' && outputs.length > 1 ? 1 : 0)
    .toSorted((a, b) => b.prediction - a.prediction)
    .slice(0, mostOutputs)
