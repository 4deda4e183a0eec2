import type { Application } from '@modelsmith/api'
import {
  type AnswerColumn,
  answerer,
  type Asked,
  dataOf,
  type GivenColumn,
  type InputColumn,
  inputOf,
  type ModelInput,
  type OpenedModel,
  sampleRows,
  type Scorer,
} from '@modelsmith/scoring'
import { ModelsmithError } from '@modelsmith/table'
import { servingError } from '../errors.ts'

/** The question that a model is asked: what it predicts, else what it makes of rows, else the first thing that it knows. */
export const askedOf = ({ name, methods }: Scorer): Asked => {
  if (methods.predict !== undefined || methods.transform !== undefined) return 'prediction'
  const [first] = Object.keys(methods) as Asked[]
  if (first === undefined) throw servingError('serving.answersNothing', { name })
  return first
}

type Fields = Pick<Application, 'inputs'>

/** What the file itself says of its input; undefined where only whoever applies it knows the columns. */
export const ownInput = ({ model, featureNames }: OpenedModel, scorer: Scorer): ModelInput | undefined => {
  try {
    const input = inputOf(model, scorer, featureNames)
    return input.columns.length > 0 ? input : undefined
  } catch (error) {
    if (error instanceof ModelsmithError && error.code === 'model.input') return undefined
    throw error
  }
}

/** The input of a model under an application, whose fields say what the file does not. */
export const inputUnder = (opened: OpenedModel, scorer: Scorer, { inputs }: Fields): ModelInput => {
  const own = ownInput(opened, scorer)
  if (own !== undefined) return own
  if (opened.library === 'Spark') {
    // The parts of its vectors that the application names say how wide these are.
    const names = inputs.map(({ input }) => input)
    const named = inputOf(opened.model, scorer, undefined, names)
    if (named.columns.length > 0) return named
  }
  const columns = inputs.map(({ input: name, type }): InputColumn => {
    const part = /^(.+):\d+$/.exec(name)?.[1]
    const vector = part === undefined ? {} : { vector: part }
    const isText = type === 'text' || type === 'category'
    return { name, isNamed: true, type: isText ? 'text' : type === 'boolean' ? 'boolean' : 'number', ...vector }
  })
  if (opened.library === 'Spark') return { shape: 'named', columns }
  const { shape, columns: known } = inputOf(
    opened.model,
    scorer,
    inputs.map(({ input }) => input),
  )
  return shape === 'mappings'
    ? { shape, columns: columns.map((column) => ({ ...column, type: 'any' })) }
    : { shape, columns: known }
}

const sampledRows = (input: ModelInput, count: number, positive: boolean): readonly GivenColumn[] => {
  const rows = sampleRows(input, count)
  return input.columns.map((_, at) =>
    rows.map((row) => {
      const cell = row[at] ?? null
      return positive && typeof cell === 'number' ? Math.abs(cell) + 1 : cell
    }),
  )
}

/** Columns of made-up cells, and what the work makes of them; of numbers above zero where the model takes no others. */
export const withSamples = <T>(input: ModelInput, count: number, work: (given: readonly GivenColumn[]) => T): T => {
  try {
    return work(sampledRows(input, count, false))
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    return work(sampledRows(input, count, true))
  }
}

/** Answers rows that are given column by column; where the model leaves a row out, the row has no answer. */
export const rowsAnswerer = (scorer: Scorer, input: ModelInput, names?: readonly string[]) => {
  const { answer } = answerer(scorer, askedOf(scorer))
  return (rows: number, given: readonly GivenColumn[]): readonly AnswerColumn[] => {
    const { columns, kept } = answer(dataOf(input, rows, given, names))
    if (kept === undefined) return columns
    return columns.map(({ name, values }) => ({ name, values: spread(values, kept, rows) }))
  }
}

const spread = (values: AnswerColumn['values'], kept: Float64Array, rows: number): AnswerColumn['values'] => {
  if (values instanceof Float64Array) {
    const all = new Float64Array(rows).fill(Number.NaN)
    kept.forEach((row, at) => (all[row] = values[at] as number))
    return all
  }
  const all = Array.from({ length: rows }, (): string | null => null)
  kept.forEach((row, at) => (all[row] = values[at] ?? null))
  return all
}
