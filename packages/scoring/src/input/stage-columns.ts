import type { Cell } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import type { StageModel } from '../stages/stage.ts'
import type { InputColumn } from './input.ts'

/** A column that a stage reads: a number, a text, or a vector of so many numbers. */
type Read = {
  readonly name: string
  readonly type: 'number' | 'text' | 'vector'
  readonly size?: number | undefined
  readonly values?: readonly Cell[]
}

/** The stages of a model of Spark's, in their order; undefined for other models. */
export const stagesOf = (model: Model): readonly StageModel[] | undefined => {
  if (model.kind === 'stage') return [model]
  if (model.kind === 'delegate') return stagesOf(model.model)
  if (model.kind !== 'pipeline' || model.steps.length === 0) return undefined
  const steps = model.steps.map(stagesOf)
  return steps.every((step) => step !== undefined) ? steps.flat() : undefined
}

/** The columns that the stages read and none of them makes. */
export const stageColumns = (stages: readonly StageModel[], model: string): readonly InputColumn[] => {
  const made = new Set<string>()
  const reads = new Map<string, Read>()
  for (const [at, stage] of stages.entries()) {
    const laterReads = new Set(
      stages
        .slice(at + 1)
        .flatMap(readsOf)
        .map(({ name }) => name),
    )
    for (const read of readsOf(stage)) {
      if (isOfTraining(stage, read.name, stages.length, laterReads)) continue
      const known = reads.get(read.name)
      if (!made.has(read.name) && (known === undefined || (known.type === 'number' && read.type !== 'number')))
        reads.set(read.name, read)
    }
    for (const name of writesOf(stage)) made.add(name)
  }
  return [...reads.values()].flatMap(({ name, type, size, values }): InputColumn[] => {
    if (type !== 'vector') return [{ name, isNamed: true, type, ...(values === undefined ? {} : { values }) }]
    if (size === undefined)
      throw scoringError('model.input', {
        name: model,
        reason: `it does not tell how wide the vectors of "${name}" are`,
      })
    return Array.from({ length: size }, (_, part) => ({
      name: `${name}:${part}`,
      isNamed: true,
      type: 'number',
      vector: name,
    }))
  })
}

/** Labels are turned into numbers by a stage of their own, whose result nothing reads when rows are scored. */
const isOfTraining = ({ stage }: StageModel, name: string, stages: number, laterReads: ReadonlySet<string>): boolean =>
  stage.kind === 'textToIndex' &&
  stages > 1 &&
  stage.columns.every(({ input, output }) => input !== name || !laterReads.has(output))

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const readsOf = ({ stage }: StageModel): readonly Read[] => {
  const fields = stage as Fields
  const { columns } = fields
  const pairs = Array.isArray(columns) ? columns.filter(isRecord) : []
  switch (stage.kind) {
    case 'assembler':
      return stage.inputs.map((name) => ({ name, type: 'number' }))
    case 'textToIndex':
      return stage.columns.map(({ input, labels }) => ({ name: input, type: 'text', values: labels }))
    case 'oneVsRest':
      return stage.members.slice(0, 1).map(({ features, size }) => ({ name: features, type: 'vector', size }))
    case 'regressor': {
      const { features, size, offset } = stage
      return [
        { name: features, type: 'vector', size },
        ...(offset === undefined ? [] : [{ name: offset, type: 'number' as const }]),
      ]
    }
    default: {
      const { input, features, inputs } = fields
      const many = Array.isArray(inputs) ? inputs : []
      const names = [input, features, ...many, ...pairs.map((pair) => pair['input'])].filter(
        (name) => typeof name === 'string',
      )
      const type = typeOf(stage.kind)
      return names.map((name) => ({ name, type, size: type === 'vector' ? sizeOf(fields) : undefined }))
    }
  }
}

/** Stages that read single numbers, or texts; the others read vectors. */
const numberStages = new Set<string>(['binarizer', 'bucketizer', 'means', 'oneHot', 'indexToText'])
const textStages = /text|token|word|term|ngram|gram/i

const typeOf = (kind: string): Read['type'] =>
  numberStages.has(kind) ? 'number' : textStages.test(kind) ? 'text' : 'vector'

const sizeOf = (fields: Fields): number | undefined => {
  const { size, shifts, made } = fields
  if (typeof size === 'number') return size
  if (shifts instanceof Float64Array) return shifts.length
  return isRecord(made) && typeof made['size'] === 'number' ? made['size'] : undefined
}

const writesOf = ({ stage }: StageModel): readonly string[] => {
  const fields = stage as Fields
  const { output, prediction, rawColumn, scoreColumn, columns, variance, outputs } = fields
  const more = Array.isArray(columns)
    ? columns.filter(isRecord).map((pair) => pair['output'])
    : isRecord(columns)
      ? Object.values(columns)
      : []
  const many = Array.isArray(outputs) ? outputs : []
  const behind = isRecord(variance) ? [variance['column']] : []
  return [output, prediction, rawColumn, scoreColumn, ...more, ...many, ...behind].filter(
    (name) => typeof name === 'string',
  )
}
