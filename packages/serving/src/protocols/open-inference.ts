import { check, type Hyperparameter, type ParameterValues } from '@modelsmith/domain'
import { type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { type Outcome, scoreColumns } from '../answer.ts'
import { servingError } from '../errors.ts'
import { demandCount } from '../formats/read.ts'
import { demandParameters, parseJson } from '../request.ts'
import { type Datatype, datatypes, readBinary, type Tensor, writeBinary } from './tensors.ts'

const Parameters = Type.Optional(Type.Record(Type.String(), Type.Unknown()))

const InferenceRequest = Type.Object({
  id: Type.Optional(Type.String({ maxLength: 256 })),
  parameters: Parameters,
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      shape: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 2 }),
      datatype: Type.Enum(datatypes as Datatype[]),
      parameters: Parameters,
      data: Type.Optional(Type.Array(Type.Unknown())),
    }),
    { minItems: 1 },
  ),
  outputs: Type.Optional(Type.Array(Type.Object({ name: Type.String(), parameters: Parameters }))),
})
type InferenceRequest = Static<typeof InferenceRequest>

export type Inference = {
  readonly id: string | undefined
  readonly rows: Table
  /** Of the request's parameters those that the model declares; the others are the protocol's. */
  readonly parameters: ParameterValues
  /** Undefined: all outputs, as JSON. */
  readonly outputs: readonly { readonly name: string; readonly binary: boolean }[] | undefined
  readonly allBinary: boolean
}

/**
 * A request of the Open Inference Protocol v2: a tensor for each column, or one of rows × columns in the order of the model's
 * columns.
 *
 * @param jsonBytes how many bytes of the body are JSON; the values of binary tensors follow them
 */
export const readInference = (
  inputs: readonly ColumnSchema[],
  outcome: Outcome,
  declared: readonly Hyperparameter[],
  body: Uint8Array,
  jsonBytes: number | undefined,
): Inference => {
  if (jsonBytes !== undefined && !(jsonBytes >= 0 && jsonBytes <= body.length)) {
    throw servingError('serving.tensor', { name: '', problem: 'Inference-Header-Content-Length does not fit the body' })
  }
  const value = parseJson(body.subarray(0, jsonBytes ?? body.length))
  const findings = check(InferenceRequest, value)
  if (findings.length > 0)
    throw servingError('serving.inference', { problem: findings[0]?.message ?? '' }, { findings })
  const request = value as InferenceRequest
  const tensors = readTensors(request, body.subarray(jsonBytes ?? body.length))
  const rows = rowsOf(tensors, inputs)
  demandCount(rows.length)
  const known = outputsOf(outcome).map(({ name }) => name)
  const outputs = request.outputs?.map(({ name, parameters }) => {
    if (!known.includes(name)) throw servingError('serving.output', { name, known })
    return { name, binary: parameters?.['binary_data'] === true }
  })
  return {
    id: request.id,
    rows: tableFromRows({ columns: inputs }, rows),
    parameters: demandParameters(
      Object.fromEntries(
        Object.entries(request.parameters ?? {}).filter(([name]) => declared.some((each) => each.name === name)),
      ),
    ),
    outputs,
    allBinary: request.parameters?.['binary_data_output'] === true,
  }
}

const readTensors = ({ inputs }: InferenceRequest, binary: Uint8Array): readonly Tensor[] => {
  let at = 0
  return inputs.map(({ name, shape, datatype, parameters, data }) => {
    const wrong = (problem: string) => servingError('serving.tensor', { name, problem })
    const count = shape.reduce((product, size) => product * size, 1)
    const size = parameters?.['binary_data_size']
    if (size !== undefined) {
      const end = at + Number(size)
      if (!Number.isInteger(size) || end < at || end > binary.length) throw wrong('its bytes are not in the body')
      const values = readBinary(name, datatype, count, binary.subarray(at, end))
      at = end
      return { name, shape, datatype, values }
    }
    if (data === undefined) throw wrong('it has no data')
    const values = data.some(Array.isArray) ? data.flat(2) : data
    if (values.length !== count) throw wrong(`its shape stands for ${count} values, it has ${values.length}`)
    return { name, shape, datatype, values }
  })
}

type Row = Record<string, unknown>

/** NaN is how a tensor of numbers says that a value is missing. */
const cellOf = (value: unknown): unknown => (Number.isNaN(value) ? null : value)

const rowsOf = (tensors: readonly Tensor[], inputs: readonly ColumnSchema[]): Row[] => {
  const [first] = tensors as [Tensor]
  const rows = first.shape[0] as number
  const isTable = tensors.length === 1 && first.shape.length === 2 && (first.shape[1] !== 1 || inputs.length === 1)
  if (isTable && !inputs.some(({ name }) => name === first.name)) {
    const columns = first.shape[1] as number
    if (columns !== inputs.length) {
      const problem = `it has ${columns} columns, the model has ${inputs.length}`
      throw servingError('serving.tensor', { name: first.name, problem })
    }
    return Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(inputs.map(({ name }, column) => [name, cellOf(first.values[row * columns + column])])),
    )
  }
  const twice = tensors.find(({ name }, index) => tensors.findIndex((each) => each.name === name) < index)
  if (twice !== undefined) throw servingError('serving.tensor', { name: twice.name, problem: 'it comes twice' })
  const wrong = tensors.find(({ shape }) => shape[0] !== rows || (shape[1] ?? 1) !== 1)
  if (wrong !== undefined) {
    const problem = `its shape is ${JSON.stringify(wrong.shape)}; [${rows}] or [${rows}, 1] was expected, one tensor a column`
    throw servingError('serving.tensor', { name: wrong.name, problem })
  }
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(tensors.map(({ name, values }) => [name, cellOf(values[row])])),
  )
}

/** A tensor that an answer has; -1 stands for the number of rows. */
type OutputTensor = {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly parameters?: { readonly classes: readonly string[] }
}

/** The label or number of each row, and for classes their probabilities. */
const outputsOf = ({ targetType, classes, labels, withoutProbabilities }: Outcome): readonly OutputTensor[] =>
  targetType === 'binary' || targetType === 'multiclass'
    ? [
        { name: 'prediction', datatype: 'BYTES', shape: [-1] },
        ...(labels === 'alone' || withoutProbabilities === true ? [] : [probabilitiesOf(classes)]),
      ]
    : [{ name: 'prediction', datatype: 'FP64', shape: [-1] }]

const probabilitiesOf = (classes: readonly string[]): OutputTensor => ({
  name: 'probabilities',
  datatype: 'FP64',
  shape: [-1, classes.length],
  parameters: { classes },
})

const datatypeOf: Readonly<Record<ColumnSchema['type'], Datatype>> = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  category: 'BYTES',
  text: 'BYTES',
  date: 'BYTES',
}

/** What the model takes and gives, as the protocol has it. */
export const modelMetadata = (name: string, inputs: readonly ColumnSchema[], outcome: Outcome) => ({
  name,
  versions: ['1'],
  platform: 'modelsmith',
  inputs: inputs.map((column) => ({ name: column.name, datatype: datatypeOf[column.type], shape: [-1] })),
  outputs: outputsOf(outcome),
})

export type InferenceAnswer = { readonly json: string; readonly binary: Uint8Array | undefined }

export const inferenceAnswer = (
  model: string,
  { id, outputs, allBinary }: Inference,
  scores: Table,
  outcome: Outcome,
): InferenceAnswer => {
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  const values: Readonly<Record<string, readonly unknown[]>> = {
    prediction: predictions,
    probabilities: Array.from({ length: scores.rows }, (_, row) => probabilities.map((column) => column[row])).flat(),
  }
  const chunks: Uint8Array[] = []
  const tensors: object[] = []
  for (const { name, datatype, shape, parameters } of outputsOf(outcome)) {
    const asked = outputs?.find((output) => output.name === name)
    if (outputs !== undefined && asked === undefined) continue
    const all = values[name] ?? []
    const head = { name, datatype, shape: [scores.rows, ...shape.slice(1)] }
    if (asked?.binary ?? allBinary) {
      const bytes = writeBinary({ datatype, values: all })
      chunks.push(bytes)
      tensors.push({ ...head, parameters: { ...parameters, binary_data_size: bytes.length } })
    } else tensors.push({ ...head, ...(parameters === undefined ? {} : { parameters }), data: all })
  }
  const json = JSON.stringify({
    model_name: model,
    model_version: '1',
    ...(id === undefined ? {} : { id }),
    outputs: tensors,
  })
  return { json, binary: chunks.length === 0 ? undefined : Buffer.concat(chunks) }
}

/** What the protocol's clients read of an error. */
export const inferenceError = (message: string) => ({ error: message })
