import type { Classifier, Decision } from '../stages/classifier.ts'
import type { Saved } from './saved.ts'

/** The name of a column that not every version adds. */
export const columnIfAny = (saved: Saved, parameter: string): string =>
  saved.has(parameter) ? saved.text(parameter) : ''

/** Names of the columns that a classifier adds: boosted trees before 2.2 and networks before 2.3 only predict. */
export const classifierColumns = (saved: Saved): Classifier['columns'] => ({
  raw: columnIfAny(saved, 'rawPredictionCol'),
  probability: columnIfAny(saved, 'probabilityCol'),
  prediction: saved.text('predictionCol'),
})

/** One threshold a class where they are set. */
export const thresholdsOrHighest = (saved: Saved, classes: number): Decision => {
  if (!saved.has('thresholds')) return { kind: 'highest' }
  const thresholds = saved.numbers('thresholds')
  if (thresholds.length !== classes) throw saved.mismatch('thresholds', `${classes} numbers`)
  return { kind: 'thresholds', thresholds }
}

/** Whether a single column is meant: the list may be there as a default. */
export const isSingle = (saved: Saved): boolean => saved.has('inputCol') || !saved.has('inputCols')

/** A single input and output, or several of each. */
export const inputsAndOutputs = (saved: Saved): readonly { readonly input: string; readonly output: string }[] => {
  if (isSingle(saved)) return [{ input: saved.text('inputCol'), output: saved.text('outputCol') }]
  const outputs = saved.texts('outputCols')
  const inputs = saved.texts('inputCols')
  if (inputs.length !== outputs.length) throw saved.mismatch('outputCols', `${inputs.length} names`)
  return inputs.map((input, index) => ({ input, output: outputs[index] as string }))
}

export const handleInvalid = (saved: Saved): 'error' | 'skip' | 'keep' => {
  if (!saved.has('handleInvalid')) return 'error'
  const value = saved.text('handleInvalid')
  if (value === 'error' || value === 'skip' || value === 'keep') return value
  throw saved.wrong('handleInvalid', '"error", "skip" or "keep"')
}
