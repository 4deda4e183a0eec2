import type { HostedModel } from '@modelsmith/api'
import {
  algorithmId,
  answerer,
  compile,
  type Inspection,
  inspect,
  labelTexts,
  type ModelInput,
  type OpenedModel,
  openModelFile,
  type SavedAs,
  savedAs,
  type Scorer,
} from '@modelsmith/scoring'
import { ModelsmithError, type SerializedError } from '@modelsmith/table'
import type { Outcome } from '../answer.ts'
import { askedOf, ownInput, rowsAnswerer, withSamples } from './answers.ts'

export type Described = Pick<Inspection, 'format' | 'bytes'> & { readonly compression: string | null } & (
    | { readonly model: HostedModel }
    | { readonly problem: SerializedError; readonly saved: SavedAs | null }
  )

/** What a model file is, what it takes and gives; or why it is refused, with every finding. Never throws for what it holds. */
export const describeModel = (bytes: Uint8Array): Described => {
  const inspection = inspect(bytes)
  const { format, compression, problem, model, findings } = inspection
  const about = { format, compression: compression ?? null, bytes: inspection.bytes }
  if (problem !== null || model === null)
    return {
      ...about,
      problem: problem ?? unreadable(findings.map(({ why }) => why).join(' ')),
      saved: model ?? savedAs(bytes),
    }
  try {
    const opened = openModelFile(bytes)
    const { library, version, module, className, parameters } = model
    return {
      ...about,
      model: {
        library,
        libraryVersion: version,
        className,
        algorithm: algorithmId(module, className),
        parameters: [...parameters],
        ...takesAndGives(opened),
      },
    }
  } catch (error) {
    if (error instanceof ModelsmithError) return { ...about, problem: error.toJSON(), saved: model }
    throw error
  }
}

const unreadable = (message: string): SerializedError => ({ code: 'modelFile.invalid', kind: 'invalid', message })

type TakesAndGives = Pick<
  HostedModel,
  'inputs' | 'width' | 'isVariable' | 'targetType' | 'classes' | 'answer' | 'outputs' | 'warnings'
>

const takesAndGives = (opened: OpenedModel): TakesAndGives => {
  const scorer = compile(opened.model, { kernels: 'plain' })
  const input = ownInput(opened, scorer) ?? { shape: 'mappings', columns: [] }
  const { isOfBatch } = answerer(scorer, askedOf(scorer))
  const { targetType, classes, labels, outputs } = outcomeOf(scorer)
  return {
    inputs: input.columns.flatMap(({ name, type, isNamed, isUnused }, place) =>
      isUnused === true ? [] : [{ name, kind: type, isNamed, place }],
    ),
    width: input.columns.length,
    isVariable: input.columns.length === 0,
    targetType,
    classes: [...classes],
    answer:
      outputs === true
        ? 'outputs'
        : labels === undefined
          ? 'number'
          : labels === 'alone'
            ? 'label'
            : 'labelWithProbabilities',
    outputs: [...outputsOf(scorer, input)],
    warnings: isOfBatch ? ['What it answers for a row depends on the rows that are asked with it.'] : [],
  }
}

const sampleCount = 3

/** What the answers of a few made-up rows are called; nothing where such rows do not suit the model. */
const outputsOf = (scorer: Scorer, input: ModelInput): HostedModel['outputs'] => {
  try {
    const answers = withSamples(input, sampleCount, (given) => rowsAnswerer(scorer, input)(sampleCount, given))
    return answers.map(({ name, values }) => ({ name, kind: values instanceof Float64Array ? 'number' : 'text' }))
  } catch (error) {
    if (error instanceof ModelsmithError) return []
    throw error
  }
}

/** How the answers of a model are to be written. */
export const outcomeOf = ({ methods: { predict, predictProba } }: Scorer): Outcome => {
  if (predict === undefined) return { targetType: 'transform', classes: [], outputs: true }
  if (predict.columns !== 1)
    return { targetType: predict.labels === undefined ? 'regression' : 'multiclass', classes: [], outputs: true }
  if (predict.labels === undefined) return { targetType: 'regression', classes: [] }
  const classes = (predictProba?.names ?? []).map(({ label }) => label)
  if (predictProba === undefined || classes.length === 0)
    return { targetType: 'multiclass', classes: predict.labels.flatMap(labelTexts), labels: 'alone' }
  return { targetType: classes.length === 2 ? 'binary' : 'multiclass', classes, labels: 'with probabilities' }
}
