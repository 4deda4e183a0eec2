import type { Hyperparameter } from '@modelsmith/domain'
import type { ColumnSchema } from '@modelsmith/table'
import type { Outcome } from './answer.ts'
import { mediaTypes } from './formats/formats.ts'
import { modelMetadata } from './protocols/open-inference.ts'

type Served = Outcome & {
  readonly name: string
  readonly version: string
  readonly inputs: readonly ColumnSchema[]
  readonly parameters: readonly Hyperparameter[]
}

const cellSchemas: Readonly<Record<ColumnSchema['type'], object>> = {
  number: { type: ['number', 'string', 'null'] },
  integer: { type: ['number', 'string', 'null'] },
  boolean: { type: ['boolean', 'number', 'string', 'null'] },
  category: { type: ['string', 'number', 'boolean', 'null'] },
  text: { type: ['string', 'number', 'boolean', 'null'] },
  date: { type: ['string', 'null'], description: 'ISO 8601' },
}

const json = (schema: object) => ({ 'application/json': { schema } })
const binary = (description: string) => ({ schema: { type: 'string', format: 'binary', description } })
/** Tables as they travel in requests and in answers. */
const tables = {
  [mediaTypes.csv]: { schema: { type: 'string', description: 'With a header that names the columns' } },
  [mediaTypes.arrow]: binary('An Arrow IPC stream; of a request a file too'),
  [mediaTypes.parquet]: binary('A Parquet file'),
}
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** The OpenAPI 3.1 document of a server of one model, with the model's own columns and classes. */
export const folderOpenApi = ({ name, version, inputs, parameters, ...outcome }: Served): object => {
  const { targetType, classes, labels } = outcome
  const isClassification = targetType === 'binary' || targetType === 'multiclass'
  const probability = { type: 'number', minimum: 0, maximum: 1 }
  const model = `/v2/models/${encodeURIComponent(name)}`
  const problem = {
    description: 'What was wrong, what was expected, what to do',
    content: { 'application/problem+json': { schema: reference('Problem') } },
  }
  const operation = (operationId: string, summary: string, content: object, requestBody?: object) => ({
    operationId,
    summary,
    ...(requestBody === undefined ? {} : { requestBody: { required: true, content: requestBody } }),
    responses: { 200: { description: 'Done', content }, default: problem },
  })
  const list = (items: object) => ({ type: 'array', items })
  const empty = json({ type: 'object' })
  const text = { 'text/plain': { schema: { type: 'string' } } }
  return {
    openapi: '3.1.0',
    info: { title: name, version, summary: `Predictions of one ${targetType} model` },
    paths: {
      '/predictions': {
        post: operation(
          'predict',
          'Score rows',
          { ...json(reference('Predictions')), ...tables },
          {
            ...json({
              oneOf: [
                form('rows', list(reference('Row')), { parameters: reference('Parameters') }),
                form(
                  'columns',
                  { type: 'object', additionalProperties: { type: 'array' } },
                  { parameters: reference('Parameters') },
                ),
              ],
            }),
            ...tables,
          },
        ),
      },
      '/invocations': {
        post: operation('invoke', "Score rows as MLflow's clients send them", json(reference('Invocation')), {
          ...json({
            oneOf: [
              form(
                'dataframe_split',
                {
                  type: 'object',
                  required: ['columns', 'data'],
                  properties: { columns: list({ type: 'string' }), data: list({ type: 'array' }) },
                },
                { params: reference('Parameters') },
              ),
              form('dataframe_records', list(reference('Row')), { params: reference('Parameters') }),
              form('instances', { type: 'array' }, { params: reference('Parameters') }),
              form('inputs', { type: ['object', 'array'] }, { params: reference('Parameters') }),
            ],
          }),
          ...tables,
        }),
      },
      [`${model}/infer`]: {
        post: operation(
          'infer',
          'Score tensors of the Open Inference Protocol v2',
          json(reference('InferenceAnswer')),
          json(reference('InferenceRequest')),
        ),
      },
      [model]: {
        get: operation(
          'modelMetadata',
          'Columns and outputs of the model',
          json({ const: modelMetadata({ name, version: '1', inputs, outcome }) }),
        ),
      },
      [`${model}/ready`]: { get: operation('modelReady', 'Whether the model answers', empty) },
      '/v2': { get: operation('serverMetadata', 'Name and version of the server', empty) },
      '/v2/health/live': { get: operation('live', 'Whether the server runs', empty) },
      '/v2/health/ready': { get: operation('ready', 'Whether the model answers', empty) },
      '/health': { get: operation('health', 'Whether the model answers', empty) },
      '/ping': { get: operation('ping', 'The same, where MLflow asks it', empty) },
      '/version': { get: operation('version', 'Version of the server', text) },
      '/metrics': { get: operation('metrics', 'Requests, rows and latency in the format of Prometheus', text) },
      '/openapi.json': { get: operation('openapi', 'This document', empty) },
    },
    components: {
      schemas: {
        Row: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(inputs.map((column) => [column.name, cellSchemas[column.type]])),
        },
        Parameters: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterSchema(parameter)])),
        },
        Predictions: {
          type: 'object',
          required: ['requestId', 'predictions'],
          properties: {
            requestId: { type: 'string' },
            predictions: list({
              type: 'object',
              required: isClassification && labels !== 'alone' ? ['prediction', 'probabilities'] : ['prediction'],
              properties: isClassification
                ? {
                    prediction: { enum: classes },
                    probabilities: {
                      type: 'object',
                      required: classes,
                      properties: Object.fromEntries(classes.map((each) => [each, probability])),
                    },
                  }
                : { prediction: { type: 'number' } },
            }),
          },
        },
        Invocation: {
          type: 'object',
          required: ['predictions'],
          properties: {
            predictions: list(
              isClassification
                ? {
                    type: 'object',
                    required: ['prediction'],
                    properties: {
                      prediction: { enum: classes },
                      ...Object.fromEntries(classes.map((each) => [`probability_${each}`, probability])),
                    },
                  }
                : { type: 'number' },
            ),
          },
        },
        Tensor: {
          type: 'object',
          required: ['name', 'shape', 'datatype'],
          properties: {
            name: { type: 'string' },
            shape: list({ type: 'integer' }),
            datatype: { type: 'string' },
            data: { type: 'array' },
            parameters: { type: 'object' },
          },
        },
        InferenceRequest: {
          type: 'object',
          required: ['inputs'],
          properties: {
            id: { type: 'string' },
            parameters: {
              type: 'object',
              description: 'Prediction parameters of the model, and those of the protocol',
            },
            inputs: list(reference('Tensor')),
            outputs: list({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } }),
          },
        },
        InferenceAnswer: {
          type: 'object',
          required: ['model_name', 'outputs'],
          properties: {
            model_name: { type: 'string' },
            model_version: { type: 'string' },
            id: { type: 'string' },
            outputs: list(reference('Tensor')),
          },
        },
        Problem: {
          type: 'object',
          required: ['title', 'status', 'detail', 'code', 'requestId'],
          properties: {
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
            code: { type: 'string' },
            hint: { type: 'string' },
            requestId: { type: 'string' },
          },
        },
      },
    },
  }
}

const form = (name: string, schema: object, more: object) => ({
  type: 'object',
  required: [name],
  properties: { [name]: schema, ...more },
})

/** Null asks for the default. */
const parameterSchema = (parameter: Hyperparameter): object => {
  const { title, description, default: preset } = parameter
  const words = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) }
  return { ...words, ...valueSchema(parameter), ...(preset === undefined ? {} : { default: preset }) }
}

const valueSchema = (parameter: Hyperparameter): object => {
  switch (parameter.type) {
    case 'int':
    case 'float':
      return { type: [parameter.type === 'int' ? 'integer' : 'number', 'null'], ...limitsOf(parameter) }
    case 'string':
    case 'boolean':
      return { type: [parameter.type, 'null'] }
    case 'select':
      return { enum: [...parameter.values, null] }
    case 'multi': {
      const { int, float, select } = parameter.values
      const kinds = [
        int === undefined ? [] : [{ type: 'integer', ...limitsOf(int) }],
        float === undefined ? [] : [{ type: 'number', ...limitsOf(float) }],
        select === undefined ? [] : [{ enum: select.values }],
      ].flat()
      return { anyOf: [...kinds, { type: 'null' }] }
    }
  }
}

const limitsOf = ({ min, max }: { readonly min?: number; readonly max?: number }): object => ({
  ...(min === undefined ? {} : { minimum: min }),
  ...(max === undefined ? {} : { maximum: max }),
})
