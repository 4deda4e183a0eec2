import { check } from '@modelsmith/domain'
import { cellReader, type Column, type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { type Outcome, parts, scoreColumns } from '../answer.ts'
import { servingError } from '../errors.ts'
import { refuseExplanations } from '../explanations/wish.ts'
import type { FormedAnswer } from '../formats/answers.ts'
import { demandCount } from '../formats/read.ts'
import { type Asked, demandParameters, parseJson, readAssociated } from '../request.ts'
import type { Protocol, Subject } from './protocol.ts'
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

type Inference = {
  readonly id: string | undefined
  readonly asked: Asked
  /** Undefined: all outputs, as JSON. */
  readonly outputs: readonly { readonly name: string; readonly binary: boolean }[] | undefined
  readonly allBinary: boolean
}

/** Requests of the Open Inference Protocol v2: a tensor for each column, or one of rows × columns in the order of the model's columns. */
export const openInference: Protocol = {
  name: 'open-inference',
  begin: (headers, address) => {
    refuseExplanations(address)
    return (body, subject) => {
      const head = headers[jsonLength]
      const inference = readInference(subject, body, head === undefined ? undefined : Number(head))
      return { asked: inference.asked, answer: (scores) => formed(inferenceAnswer(subject, inference, scores)) }
    }
  },
  error: (message) => ({ error: message }),
}

/** Of the binary extension: how many bytes of a body are JSON. */
const jsonLength = 'inference-header-content-length'

const formed = ({ json, binary }: InferenceAnswer): FormedAnswer => {
  if (binary === undefined) return { body: json, headers: {} }
  const head = Buffer.from(json)
  return {
    body: Buffer.concat([head, binary]),
    headers: { 'content-type': 'application/octet-stream', [jsonLength]: String(head.length) },
  }
}

/** Parameters of a request that are the protocol's, or of servers that follow it; the others are the model's. */
const protocolParameters: ReadonlySet<string> = new Set([
  'binary_data_output',
  'content_type',
  'headers',
  'priority',
  'sequence_id',
  'sequence_start',
  'sequence_end',
  'timeout',
])

/** @param jsonBytes how many bytes of the body are JSON; the values of binary tensors follow them */
const readInference = (
  { inputs, outcome, association }: Subject,
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
  const known = outputsOf(outcome)?.map(({ name }) => name)
  const outputs = request.outputs?.map(({ name, parameters }) => {
    if (known?.includes(name) === false) throw servingError('serving.output', { name, known })
    return { name, binary: parameters?.['binary_data'] === true }
  })
  const own = Object.entries(request.parameters ?? {}).filter(([name]) => !protocolParameters.has(name))
  const read = (columns: readonly ColumnSchema[]) => tableFromRows({ columns }, rows)
  return {
    id: request.id,
    asked: { ...readAssociated(inputs, association, read), parameters: demandParameters(Object.fromEntries(own)) },
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

/** The label or number of each row, and for classes their probabilities; undefined where the answer itself names its outputs. */
const outputsOf = ({
  targetType,
  classes,
  labels,
  outputs,
  withoutProbabilities,
}: Outcome): readonly OutputTensor[] | undefined => {
  if (outputs === true) return undefined
  return targetType === 'binary' || targetType === 'multiclass'
    ? [
        { name: 'prediction', datatype: 'BYTES', shape: [-1] },
        ...(labels === 'alone' || withoutProbabilities === true ? [] : [probabilitiesOf(classes)]),
      ]
    : [{ name: 'prediction', datatype: 'FP64', shape: [-1] }]
}

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
export const modelMetadata = ({ name, version, inputs, outcome }: Omit<Subject, 'facts'>) => ({
  name,
  versions: [version],
  platform: 'modelsmith',
  inputs: inputs.map((column) => ({ name: column.name, datatype: datatypeOf[column.type], shape: [-1] })),
  outputs: outputsOf(outcome) ?? [],
})

type InferenceAnswer = { readonly json: string; readonly binary: Uint8Array | undefined }

const inferenceAnswer = (
  { name: model, version, outcome }: Subject,
  { id, outputs, allBinary }: Inference,
  scores: Table,
): InferenceAnswer => {
  const chunks: Uint8Array[] = []
  const tensors: object[] = []
  const found = tensorsOf(scores, outcome)
  const unknown = outputs?.find(({ name }) => !found.some((tensor) => tensor.name === name))
  if (unknown !== undefined)
    throw servingError('serving.output', { name: unknown.name, known: found.map(({ name }) => name) })
  for (const { name, datatype, shape, parameters, values } of found) {
    const asked = outputs?.find((output) => output.name === name)
    if (outputs !== undefined && asked === undefined) continue
    const head = { name, datatype, shape: [scores.rows, ...shape.slice(1)] }
    if (asked?.binary ?? allBinary) {
      const bytes = writeBinary({ datatype, values })
      chunks.push(bytes)
      tensors.push({ ...head, parameters: { ...parameters, binary_data_size: bytes.length } })
    } else tensors.push({ ...head, ...(parameters === undefined ? {} : { parameters }), data: values })
  }
  const json = JSON.stringify({
    model_name: model,
    model_version: version,
    ...(id === undefined ? {} : { id }),
    outputs: tensors,
  })
  return { json, binary: chunks.length === 0 ? undefined : Buffer.concat(chunks) }
}

/** The values of each output; of models whose answers name their outputs, a tensor for each column. */
const tensorsOf = (
  table: Table,
  outcome: Outcome,
): readonly (OutputTensor & { readonly values: readonly unknown[] })[] => {
  const { scores } = parts(table, outcome)
  const fixed = outputsOf(outcome)
  if (fixed === undefined)
    return scores.schema.columns.map((column, at) => {
      const read = cellReader(scores.columns[at] as Column, column)
      const values = Array.from({ length: scores.rows }, (_, row) => read(row))
      return { name: column.name, datatype: datatypeOf[column.type], shape: [-1], values }
    })
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  const values: Readonly<Record<string, readonly unknown[]>> = {
    prediction: predictions,
    probabilities: Array.from({ length: scores.rows }, (_, row) => probabilities.map((column) => column[row])).flat(),
  }
  return fixed.map((tensor) => ({ ...tensor, values: values[tensor.name] ?? [] }))
}
