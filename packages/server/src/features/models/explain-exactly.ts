import type { Explanation as ExplanationAnswer } from '@modelsmith/api'
import { blueprintExplainer, type BlueprintExplainer } from '@modelsmith/scoring'
import { askApart, readingLimits, trainedOutputs } from '@modelsmith/serving'
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

/** Explanations of rows beside what the model predicts for them, one column for each of `classes` or the number. */
export const explainedExactly = (
  { outputs, explain }: BlueprintExplainer,
  rows: Table,
  predicted: readonly Float64Array[],
  classes: readonly string[],
): readonly Outputs[] => trainedOutputs(outputs, explain(rows), predicted, classes)
