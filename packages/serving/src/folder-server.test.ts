import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ParameterValues } from '@modelsmith/domain'
import { type Cell, rowsFromTable, type Table } from '@modelsmith/table'
import { startFolderServer } from './folder-server.ts'
import type { Scorer } from './scorer.ts'

/** Yes by how large the size is; keeps the rows that it saw, and the parameters. */
const model = (): Scorer & { readonly seen: Cell[][]; readonly set: ParameterValues[] } => {
  const seen: Cell[][] = []
  const set: ParameterValues[] = []
  const end = Promise.withResolvers<string>()
  return {
    seen,
    set,
    inputs: [],
    predict: async (rows: Table, parameters: ParameterValues) => {
      set.push(parameters)
      const cells = rowsFromTable(rows)
      seen.push(...cells)
      const yes = Float64Array.from(cells, ([size]) => (typeof size === 'number' ? size / 10 : 0))
      return {
        schema: { columns: ['no', 'yes'].map((name) => ({ name, type: 'number' as const })) },
        rows: rows.rows,
        columns: [
          { kind: 'float64', values: yes.map((value) => 1 - value), validity: undefined },
          { kind: 'float64', values: yes, validity: undefined },
        ],
      }
    },
    close: async () => end.resolve('closed'),
    ended: end.promise,
  }
}

let scorer: ReturnType<typeof model>
let server: Awaited<ReturnType<typeof startFolderServer>>

beforeEach(async () => {
  scorer = model()
  server = await startFolderServer({
    name: 'who "leaves"',
    version: '1.2.3',
    inputs: [
      { name: 'size', type: 'number' },
      { name: 'town', type: 'category' },
      { name: 'new', type: 'boolean' },
    ],
    parameters: [
      { name: 'floor', type: 'float', min: 0, default: 0, description: 'The least probability' },
      { name: 'way', type: 'select', values: ['fast', 'exact'] },
    ],
    targetType: 'binary',
    classes: ['no', 'yes'],
    open: async () => scorer,
    listen: { host: '127.0.0.1', port: 0 },
  })
  await server.settled
})
afterEach(() => server.close())

const path = '/v2/models/who%20%22leaves%22'

const ask = async (to: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`http://127.0.0.1:${server.port}${to}`, {
    ...(body === undefined
      ? {}
      : {
          method: 'POST',
          body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
        }),
    headers: { 'content-type': 'application/json', ...headers },
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes, text: new TextDecoder().decode(bytes) }
}
const json = async (...args: Parameters<typeof ask>) => {
  const { status, text } = await ask(...args)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const two = [
  [8, 'Ghent', true],
  [2, null, false],
]
const probabilities = [
  { no: expect.closeTo(0.2), yes: 0.8 },
  { no: 0.8, yes: 0.2 },
]

describe('our own requests', () => {
  it('take rows as JSON and as CSV', async () => {
    const rows = [
      { size: 8, town: 'Ghent', new: true },
      { size: 2, new: false },
    ]
    const answer = await json('/predictions', { rows })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        predictions: [
          { prediction: 'yes', probabilities: probabilities[0] },
          { prediction: 'no', probabilities: probabilities[1] },
        ],
      },
    })
    const csv = await json('/predictions', 'size,town,new\n8,Ghent,true\n2,,false\n', { 'content-type': 'text/csv' })
    expect(csv.body['predictions']).toEqual(answer.body['predictions'])
    expect(scorer.seen).toEqual([...two, ...two])
  })

  it('set prediction parameters, by each protocol in its own way', async () => {
    const parameters = { floor: 0.5, way: null }
    const rows = [{ size: 8 }]
    const inputs = [{ name: 'size', shape: [1], datatype: 'FP64', data: [8] }]
    const answers = [
      await json('/predictions', { rows, parameters }),
      await json('/predictions', { columns: { size: [8] }, parameters }),
      await json(`/predictions?parameters=${encodeURIComponent(JSON.stringify(parameters))}`, 'size,town,new\n8,,\n', {
        'content-type': 'text/csv',
      }),
      await json('/invocations', { dataframe_records: rows, params: parameters }),
      await json(`${path}/infer`, { inputs, parameters: { ...parameters, binary_data_output: false } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(scorer.set).toEqual(answers.map(() => parameters))
    const { body } = await json('/openapi.json')
    expect(body).toMatchObject({
      components: {
        schemas: {
          Parameters: {
            properties: {
              floor: { type: ['number', 'null'], minimum: 0, default: 0, description: 'The least probability' },
              way: { enum: ['fast', 'exact', null] },
            },
          },
        },
      },
    })
  })

  it.each<[string, unknown]>([
    ['/predictions', { rows: [{ size: 8 }], parameters: [1] }],
    ['/predictions', { rows: [{ size: 8 }], parameters: { floor: { deep: 1 } } }],
    ['/predictions?parameters=%7Bfloor', { rows: [{ size: 8 }] }],
    ['/invocations', { instances: [{ size: 8 }], params: 'none' }],
    [`${path}/infer`, { inputs: [{ name: 'size', shape: [1], datatype: 'FP64', data: [8] }], parameters: { way: [] } }],
  ])('to %s with parameters of another form are refused', async (to, body) => {
    const answer = await json(to, body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'serving.parameters' } })
    expect(scorer.set).toEqual([])
  })

  it('are refused with everything that is wrong', async () => {
    const { status, body } = await json('/predictions', { rows: [{ size: 'large', colour: 'red' }] })
    expect(status).toBe(422)
    expect(body['findings']).toHaveLength(2)
  })
})

describe("MLflow's invocations", () => {
  it.each<[string, unknown]>([
    [
      'dataframe_split',
      {
        dataframe_split: {
          columns: ['town', 'size', 'new'],
          data: [
            ['Ghent', 8, true],
            [null, 2, false],
          ],
          index: [7, 8],
        },
      },
    ],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { size: 8, town: 'Ghent', new: true },
          { size: 2, new: false },
        ],
      },
    ],
    [
      'instances of objects',
      {
        instances: [
          { size: 8, town: 'Ghent', new: true },
          { size: 2, new: false },
        ],
      },
    ],
    ['instances of lists', { instances: two }],
    ['inputs by column', { inputs: { size: [8, 2], town: ['Ghent', null], new: [[true], [false]] }, params: {} }],
    ['inputs by row', { inputs: two }],
  ])('come as %s', async (_, body) => {
    const answer = await json('/invocations', body)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      predictions: [
        { prediction: 'yes', probability_no: expect.closeTo(0.2), probability_yes: 0.8 },
        { prediction: 'no', probability_no: 0.8, probability_yes: 0.2 },
      ],
    })
    expect(scorer.seen).toEqual(two)
  })

  it('come as CSV', async () => {
    const { status } = await json('/invocations', 'size,town,new\n8,Ghent,\n', {
      'content-type': 'text/csv; charset=utf-8',
    })
    expect([status, scorer.seen]).toEqual([200, [[8, 'Ghent', null]]])
  })

  it.each<[unknown, RegExp]>([
    [[1], /not an object/],
    [{}, /none of dataframe_split, dataframe_records, instances, inputs/],
    [{ instances: [], inputs: [] }, /instances and inputs of/],
    [{ dataframe_split: { data: [] } }, /no list "columns"/],
    [{ dataframe_split: { columns: ['size'], data: [1] } }, /no list "data"/],
    [
      { dataframe_split: { columns: ['size'], data: [[1, 2]] } },
      /row 1 of "dataframe_split" has 2 values, 1 were expected/,
    ],
    [{ dataframe_records: [[1]] }, /not a list of objects/],
    [{ instances: 4 }, /neither a list of objects/],
    [{ inputs: { size: [1], town: ['a', 'b'] } }, /column "town" of "inputs" has 2 values, the first has 1/],
    [{ inputs: [] }, /0 rows/],
    [{ inputs: { __proto__x: [1] } }, /__proto__x/],
  ])('are refused with a reason: %j', async (body, expected) => {
    const answer = await json('/invocations', body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ error_code: 'BAD_REQUEST', message: expect.stringMatching(expected) })
  })

  it('are refused as text', async () => {
    expect(await json('/invocations', 'x', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 })
  })
})

const tensor = (name: string, datatype: string, data: unknown, shape = [2]) => ({ name, datatype, data, shape })
const columns = [
  tensor('size', 'FP64', [8, 2]),
  tensor('town', 'BYTES', ['Ghent', null]),
  tensor('new', 'BOOL', [true, false]),
]

describe('the Open Inference Protocol', () => {
  it('says what the model takes and gives', async () => {
    expect((await json(path)).body).toEqual({
      name: 'who "leaves"',
      versions: ['1'],
      platform: 'modelsmith',
      inputs: [
        { name: 'size', datatype: 'FP64', shape: [-1] },
        { name: 'town', datatype: 'BYTES', shape: [-1] },
        { name: 'new', datatype: 'BOOL', shape: [-1] },
      ],
      outputs: [
        { name: 'prediction', datatype: 'BYTES', shape: [-1] },
        { name: 'probabilities', datatype: 'FP64', shape: [-1, 2], parameters: { classes: ['no', 'yes'] } },
      ],
    })
    for (const each of ['/v2', '/v2/health/live', '/v2/health/ready', `${path}/ready`, `${path}/versions/1`]) {
      expect((await ask(each)).status).toBe(200)
    }
  })

  it('takes a tensor for each column, and gives what is asked for', async () => {
    const all = await json(`${path}/infer`, { id: 'mine', inputs: columns })
    expect(all).toMatchObject({
      status: 200,
      body: {
        model_name: 'who "leaves"',
        model_version: '1',
        id: 'mine',
        outputs: [
          { name: 'prediction', datatype: 'BYTES', shape: [2], data: ['yes', 'no'] },
          { name: 'probabilities', datatype: 'FP64', shape: [2, 2], data: [expect.closeTo(0.2), 0.8, 0.8, 0.2] },
        ],
      },
    })
    expect(scorer.seen).toEqual(two)
    const one = await json(`${path}/versions/1/infer`, { inputs: columns, outputs: [{ name: 'prediction' }] })
    expect((one.body['outputs'] as { name: string }[]).map(({ name }) => name)).toEqual(['prediction'])
  })

  it('takes all columns in one tensor of rows', async () => {
    const flat = await json(`${path}/infer`, { inputs: [tensor('x', 'BYTES', two.flat(), [2, 3])] })
    const nested = await json(`${path}/infer`, { inputs: [tensor('x', 'BYTES', two, [2, 3])] })
    expect([flat.status, nested.status]).toEqual([200, 200])
    expect(scorer.seen).toEqual([...two, ...two])
  })

  it('takes and gives binary tensors', async () => {
    const sizes = new Uint8Array(Float32Array.of(8, Number.NaN).buffer)
    const texts = Buffer.concat(
      ['Ghent', 'Ōsaka'].map((text) => {
        const length = Buffer.alloc(4)
        length.writeUInt32LE(Buffer.byteLength(text))
        return Buffer.concat([length, Buffer.from(text)])
      }),
    )
    const head = Buffer.from(
      JSON.stringify({
        parameters: { binary_data_output: true },
        inputs: [
          { name: 'size', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: sizes.length } },
          { name: 'town', datatype: 'BYTES', shape: [2, 1], parameters: { binary_data_size: texts.length } },
        ],
      }),
    )
    const answer = await ask(`${path}/infer`, new Uint8Array(Buffer.concat([head, sizes, texts])), {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(head.length),
    })
    expect(scorer.seen).toEqual([
      [8, 'Ghent', null],
      [null, 'Ōsaka', null],
    ])
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    const length = Number(answer.headers.get('inference-header-content-length'))
    const { outputs } = JSON.parse(answer.text.slice(0, length))
    const [labels, numbers] = outputs.map(
      ({ parameters }: { parameters: { binary_data_size: number } }) => parameters.binary_data_size,
    )
    expect(answer.bytes.length).toBe(length + labels + numbers)
    expect(Buffer.from(answer.bytes.subarray(length, length + labels)).toString('latin1')).toBe(
      '\x03\0\0\0yes\x02\0\0\0no',
    )
    expect([...new Float64Array(answer.bytes.slice(length + labels).buffer)]).toEqual([expect.closeTo(0.2), 0.8, 1, 0])
  })

  it.each<[string, unknown, RegExp]>([
    ['no inputs', {}, /"inputs" is missing/],
    ['an unknown type', { inputs: [tensor('size', 'FP8', [1], [1])] }, /datatype/],
    ['too few values', { inputs: [tensor('size', 'FP64', [1])] }, /stands for 2 values, it has 1/],
    ['no values', { inputs: [{ name: 'size', datatype: 'FP64', shape: [1] }] }, /has no data/],
    [
      'columns of unlike length',
      { inputs: [columns[0], tensor('town', 'BYTES', ['a'], [1])] },
      /\[2\] or \[2, 1\] was expected/,
    ],
    [
      'too many columns in one tensor',
      { inputs: [tensor('x', 'FP64', [1, 2, 3, 4], [1, 4])] },
      /4 columns, the model has 3/,
    ],
    ['a column that is not there', { inputs: [tensor('colour', 'FP64', [1, 2])] }, /colour/],
    ['a column that comes twice', { inputs: [columns[0], columns[0]] }, /"size": it comes twice/],
    ['an output that is not there', { inputs: columns, outputs: [{ name: 'x' }] }, /no output "x"/],
    [
      'bytes that are not there',
      { inputs: [{ name: 'size', datatype: 'FP64', shape: [1], parameters: { binary_data_size: 8 } }] },
      /not in the body/,
    ],
  ])('refuses %s', async (_, body, expected) => {
    const answer = await json(`${path}/infer`, body)
    expect(answer.status).toBe(422)
    expect(answer.body['error']).toMatch(expected)
  })

  it.each<[string, Uint8Array, string, RegExp]>([
    ['texts that reach too far', Uint8Array.of(9, 0, 0, 0, 65), 'BYTES', /reaches behind the end/],
    ['texts that are not UTF-8', Uint8Array.of(1, 0, 0, 0, 255), 'BYTES', /not UTF-8/],
    ['fewer texts than the shape has', Uint8Array.of(), 'BYTES', /do not hold the 1 texts/],
    ['numbers of another size', Uint8Array.of(1, 2, 3), 'FP32', /3 bytes stand for 1 values of FP32; 4 were expected/],
  ])('refuses binary %s', async (_, bytes, datatype, expected) => {
    const input = { name: 'town', datatype, shape: [1], parameters: { binary_data_size: bytes.length } }
    const head = Buffer.from(JSON.stringify({ inputs: [input] }))
    const answer = await json(`${path}/infer`, new Uint8Array(Buffer.concat([head, bytes])), {
      'inference-header-content-length': String(head.length),
    })
    expect(answer.body['error']).toMatch(expected)
  })

  it('knows one model', async () => {
    const { status, body } = await json('/v2/models/other')
    expect([status, body['error']]).toEqual([404, 'There is no model "other" here, only "who "leaves"".'])
  })
})

describe('operations', () => {
  it('tells health, version, metrics and its OpenAPI document', async () => {
    await json('/predictions', { rows: [{ size: 1 }] })
    await json('/invocations', {})
    expect(await json('/health')).toEqual({ status: 200, body: { ready: true } })
    expect((await ask('/ping')).status).toBe(200)
    expect((await ask('/version')).text).toBe('1.2.3')
    const { text } = await ask('/metrics')
    expect(text).toContain(
      String.raw`modelsmith_requests_total{model="who \"leaves\"",protocol="modelsmith",status="200"} 1`,
    )
    expect(text).toContain(String.raw`protocol="mlflow",status="422"} 1`)
    expect(text).toContain(String.raw`modelsmith_rows_total{model="who \"leaves\""} 1`)
    expect(text).toMatch(/le="\+Inf"\} 2/)
    const { body } = await json('/openapi.json')
    expect(Object.keys(body['paths'] as object)).toContain(`${path}/infer`)
    expect(body).toMatchObject({
      components: { schemas: { Row: { properties: { town: { type: expect.any(Array) } } } } },
    })
  })

  it('says what there is not', async () => {
    expect(await json('/nothing')).toMatchObject({ status: 404, body: { code: 'serving.notFound' } })
    expect(await json('/v2/models/%zz')).toMatchObject({ status: 404, body: { code: 'serving.unknownModel' } })
  })
})

it('says that it cannot answer while the model does not come up', async () => {
  const broken = await startFolderServer({
    name: 'broken',
    version: '1',
    inputs: [],
    targetType: 'regression',
    classes: [],
    open: async () => {
      throw new Error('no such file')
    },
    listen: { host: '127.0.0.1', port: 0 },
  })
  try {
    await broken.settled
    const response = await fetch(`http://127.0.0.1:${broken.port}/health`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      code: 'serving.failed',
      detail: expect.stringContaining('no such file'),
    })
  } finally {
    await broken.close()
  }
})

it('gives up on a model that does not answer in time, and closes it', async () => {
  const stuck = { ...model(), predict: () => new Promise<never>(() => {}) }
  const slow = await startFolderServer({
    name: 'slow',
    version: '1.2.3',
    inputs: [{ name: 'size', type: 'number' }],
    targetType: 'binary',
    classes: ['no', 'yes'],
    open: async () => stuck,
    listen: { host: '127.0.0.1', port: 0 },
    limits: { queue: 1, timeoutMs: 20, retryMs: { first: 60_000, most: 60_000 } },
  })
  await slow.settled
  const answer = await fetch(`http://127.0.0.1:${slow.port}/predictions`, {
    method: 'POST',
    body: '{"rows":[{"size":1}]}',
    headers: { 'content-type': 'application/json' },
  })
  expect(await answer.json()).toMatchObject({ status: 503, code: 'serving.timeout' })
  expect(await stuck.ended).toBe('closed')
  await slow.close()
})
