import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Client,
  ApiError,
  type Deployment,
  type Experiment,
  type Job,
  type PredictionAnswer,
} from '@modelsmith/api'
import { fits, matchFields } from '@modelsmith/domain'
import { floatText } from '@modelsmith/scoring'
import type { ColumnType } from '@modelsmith/table'
import { csvCells } from '../models/cells.ts'
import { asSet, toleranceOf } from '../models/check.ts'
import { apart, difference, numberOf } from '../models/compare.ts'
import { readFixture } from '../models/fixture.ts'
import type { SparkTypes } from '../models/spark.ts'

type Cell = number | string | boolean | null
type Row = Record<string, Cell>
type Prediction = PredictionAnswer['predictions'][number]
export type Walked =
  | {
      readonly outcome: 'ok'
      readonly rows: number
      /** Cells that were compared. */
      readonly answers: number
      /** The largest difference of a number, as `apart` tells it. */
      readonly apart: number
    }
  | { readonly outcome: 'not ok' | 'skip'; readonly why: string }

const passedThrough = 'case number'
/** What the application calls a column of the fixture. */
const fieldOf = (column: string): string => `our ${column}`

/**
 * One fixture's way through the platform over HTTP only: uploaded, its algorithm chosen already, its columns renamed, shuffled and
 * beside one that is passed through, submitted, released, deployed and asked; the answers must be those of the library.
 */
export const walk = async (client: Client, registeredModel: string, folder: string, name: string): Promise<Walked> => {
  try {
    return await walked(client, registeredModel, folder, name)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { detail, findings = [] } = error.problem
    return { outcome: 'not ok', why: [detail, ...findings.slice(0, 2).map(({ message }) => message)].join(' ') }
  }
}

const walked = async (client: Client, registeredModel: string, folder: string, name: string): Promise<Walked> => {
  const { columns, rows: all } = rowsOf(join(folder, name))
  const noNumbers = rowsOfNoNumbers(join(folder, name))
  const unasked = new Set([
    ...noNumbers,
    ...all.flatMap((row, at) => (Object.values(row).some(isUnstorable) ? [at] : [])),
  ])
  const isAsked = (_: unknown, at: number): boolean => !unasked.has(at)
  const rows = all.filter(isAsked)
  const asked = rows.slice(0, mostRows)
  const whole = readFixture(folder, name)
  if (noNumbers.size > 0 && whole.expected.length !== all.length)
    return { outcome: 'skip', why: 'its rows hold NaN beside null, which JSON has not' }
  const fixture = { ...whole, expected: whole.expected.filter(isAsked) }
  if (asked.flatMap((row) => Object.values(row)).some((cell) => typeof cell === 'string' && /^[+-]?inf$/i.test(cell)))
    return { outcome: 'skip', why: 'its rows hold infinities, which JSON has not' }

  const types = inputWordsOf(join(folder, name)).input_columns ?? {}
  if (fixture.className.endsWith('.ImputerModel') && Object.values(types).includes('float'))
    return { outcome: 'skip', why: 'it rounds to the single precision of its columns, which no field has' }
  if (fixture.header.every((column) => columns.includes(column)))
    return { outcome: 'skip', why: 'it adds no column to its rows' }
  const experiment = await client.call('createExperiment', { params: { id: registeredModel }, body: { name } })
  const fileName = existsSync(join(folder, name, 'model.zip')) ? 'model.zip' : 'model.pkl'
  const data = new Blob([fixture.bytes as BlobPart])
  const params = { id: experiment.id }
  const uploaded = await client.upload('uploadModelFile', { params, files: [{ name: fileName, data }] })
  const chosen = uploaded.algorithm?.split('.').at(-1)
  // The own files of the boosting libraries keep no class.
  if (chosen !== 'Booster' && chosen !== fixture.className.split('.').at(-1))
    return { outcome: 'not ok', why: `${uploaded.algorithm} was chosen for ${fixture.className}` }

  const application = mapped(uploaded, { columns, rows }, types)
  const changed = await client.call('changeExperiment', { params, body: { application }, ifMatch: uploaded.version })
  await client.call('submitExperiment', { params, ifMatch: changed.version })
  const most = Math.floor(mostValues / Math.max(1, uploaded.model?.outputs.length ?? 1))
  const ours = asked.slice(0, most).map((row, at) => renamed(row, application, at))
  const begun = await client.call('releaseExperiment', {
    params: { id: registeredModel },
    body: { experimentId: experiment.id, rows: ours.slice(0, 3) },
  })
  const job = await ended(client, begun.job)
  if (job.state !== 'succeeded') return { outcome: 'not ok', why: `the release ${job.state}: ${job.error?.message}` }

  const deployed = await client.call('createDeployment', { body: { name, modelReleaseId: begun.release.id } })
  try {
    const active = await whenActive(client, deployed)
    if (active.state !== 'active')
      return { outcome: 'not ok', why: `the deployment is ${active.state}: ${active.problem}` }
    const answer = await client.call('predict', { params: { id: deployed.id }, body: { rows: ours } })
    const isPart = most < asked.length
    return compared(
      isPart ? { ...fixture, expected: fixture.expected.slice(0, most) } : fixture,
      answer.predictions,
      active.classes,
    )
  } finally {
    const { version } = await client.call('getDeployment', { params: { id: deployed.id } })
    await client.call('deleteDeployment', { params: { id: deployed.id }, ifMatch: version })
  }
}

/** As many as a request takes, and as an answer has room for. */
const mostRows = 10_000
const mostValues = 4_000_000

type InputWords = {
  readonly input_kind?: string
  readonly notes?: string
  readonly input_columns?: SparkTypes | null
}

const inputWordsOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as InputWords

/** Of Spark's fixtures, only a column called `text` has empty texts that are texts. */
const isMissingIn = ({ input_kind: kind, notes, input_columns: types }: InputWords, column: string, text: string) => {
  if (types?.[column] === 'string' && column === 'text') return false
  return kind === 'objects' && notes?.includes('missing') !== true ? false : text === '' || text.toLowerCase() === 'nan'
}

const cellIn = (words: InputWords, column: string, text: string | undefined): Cell => {
  if (text === undefined || isMissingIn(words, column, text)) return null
  const type = words.input_columns?.[column]
  if (type === 'json') return JSON.parse(text) as string | null
  return text
}

/** Text that no body may hold: a request with it is refused. */
const isUnstorable = (cell: Cell): boolean => typeof cell === 'string' && (cell.includes('\0') || !cell.isWellFormed())

/** Rows with a NaN in a column that holds nulls too: Spark tells them apart, and JSON has no NaN. Where rows were dropped none has a partner. */
const rowsOfNoNumbers = (folder: string): ReadonlySet<number> => {
  const types = inputWordsOf(folder).input_columns ?? {}
  if (!Object.values(types).includes('double')) return new Set()
  const [names = [], ...records] = csvCells(readFileSync(join(folder, 'input.csv'), 'utf8'))
  const places = names.flatMap((name, at) =>
    types[name] === 'double' && records.some((record) => record[at] === '') ? [at] : [],
  )
  return new Set(
    records.flatMap((record, row) => (places.some((at) => record[at]?.toLowerCase() === 'nan') ? [row] : [])),
  )
}

/** The rows of a fixture as JSON has them; an empty cell, and NaN, is a missing value. */
const rowsOf = (folder: string): { readonly columns: readonly string[]; readonly rows: readonly Row[] } => {
  const dicts = join(folder, 'input.jsonl')
  if (existsSync(dicts)) {
    const rows = readFileSync(dicts, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
    return { columns: [...new Set(rows.flatMap((row) => Object.keys(row)))], rows }
  }
  const [columns = [], ...records] = csvCells(readFileSync(join(folder, 'input.csv'), 'utf8'))
  const words = inputWordsOf(folder)
  return {
    columns,
    rows: records.map((record) =>
      Object.fromEntries(columns.map((column, at) => [column, cellIn(words, column, record[at])])),
    ),
  }
}

/** Inputs matched with the fixture's header, then called as an application calls them. */
const mapped = (
  { model, application }: Experiment,
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly Row[] },
  types: SparkTypes,
): Experiment['application'] => {
  if (model === null) throw new Error('The file was not read.')
  const kinds = new Map(model.inputs.map(({ name, kind }) => [name, kind]))
  const fields = columns.map((name) => {
    const isWhole = /^(int|bigint)$/.test(types[name] ?? '')
    const type: ColumnType = isWhole ? 'integer' : typeOf(name, rows)
    const kind = kinds.get(name)
    // What the file takes as a number may be sent as true and false; whole numbers are of a type of their own in Spark.
    return {
      name,
      ...((kind === undefined ? model.isVariable : (isWhole || type === 'boolean') && fits(kind, type))
        ? { type }
        : {}),
    }
  })
  const { inputs: matched } = matchFields(model, application, fields)
  // A model that reads one part of a vector asks for a column.
  const part = model.parameters.find(({ name }) => name === 'featureIndex')?.value ?? '0'
  const inputs = matched.map((each) =>
    each.field === null || columns.includes(each.field) || !columns.includes(`${each.field}:${part}`)
      ? each
      : { ...each, field: `${each.field}:${part}` },
  )
  return {
    inputs: inputs.map((input) => ({ ...input, field: input.field === null ? null : fieldOf(input.field) })),
    passThrough: [{ field: passedThrough, type: 'integer' }],
  }
}

/** Of a column that the file does not tell of. */
const typeOf = (column: string, rows: readonly Row[]): 'number' | 'boolean' | 'text' => {
  const cells = rows.flatMap((row) => row[column] ?? [])
  if (cells.every((cell) => /^(true|false)$/i.test(String(cell)))) return 'boolean'
  return cells.every((cell) => !Number.isNaN(Number(cell))) ? 'number' : 'text'
}

/** A row in the application's fields, in another order than the training's. */
const renamed = (row: Row, { inputs }: Experiment['application'], at: number): Row => {
  const types = new Map(inputs.map(({ field, type }) => [field, type]))
  const cells = Object.entries(row).flatMap(([column, cell]): [string, Cell][] => {
    const type = types.get(fieldOf(column))
    if (type === undefined) return []
    // A field has one type, where a mapping of Python may hold True beside 1.
    return [[fieldOf(column), type === 'number' && typeof cell === 'boolean' ? Number(cell) : cell]]
  })
  return Object.fromEntries([[passedThrough, at], ...cells.toReversed()])
}

const pauseMs = 100
const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs))

const ended = async (client: Client, { id }: Job): Promise<Job> => {
  for (;;) {
    const job = await client.call('getJob', { params: { id } })
    if (job.endedAt !== null) return job
    await pause()
  }
}

const whenActive = async (client: Client, { id }: Deployment): Promise<Deployment> => {
  for (;;) {
    const deployment = await client.call('getDeployment', { params: { id } })
    if (deployment.state !== 'starting') return deployment
    await pause()
  }
}

/** What an answer holds under the name that fixtures use; undefined where it holds no such thing. */
const valueOf = (prediction: Prediction, column: string, classes: readonly string[]): Cell | undefined => {
  const { probabilities, outputs } = prediction
  if (outputs !== undefined) {
    const own = column
      .replace(/^predict_proba\[(\d+)\]:/, 'probability_$1_')
      .replace(/^predict_proba:/, 'probability_')
      .replace(/^predict:/, 'prediction_')
      .replace(/^predict$/, 'prediction')
      .replace(/^(transform|score_samples|decision_function):/, '$1_')
    if (Object.hasOwn(outputs, column)) return outputs[column]
    if (Object.hasOwn(outputs, own)) return outputs[own]
    // What the fixture writes as one list of vectors of a number each.
    const parts = Object.keys(outputs).filter((name) => name.startsWith(`${column}:`))
    return parts.length === 0 ? undefined : JSON.stringify(parts.map((name) => `[${floatText(Number(outputs[name]))}]`))
  }
  // Of partial least squares the answers are a matrix, also where it has one column.
  if (column === 'predict' || column === 'predict:0' || column === 'prediction') return prediction.prediction
  const label = /^predict_proba:(.*)$/s.exec(column)?.[1] ?? classes[Number(/^probability:(\d+)$/.exec(column)?.[1])]
  return label === undefined ? undefined : probabilities?.[label]
}

/** A list as JSON, written as short as can be. */
const withoutSpaces = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

const compared = (
  fixture: ReturnType<typeof readFixture>,
  answered: readonly Prediction[],
  classes: readonly string[],
): Walked => {
  const { header, expected } = fixture
  const wrong = answered.findIndex(({ passThrough }, at) => passThrough?.[passedThrough] !== at)
  if (wrong >= 0) return { outcome: 'not ok', why: `row ${wrong} did not come back with its own number` }
  // Rows that Spark drops are answered with nothing here.
  const predictions =
    expected.length < answered.length
      ? answered.filter(({ outputs }) => Object.values(outputs ?? {}).some((cell) => cell !== null))
      : answered
  const [first] = predictions
  const names = header.filter((name) => first !== undefined && valueOf(first, name, classes) !== undefined)
  if (names.length === 0) return { outcome: 'not ok', why: `none of ${header.slice(0, 5).join(', ')} was answered` }
  let most = 0
  for (const name of names) {
    const cells = predictions.map((prediction) => valueOf(prediction, name, classes) ?? null)
    const isLabel = cells.some((cell) => typeof cell === 'string')
    const isOfSets = fixture.className.endsWith('.FPGrowthModel')
    const textAt = (row: number) => (typeof cells[row] === 'number' ? floatText(cells[row]) : String(cells[row] ?? ''))
    const wanted = expected.map((record) => record[header.indexOf(name)] as string)
    const column = {
      name,
      isLabel,
      values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
      text: (row: number) => (isOfSets ? asSet(textAt(row)) : textAt(row)),
    }
    // JSON has neither NaN nor infinities: both come as null.
    const asJson = wanted.map((text, row) =>
      cells[row] === null && /^(nan|[+-]?inf|)$/i.test(text) ? '' : text.startsWith('[') ? withoutSpaces(text) : text,
    )
    const tolerance = toleranceOf(fixture, name)
    const why = difference(column, isOfSets ? asJson.map(asSet) : asJson, tolerance)
    if (why !== undefined) return { outcome: 'not ok', why }
    if (isLabel) continue
    for (const [row, text] of asJson.entries()) {
      const distance = apart(column.values[row] as number, numberOf(text), tolerance)
      if (distance > most) most = distance
    }
  }
  return { outcome: 'ok', rows: predictions.length, answers: predictions.length * names.length, apart: most }
}
