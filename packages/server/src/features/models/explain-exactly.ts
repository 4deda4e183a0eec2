import type { Explanation as ExplanationAnswer } from '@modelsmith/api'
import { blueprintExplainer, type BlueprintExplainer } from '@modelsmith/scoring'
import { askApart, readingLimits } from '@modelsmith/serving'
import { ModelsmithError, type Table } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { JobPorts } from '../jobs/index.ts'
import { libraryNodes, reasonsOf } from './native-scoring.ts'
import type { ModelRow, StoredNative } from './store.ts'

type Outputs = ExplanationAnswer['outputs']

/** The exact explainer of a model in a folder, or why there is none: only what was proven equal to Python is explained for it. */
export const exactExplainer = async (
  { settings }: Pick<Context, 'settings'>,
  model: ModelRow,
  native: StoredNative,
  folder: string,
  background: Table,
  signal: JobPorts['signal'],
): Promise<BlueprintExplainer | { readonly why: string }> => {
  if (native.state === 'different') return { why: 'The native scorer does not answer as Python does.' }
  if (native.state === 'unread') return { why: native.reasons.join(' ') }
  try {
    const blueprint = await askApart<'blueprint'>(
      { kind: 'blueprint', path: folder, library: libraryNodes(model), withCover: true },
      { memoryMb: settings.modelMemoryMb, ...readingLimits },
      signal,
    )
    return blueprintExplainer(blueprint, background)
  } catch (error) {
    if (error instanceof ModelsmithError) return { why: reasonsOf(error).join(' ') }
    throw error
  }
}

/** As far apart are sums and predictions that are the same number. */
const tolerance = 1e-9

/**
 * Explanations of rows beside what the model predicts for them, one column for each of `classes` or the number. A score of two classes is that
 * of the second that the model knows, and is told of the positive class, which is the last.
 */
export const explainedExactly = (
  { outputs, explain }: BlueprintExplainer,
  rows: Table,
  predicted: readonly Float64Array[],
  classes: readonly string[],
): readonly Outputs[] => {
  const { base, rows: explained } = explain(rows)
  const isOneOfTwo = outputs.length === 1 && classes.length === 2
  const positive = classes.at(-1)
  const sign = isOneOfTwo && outputs[0] !== positive ? -1 : 1
  const found = explained.map((each, row) =>
    each.map(({ score, contributions }, output): Outputs[number] => {
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
  const isAnswer = found.every((each) =>
    each.every(
      ({ score, prediction }) => Math.abs((score ?? 0) - prediction) <= tolerance * Math.max(1, Math.abs(prediction)),
    ),
  )
  return isAnswer ? found.map((each) => each.map((output) => ({ ...output, score: null }))) : found
}
