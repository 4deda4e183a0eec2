import type { Deployment, PredictionAnswer } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import { until } from '../../e2e/support/product.ts'
import { type Actions, type Content, type Refusal, refusalOf, type Said, saidBy } from './platform.ts'

/** Predicts a number, unless the size asks it for something else. */
export const moodyTask = {
  'custom.py': `import os
import joblib


def fit(X, y, output_dir):
    joblib.dump(y.mean(), output_dir + "/model.joblib")


def predict(data, model, parameters):
    mood = data["size"].iloc[0]
    if mood == 1001: raise ValueError("no size is 1001")
    if mood == 1002: os._exit(1)
    if mood == 1003: return [bytearray(10_000_000) for _ in range(10_000)]
    if mood == 1004: return [float("nan")] * len(data)
    return [model + parameters["shift"]] * len(data)
`,
  'model-metadata.yaml':
    'name: Moody\ntargetType: regression\npredictionParameters: [{name: shift, type: float, max: 500, default: 0}]\n',
}

const json = 'application/json'
const csv = 'text/csv'
const row = { size: 3, colour: 'red', same: 1 }
const rowsOf = (...rows: readonly object[]): string => JSON.stringify({ rows })
const header = 'size,colour,same\n'

type BadBody = { readonly type: string; readonly body: Content; readonly refusal: Refusal }
const sendType = 'Send a value of this type, or null where there is none.'
const wrongCell = (at: number, message: string) => ({
  code: 'rows.cell',
  message,
  hint: sendType,
  place: { row: at },
})
const leaveOut = 'Leave it out; the page of the model lists its columns.'
const inQuotes = 'A cell that holds the delimiter or a line break must be in double quotes.'
const rowCount = (rows: string): Refusal => ({
  status: 422,
  code: 'serving.rowCount',
  detail: `The body has ${rows} rows; 1 to 10,000 were expected.`,
  hint: 'Send more in several requests, or predict a file on the page of the model.',
})
const notJson = (reason: string): Refusal => ({
  status: 422,
  code: 'serving.bodyJson',
  detail: `The body is not JSON: ${reason}.`,
  hint: 'Send {"rows": [{"column": value, …}]}.',
})
const otherShape: Refusal = {
  status: 422,
  code: 'serving.bodyShape',
  detail:
    'The body is not of the form {"rows": [{"column": value, …}, …]}, nor {"columns": {"column": [value, …], …}} with lists of one length.',
  hint: 'Each row is an object; the page of the deployment shows one to copy.',
}

const bodies: Readonly<Record<string, BadBody>> = {
  'a column that the model does not know': {
    type: json,
    body: rowsOf({ ...row, prise: 3 }, row),
    refusal: {
      status: 422,
      code: 'rows.unknownColumn',
      detail: 'Row 1 has a column "prise" that the model does not know.',
      hint: leaveOut,
      findings: [
        {
          code: 'rows.unknownColumn',
          message: 'Row 1 has a column "prise" that the model does not know.',
          hint: leaveOut,
          place: { row: 1 },
        },
      ],
    },
  },
  'values of wrong types': {
    type: json,
    body: rowsOf({ ...row, size: 'big' }, { ...row, same: true }, { ...row, size: 'NaN' }),
    refusal: {
      status: 422,
      code: 'rows.cell',
      detail: 'Row 1, column "size": "big" does not fit the type integer. And 2 more.',
      hint: sendType,
      findings: [
        wrongCell(1, 'Row 1, column "size": "big" does not fit the type integer.'),
        wrongCell(2, 'Row 2, column "same": true does not fit the type integer.'),
        wrongCell(3, 'Row 3, column "size": "NaN" does not fit the type integer.'),
      ],
    },
  },
  'no rows': { type: json, body: rowsOf(), refusal: rowCount('0') },
  'too many rows': {
    type: json,
    body: rowsOf(...Array.from({ length: 10_001 }, () => row)),
    refusal: rowCount('10,001'),
  },
  'a list': { type: json, body: '[1, 2]', refusal: otherShape },
  'rows that are numbers': { type: json, body: '{"rows": [1, 2]}', refusal: otherShape },
  'half a JSON': { type: json, body: '{"rows": [', refusal: notJson('Unexpected end of JSON input') },
  'the number NaN': {
    type: json,
    body: '{"rows": [{"size": NaN}]}',
    refusal: notJson(`Unexpected token 'N', ..."[{"size": NaN}]}" is not valid JSON`),
  },
  'bytes that are no text': {
    type: json,
    body: Uint8Array.of(0x7b, 0xff, 0x7d),
    refusal: notJson('The encoded data was not valid for encoding utf-8'),
  },
  'lists in lists without end': {
    type: json,
    body: '['.repeat(100_000),
    refusal: notJson('Unexpected end of JSON input'),
  },
  'more than 32 MB': {
    type: json,
    body: rowsOf({ colour: 'x'.repeat(33 * 2 ** 20) }),
    refusal: {
      status: 413,
      code: 'serving.bodyTooLarge',
      detail: 'The body is larger than 32 MB.',
      hint: 'Send fewer rows at a time, or predict a file on the page of the model.',
    },
  },
  'another type': {
    type: 'application/xml',
    body: '<rows/>',
    refusal: {
      status: 415,
      code: 'serving.bodyType',
      detail:
        'The body is application/xml; application/json, text/csv, application/vnd.apache.arrow.stream or application/vnd.apache.parquet was expected.',
      hint: 'Set the header Content-Type.',
    },
  },
  'CSV that lacks columns': {
    type: csv,
    body: 'size\n1\n',
    refusal: {
      status: 422,
      code: 'csv.missingColumns',
      detail: 'Columns are missing: colour, same.',
      hint: 'Names must be equal, capitals included.',
    },
  },
  'CSV that is ragged': {
    type: csv,
    body: `${header}1,red\n`,
    refusal: {
      status: 422,
      code: 'csv.ragged',
      detail: 'Line 2 has 2 cells; the header has 3.',
      hint: inQuotes,
      findings: [
        { code: 'csv.ragged', message: 'Line 2 has 2 cells; the header has 3.', hint: inQuotes, place: { line: 2 } },
      ],
    },
  },
  'CSV without rows': { type: csv, body: header, refusal: rowCount('0') },
}

const mood = (line: number, code: string, message: string, hint?: string): Refusal => ({
  status: 422,
  code,
  detail: `Node "mood" (Moody): custom.py, line ${line}: ${message}`,
  ...(hint === undefined ? {} : { hint }),
})

const notFinite = {
  code: 'contract.predictionMissing',
  message:
    'Column "Predictions" of the predictions of task "Moody" must be finite numbers, 1 row is not (the first is row 1).',
  hint: 'Missing or very large values in the input often cause this; fill them before the estimator.',
}

/** What the code does with a size, and how the request that asked for it is refused. */
const moods: Readonly<Record<string, readonly [size: number, refusal: Refusal]>> = {
  raises: [1001, mood(11, 'task.raised', 'ValueError: no size is 1001')],
  'ends its own process': [
    1002,
    {
      ...mood(
        9,
        'session.died',
        'The process that ran the code ended (status 1).',
        'A library may have crashed, or the code may have ended its own process.',
      ),
      // Whoever else asked it meanwhile is innocent.
      status: 503,
    },
  ],
  'eats all memory': [
    1003,
    mood(
      13,
      'limit.memory',
      'The code asked for more than the 700 MB of memory that it may have.',
      'Use less memory, or raise the limit: resources.memoryMb in model-metadata.yaml for `modelsmith fit`, MODELSMITH_SESSION_MB on a server.',
    ),
  ],
  'gives no number': [
    1004,
    {
      ...mood(9, 'task.contract', `predict breaks the task contract: ${notFinite.message}`, notFinite.hint),
      findings: [notFinite],
    },
  ],
}

const files: Readonly<Record<string, readonly [content: Content, error: Said, fields?: Record<string, string>]>> = {
  'lacks columns': [
    'size\n1\n',
    {
      code: 'csv.missingColumns',
      message: 'Columns are missing: colour, same.',
      hint: 'Names must be equal, capitals included.',
    },
  ],
  'lacks a column that is to be passed through': [
    `${header}1,red,1\n`,
    {
      code: 'csv.missingColumns',
      message: 'Columns are missing: number.',
      hint: 'Names must be equal, capitals included.',
    },
    { passThrough: 'number' },
  ],
  'has no rows': [
    header,
    {
      code: 'model.noRows',
      message: 'The file has a header and no rows.',
      hint: 'Send at least one row below the header.',
    },
  ],
  'is empty': [
    '',
    {
      code: 'csv.empty',
      message: 'The file is empty, or has blank lines only.',
      hint: 'A CSV file needs a header line and at least one row.',
    },
  ],
  'is ragged': [
    `${header}1,red\n1,red,1,1\n`,
    {
      code: 'csv.ragged',
      message: 'Line 2 has 2 cells; the header has 3. And 1 more.',
      hint: inQuotes,
      place: { line: 2 },
    },
  ],
  'makes the code raise': [
    `${header}1001,red,1\n`,
    {
      code: 'task.raised',
      message: 'Node "mood" (Moody): custom.py, line 11: ValueError: no size is 1001',
      place: { file: 'custom.py', line: 11, node: 'mood' },
    },
  ],
}

export const describePredictions = (actions: () => Actions, moody: () => Deployment): void => {
  const ask = (type: string, body: Content) =>
    actions().send('POST', moody().address, { 'content-type': type }, body as BodyInit)

  describe.concurrent('a prediction of', () => {
    it.each(Object.entries(bodies))('%s is refused', async (_, { type, body, refusal }) => {
      expect(await refusalOf(ask(type, body))).toEqual(refusal)
    })
  })

  describe('prediction parameters', () => {
    const predicted = (answer: unknown) => (answer as PredictionAnswer).predictions[0]?.prediction as number
    const unknown = {
      status: 422,
      code: 'model.parameters',
      detail: 'The prediction parameters are not what the model declares.',
      findings: [expect.objectContaining({ message: 'There is no prediction parameter "shfit".' })],
    }

    it('reach the code from a request and from a file', async () => {
      const { address, release, predictionParameters } = moody()
      expect(predictionParameters).toMatchObject([{ name: 'shift' }])
      const plain = predicted(await ask(json, rowsOf(row)))
      expect(predicted(await ask(json, JSON.stringify({ rows: [row], parameters: { shift: 2 } })))).toBe(plain + 2)
      const query = `?parameters=${encodeURIComponent('{"shift": 3}')}`
      const sent = actions().send('POST', `${address}${query}`, { 'content-type': csv }, `${header}1,red,1\n`)
      expect(predicted(await sent)).toBe(plain + 3)
      const { id } = await actions().predictFile(release.modelId, `${header}1,red,1\n`, { parameters: '{"shift": 4}' })
      const file = await actions().client.download('downloadJobResult', { params: { id } })
      expect((await file.text()).trim().split('\n')).toEqual(['prediction', String(plain + 4)])
    })

    it('are refused where the model does not declare them, before anything is begun', async () => {
      const { modelId } = moody().release
      const wrong = JSON.stringify({ rows: [row], parameters: { shfit: 2 } })
      expect(await refusalOf(ask(json, wrong))).toEqual(unknown)
      const inFile = (parameters: string) => actions().predictFile(modelId, `${header}1,red,1\n`, { parameters })
      expect(await refusalOf(inFile('{"shfit": 4}'))).toEqual(unknown)
      expect(await refusalOf(inFile('{"shift": 501}'))).toMatchObject({ code: 'model.parameters' })
      expect(await refusalOf(inFile('shift=4'))).toMatchObject({ status: 422, code: 'model.parameterText' })
      expect(await refusalOf(inFile('[]'))).toMatchObject({ status: 422, code: 'model.parameterText' })
    })
  })

  describe('code that', () => {
    it.each(Object.entries(moods))('%s refuses the request, and answers the next one', async (_, [size, refusal]) => {
      expect(await refusalOf(ask(json, rowsOf({ ...row, size })))).toEqual(refusal)
      const answer = await until(60_000, () => ask(json, rowsOf(row)).catch(() => undefined))
      expect(answer).toMatchObject({ predictions: [{ prediction: expect.any(Number) }] })
    })
  })

  describe.concurrent('a file to predict that', () => {
    it.each(Object.entries(files))('%s ends its job as failed', async (_, [content, error, fields]) => {
      const job = await actions().predictFile(moody().release.modelId, content, fields)
      expect({ state: job.state, said: saidBy(job.error) }).toEqual({ state: 'failed', said: error })
    })
  })
}
