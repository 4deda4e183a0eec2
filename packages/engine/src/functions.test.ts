import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ParameterValues } from '@modelsmith/domain'
import { createRunner, type Environment, installEnvironment, type Runner, type Session } from '@modelsmith/runner'
import { encodeBlocksWhole, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callEvaluate, callSplit, type FunctionCall } from './functions.ts'

const limits = { memoryMb: 1024, cpuSeconds: 60, wallSeconds: 60, processes: 64, fileSizeMb: 64, threads: 1 }
const folder = mkdtempSync(join(tmpdir(), 'functions-'))
// Sessions have users of their own.
chmodSync(folder, 0o755)
let runner: Runner
let environment: Environment
let made = 0
/** One for all that leaves a session usable. */
let shared: Session

beforeAll(async () => {
  const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
  environment = await installEnvironment({ name: 'python-core', dataDir, forEveryone: true })
  runner = createRunner({ runtimeDir: join(folder, 'runtime') })
  shared = await runner.open({ environment, limits, readable: [folder], writable: [] })
  for (const [name, table] of Object.entries({ data, actual: classes.actual, predictions: classes.predictions })) {
    writeFileSync(join(folder, name), encodeBlocksWhole(table))
    await shared.openTable(name, join(folder, name))
  }
}, 480_000)
afterAll(async () => {
  await shared?.close()
  await runner?.close()
  rmSync(folder, { recursive: true, force: true })
})

type How = { readonly parameters?: ParameterValues; readonly wallSeconds?: number; readonly prints?: string[] }

const callOf = (code: string, { parameters = {}, wallSeconds = 60, prints = [] }: How): FunctionCall => {
  const name = `function-${made++}`
  const codeDir = join(folder, name)
  mkdirSync(codeDir)
  writeFileSync(join(codeDir, 'custom.py'), code)
  const described = { id: name, name, kind: 'custom', typeSchema: {}, hyperparameters: [] } as const
  return {
    task: { ...described, targetTypes: ['split'], environment: 'python-core', codeDir, codeHash: name },
    environment,
    parameters,
    seed: 7,
    limits: { ...limits, wallSeconds },
    signal: new AbortController().signal,
    onPrint: ({ text }) => prints.push(text),
  }
}

const data = tableFromRows(
  {
    columns: [
      { name: 'size', type: 'number' },
      { name: 'shop', type: 'category' },
    ],
  },
  [1, 2, 3, 4].map((size) => ({ size, shop: size % 2 === 0 ? 'a' : 'b' })),
)
const split = async (code: string, how: How = {}) => [...(await callSplit(runner, callOf(code, how), data))]

const classes = {
  actual: tableFromRows(
    { columns: [{ name: 'actual', type: 'category' }] },
    ['no', 'yes', 'yes'].map((actual) => ({ actual })),
  ),
  predictions: tableFromRows(
    {
      columns: [
        { name: 'no', type: 'number' },
        { name: 'yes', type: 'number' },
      ],
    },
    [
      { no: 0.9, yes: 0.1 },
      { no: 0.2, yes: 0.8 },
      { no: 0.6, yes: 0.4 },
    ],
  ),
  weights: undefined,
}
const numbers = (values: readonly number[], name: string) =>
  tableFromRows(
    { columns: [{ name, type: 'number' }] },
    values.map((value) => ({ [name]: value })),
  )
const evaluate = (code: string, metrics: readonly string[], how: How = {}) =>
  callEvaluate(runner, callOf(code, how), { ...classes, metrics })

it('reads folds, the holdout, rows that are only trained on and rows that take no part, in any form', async () => {
  expect(await split('def split(data): return [1, "holdout", "train", None]')).toEqual([1, -1, -2, Number.NaN])
  expect(await split('def split(data): return data["size"] % 2')).toEqual([1, 0, 1, 0])
  expect(await split('import numpy\ndef split(data): return numpy.array([3.0, 5, numpy.nan, 3])')).toEqual([
    3,
    5,
    Number.NaN,
    3,
  ])
  expect(await split('def split(data): return data[["size"]].astype(int)')).toEqual([1, 2, 3, 4])
  expect(await split('def split(data): return range(len(data))')).toEqual([0, 1, 2, 3])
})

it('gives parameters by name, a random state that is the same each time, and takes prints as they come', async () => {
  const code = `
import numpy
def split(data, folds, shift=0, **others):
    print("x" * 10_000_000)
    assert others == {"left": "over"}, others
    return numpy.random.randint(folds, size=len(data)) + shift
`
  const prints: string[] = []
  const how = { parameters: { folds: 3, left: 'over' }, prints }
  const first = await split(code, how)
  expect(await split(code, how)).toEqual(first)
  expect(prints.map((text) => text.length)).toEqual([4096, 4096])
})

const wrong: readonly [string, string, string][] = [
  ['x = 1', 'task.noFunction', 'custom.py defines no function split'],
  ['def split(data): return [1, 2]', 'task.rows', 'split returned 2 rows for 4'],
  ['def split(data): return 1', 'task.output', 'int'],
  ['def split(data): return None', 'task.output', 'NoneType'],
  ['def split(data): return [[1]] * 4', 'task.parts', 'a list in row 1'],
  ['def split(data): return [1, 2, 3, "left"]', 'task.parts', "'left' in row 4"],
  ['def split(data): return [True] * 4', 'task.parts', 'True in row 1'],
  ['def split(data): return [1, 1.5, 1, 1]', 'task.parts', '1.5 in row 2'],
  ['def split(data): return [1, 2, -1, -2]', 'task.parts', '-1 in row 3'],
  ['def split(data): return [float("inf")] * 4', 'task.parts', 'inf in row 1'],
  ['def split(data): return [10**400] * 4', 'task.parts', 'in row 1'],
  ['def split(data): return ["x" * 10**7] * 4', 'task.parts', 'in row 1'],
  ['def split(data): return data', 'task.parts', '2 columns'],
  ['def split(data): return data["nothing"]', 'task.raised', "KeyError: 'nothing'"],
  ['def split(data, other): pass', 'task.signature', 'other'],
  ['def split(data: pass', 'task.syntax', 'SyntaxError'],
  ['import nothing', 'task.import', 'nothing'],
  ['import sys\ndef split(data): sys.exit(3)', 'task.exit', 'status 3'],
]
it.each(wrong)('refuses %j', async (code, error, words) => {
  const { task } = callOf(code, {})
  await shared.addTask({ name: task.id, codeDir: task.codeDir, function: 'split' })
  const tables = { data: whole('data', ['size', 'shop']) }
  const called = shared.call({ task: task.id, function: 'split', tables, rows: 4, parameters: {}, seed: 0 })
  await expect(called).rejects.toMatchObject({ code: error, message: expect.stringContaining(words) })
})

const whole = (table: string, columns: readonly string[]) => ({ parts: [{ table, columns }] })

it('tells of a function that ends its process', async () => {
  await expect(split('import os\ndef split(data): os.kill(os.getpid(), 9)')).rejects.toMatchObject({
    code: 'session.died',
  })
})

it('ends a function that does not end, and says where it was', async () => {
  const endless = 'def split(data):\n    while True:\n        pass'
  await expect(split(endless, { wallSeconds: 1 })).rejects.toMatchObject({
    code: 'limit.wall',
    values: { traceback: expect.stringContaining('in split') },
  })
})

it('gives labels with a probability for each class, or numbers, to an evaluation', async () => {
  const code = `
def evaluate(actual, predictions, weights=None, cost=1.0, **parameters):
    assert list(predictions.columns) == ["no", "yes"] and weights is None
    wrong = predictions.idxmax(axis=1) != actual
    return {"Cost": wrong.sum() * cost, "Undefined": float("nan")}
`
  expect(await evaluate(code, ['Cost', 'Undefined'], { parameters: { cost: 2.5 } })).toEqual({
    Cost: 2.5,
    Undefined: null,
  })
  const one = 'def evaluate(actual, predictions, weights):\n    return ((actual - predictions).abs() * weights).sum()'
  expect(
    await callEvaluate(runner, callOf(one, {}), {
      actual: numbers([1, 2], 'actual'),
      predictions: numbers([1.5, 0], 'Predictions'),
      weights: numbers([2, 10], 'weight'),
      metrics: ['Error'],
    }),
  ).toEqual({ Error: 21 })
})

const wrongMetrics: readonly [string, string, string][] = [
  ['def split(data): pass', 'task.noFunction', 'no function evaluate'],
  ['def evaluate(actual, predictions): return 1', 'task.metrics', '1; a number for each of'],
  ['def evaluate(actual, predictions): return {"A": 1}', 'task.metrics', 'returned the metrics "A"'],
  ['def evaluate(actual, predictions): return {"A": 1, "B": 2, "C": 3}', 'task.metrics', '"C"'],
  ['def evaluate(actual, predictions): return {"A": 1, "B": "x" * 10**7}', 'task.metrics', 'as "B"'],
  ['def evaluate(actual, predictions): return {"A": True, "B": 1}', 'task.metrics', 'True as "A"'],
  ['def evaluate(actual, predictions): return {"A": predictions, "B": 1}', 'task.metrics', 'a DataFrame as "A"'],
  ['def evaluate(actual, predictions): return 1 / 0', 'task.raised', 'ZeroDivisionError'],
]
it.each(wrongMetrics)('refuses of an evaluation %j', async (code, error, words) => {
  const { task } = callOf(code, {})
  await shared.addTask({ name: task.id, codeDir: task.codeDir, function: 'evaluate' })
  const tables = { actual: whole('actual', ['actual']), predictions: whole('predictions', ['no', 'yes']) }
  const how = { single: false, metrics: ['A', 'B'], parameters: {}, seed: 0 }
  await expect(shared.call({ task: task.id, function: 'evaluate', tables, ...how })).rejects.toMatchObject({
    code: error,
    message: expect.stringContaining(words),
  })
})

it('takes infinite and huge metrics as none', async () => {
  expect(
    await evaluate('def evaluate(actual, predictions): return {"A": float("inf"), "B": 10**400}', ['A', 'B']),
  ).toEqual({ A: null, B: null })
})
