import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlueprintGraph } from '@modelsmith/domain'
import { createRunner, type Environment, installEnvironment, openPipeline, type Runner } from '@modelsmith/runner'
import { encodeBlocksWhole, selectColumns, type Table, tableFromRows, takeRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldModel } from './fold-model.ts'
import { loadLibrary } from './library.ts'
import { noCache, type StepCache, type StepReport, type TrainingPorts } from './ports.ts'
import type { EngineTask, TrainingSpec } from './spec.ts'
import { train } from './train.ts'

const limits = { memoryMb: 2048, cpuSeconds: 120, wallSeconds: 120, processes: 64, fileSizeMb: 64, threads: 1 }
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-engine-'))

/** Forty rows: a grows, b has gaps, y is 2a + 1. Rows 0, 4, 8 … are the holdout, the others alternate between two folds. */
const rows: Table = tableFromRows(
  {
    columns: [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'number' },
      { name: 'y', type: 'number' },
    ],
  },
  Array.from({ length: 40 }, (_, row) => ({ a: row, b: row % 5 === 0 ? null : row % 3, y: 2 * row + 1 })),
)
const partition = Int8Array.from({ length: 40 }, (_, row) => (row % 4 === 0 ? 0 : 1 + (row % 2)))

const memorises = `
import json, os
import pandas

def fit(X, y, output_dir, **kwargs):
    with open(os.path.join(output_dir, "seen.json"), "w") as file:
        json.dump(sorted(X["a"].tolist()), file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "seen.json")) as file:
        return set(json.load(file))

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": data["a"].isin(model).astype("float64")})
`
/** Keeps what it saw in its artifact, and, as careless code does, in its module. */
const remembers = `
import json, os
import pandas

seen_by_module = set()

def fit(X, y, output_dir, **kwargs):
    seen_by_module.update(X["a"])
    with open(os.path.join(output_dir, "seen.json"), "w") as file:
        json.dump(sorted(X["a"].tolist()), file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "seen.json")) as file:
        return set(json.load(file))

def predict(data, model, **kwargs):
    return data["a"].isin(model | seen_by_module).astype("float64")
`
/** Says how many rows of its training the one before knew, and 1000 for each row that it knows now. */
const asks = `
import joblib

def fit(X, y, output_dir, **kwargs):
    joblib.dump((X["Predictions"] != 0).sum(), output_dir + "/known.joblib")

def predict(data, model, **kwargs):
    return data["Predictions"] * 1000.0 + model
`
const raises = `
def fit(X, y, output_dir, **kwargs):
    raise ValueError("no fit today")

def load_model(code_dir):
    return None

def predict(data, model, **kwargs):
    return None
`

const sleeps = `
import time

def fit(X, y, output_dir, **kwargs):
    time.sleep(60)

def load_model(code_dir):
    return None

def predict(data, model, **kwargs):
    return None
`

const counts = `
import joblib, pandas, scipy.sparse

def fit(X, y, output_dir):
    joblib.dump(None, output_dir + "/nothing.joblib")

def transform(X, transformer):
    return scipy.sparse.csr_matrix(X[["a"]].assign(few=X["a"] % 2 == 0).astype(float).values)
`
const adds = `
import joblib, pandas

def fit(X, y, output_dir):
    joblib.dump(all(isinstance(kind, pandas.SparseDtype) for kind in X.dtypes), output_dir + "/sparse.joblib")

def predict(data, model):
    return (1000.0 if model else 0.0) + data.sparse.to_dense().sum(axis=1)
`

const tells = (fails: boolean) => `
import base64, os, sys
import joblib

def fit(X, y, output_dir):
    value = os.environ.get("WH_PASSWORD")
    print("found", value)
    print(base64.b64encode(("user:" + str(value)).encode()).decode(), file=sys.stderr)
    joblib.dump(None, output_dir + "/nothing.joblib")
    if ${fails ? 'True' : 'False'}:
        raise ValueError("no login with " + str(value))

def transform(X, transformer):
    print("still", os.environ.get("WH_PASSWORD"))
    return X
`

let runner: Runner
let environment: Environment
let library: readonly EngineTask[]

const customTask = (name: string, code: string): EngineTask => {
  const codeDir = join(folder, name)
  mkdirSync(codeDir)
  writeFileSync(join(codeDir, 'custom.py'), code)
  return {
    id: `custom:${name}`,
    name,
    kind: 'custom',
    targetTypes: ['regression'],
    typeSchema: {},
    hyperparameters: [],
    environment: 'python-core',
    codeDir,
    codeHash: name,
  }
}

const folderCache = (place: string): StepCache => ({
  get: async (key, into) => {
    const known = existsSync(join(place, key))
    if (known) cpSync(join(place, key), into, { recursive: true })
    return known
  },
  has: async (key) => existsSync(join(place, key)),
  put: async (key, from) => cpSync(from, join(place, key), { recursive: true }),
})

const specOf = (graph: BlueprintGraph, custom: readonly EngineTask[] = []): TrainingSpec => ({
  data: {
    file: join(folder, 'data.cols'),
    contentId: 'forty rows',
    rows: rows.rows,
    columns: rows.schema.columns.map((column) => ({ ...column, missing: column.name === 'b' })),
  },
  features: ['a', 'b'],
  target: 'y',
  targetType: 'regression',
  classes: [],
  partition,
  folds: 2,
  graph,
  tasks: new Map([...library, ...custom].map((task) => [task.id, task])),
  environments: new Map([['python-core', environment]]),
  limits,
  seed: 1,
})

const portsOf = (name: string, cache: StepCache, steps: StepReport[], signal = new AbortController().signal) =>
  ({
    cache,
    workDir: join(folder, `work-${name}`),
    parallelism: 2,
    signal,
    onStep: (step) => steps.push(step),
    onPrint: () => {},
  }) satisfies TrainingPorts

const imputeThenRidge: BlueprintGraph = {
  nodes: [
    { id: 'impute', taskVersion: 'builtin:impute-numeric@1', inputs: [{ from: 'data' }] },
    { id: 'ridge', taskVersion: 'builtin:ridge@1', inputs: [{ from: 'node', node: 'impute' }] },
  ],
}
const alone = (taskVersion: string): BlueprintGraph => ({
  nodes: [{ id: 'only', taskVersion, inputs: [{ from: 'data' }] }],
})

beforeAll(async () => {
  environment = await installEnvironment({
    name: 'python-core',
    dataDir: join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`),
    forEveryone: true,
  })
  runner = createRunner({ runtimeDir: join(folder, 'run') })
  library = await loadLibrary(folder)
  writeFileSync(join(folder, 'data.cols'), encodeBlocksWhole(rows))
}, 300_000)
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('training a blueprint', { timeout: 120_000 }, () => {
  it('gives secrets to the hooks of their task alone, and takes them out of what these print and raise', async () => {
    const secret = 'correct-horse-battery'
    const given = {
      ...customTask('given', tells(false)),
      targetTypes: ['transform'] as const,
      secrets: { WH_PASSWORD: secret },
    }
    const other = { ...customTask('other', tells(false)), targetTypes: ['transform'] as const }
    const graph = (first: string): BlueprintGraph => ({
      nodes: [
        { id: 'impute', taskVersion: 'builtin:impute-numeric@1', inputs: [{ from: 'data' }] },
        { id: 'first', taskVersion: first, inputs: [{ from: 'node', node: 'impute' }] },
        { id: 'second', taskVersion: other.id, inputs: [{ from: 'node', node: 'first' }] },
        { id: 'ridge', taskVersion: 'builtin:ridge@1', inputs: [{ from: 'node', node: 'second' }] },
      ],
    })
    const prints: string[] = []
    const keys: string[] = []
    const cache: StepCache = { ...noCache, put: async (key) => void keys.push(key) }
    const ports = (work: string) => ({
      ...portsOf(work, cache, []),
      onPrint: (node: string, _: string, { text }: { text: string }) => prints.push(`${node}: ${text}`),
    })
    const { modelDir, folds } = await train(specOf(graph(given.id), [given, other]), ports('secrets'), runner)
    expect(prints).toContain('first: found [secret]')
    expect(prints).toContain('first: still [secret]')
    expect(prints).toContain('second: found None')
    expect(prints.join('\n')).not.toContain(secret)
    expect(prints.join('\n')).not.toContain(Buffer.from(secret).toString('base64').slice(2, -4))
    // The imputer alone is kept: nobody knows what the others depend on.
    expect(keys).toHaveLength(3)
    // What the others wrote in the folds is there all the same.
    for (const fold of folds)
      expect(fold.map(({ node, key, folder: place }) => [node, key !== undefined, existsSync(place ?? '')])).toEqual([
        ['impute', true, true],
        ['first', false, true],
        ['second', false, true],
        ['ridge', false, true],
      ])

    // A model that predicts has them only where it is told so.
    const printed = async (node: string) => {
      const lines: string[] = []
      const pipeline = await openPipeline(runner, {
        folder: modelDir,
        environmentOf: async () => environment,
        limits,
        secretsOf: (each) => (each === node ? given.secrets : undefined),
        onPrint: ({ text }) => lines.push(text),
      })
      const scores = await pipeline.predict(selectColumns(rows, ['a', 'b'])).finally(pipeline.close)
      expect(scores.rows).toBe(rows.rows)
      return lines.filter((line) => line.startsWith('still')).sort()
    }
    expect(await printed('nobody')).toEqual(['still None', 'still None'])
    expect(await printed('first')).toEqual(['still None', 'still [secret]'])

    const failing = { ...given, ...customTask('failing', tells(true)), targetTypes: ['transform'] as const }
    const failed = await train(
      specOf(graph(failing.id), [{ ...failing, secrets: given.secrets }, other]),
      ports('secrets-failing'),
      runner,
    ).catch((error: unknown) => error)
    const told = JSON.stringify([failed, (failed as Error).message, (failed as { values: unknown }).values])
    expect(told).toContain('no login with [secret]')
    expect(told).not.toContain(secret)
  })

  it('gives aligned predictions and a model that scores alike; a second time runs nothing', async () => {
    const cache = folderCache(join(folder, 'cache'))
    const steps: StepReport[] = []
    const result = await train(specOf(imputeThenRidge), portsOf('first', cache, steps), runner)
    expect([...result.outOfFold.rows]).toEqual([...partition.keys()].filter((row) => partition[row] !== 0))
    const column = result.outOfFold.predictions.columns[0]
    if (column?.kind !== 'float64') throw new Error('Predictions are float64.')
    result.outOfFold.rows.forEach((row, at) =>
      expect(Math.abs((column.values[at] as number) - (2 * row + 1))).toBeLessThan(3),
    )

    const pipeline = await openPipeline(runner, {
      folder: result.modelDir,
      environmentOf: async () => environment,
      limits,
    })
    const scored = await pipeline.predict(rows)
    // Few rows travel within messages, these through files.
    const many = await pipeline.predict(
      takeRows(
        rows,
        Int32Array.from({ length: 8000 }, (_, at) => at % rows.rows),
      ),
    )
    await pipeline.close()
    const own = scored.columns[0]
    const filed = many.columns[0]
    const holdout = result.holdout?.predictions.columns[0]
    if (own?.kind !== 'float64' || filed?.kind !== 'float64' || holdout?.kind !== 'float64')
      throw new Error('Predictions are float64.')
    expect(filed.values.length).toBe(8000)
    filed.values.forEach((value, at) => expect(value).toBeCloseTo(own.values[at % rows.rows] as number, 9))
    expect([...(result.holdout?.rows ?? [])].map((row) => own.values[row])).toEqual([...holdout.values])

    const again: StepReport[] = []
    const reused = await train(specOf(imputeThenRidge), portsOf('second', cache, again), runner)
    expect(reused.outOfFold).toEqual(result.outOfFold)
    const ends = new Map(again.map(({ node, hook, part, state }) => [`${part} ${node} ${hook}`, state]))
    expect(new Set(ends.values())).toEqual(new Set(['reused']))
    // All that the folds wrote is known, and nothing of it is brought.
    for (const [at, fold] of reused.folds.entries())
      for (const [place, { node, key, folder: brought }] of fold.entries())
        expect([node, key, brought]).toEqual([node, result.folds[at]?.[place]?.key, undefined])

    // A fold of which somebody forgot a fit is fitted again, and the others are not.
    rmSync(join(folder, 'cache', result.folds[0]?.[0]?.key ?? ''), { recursive: true })
    const fitted: StepReport[] = []
    expect((await train(specOf(imputeThenRidge), portsOf('third', cache, fitted), runner)).outOfFold).toEqual(
      result.outOfFold,
    )
    expect(fitted.filter(({ hook, state }) => hook === 'fit' && state === 'done').map(({ part }) => part)).toEqual([
      'fold 1',
    ])
  })

  it('fits the model once more on all rows, with the folds that it had', async () => {
    const task = customTask('seen', memorises)
    const cache = folderCache(join(folder, 'all-rows'))
    const spec = specOf(alone(task.id), [task])
    const before = await train(spec, portsOf('not-all', cache, []), runner)
    const steps: StepReport[] = []
    const whole = await train({ ...spec, onAllRows: true }, portsOf('all', cache, steps), runner)
    expect(whole.outOfFold).toEqual(before.outOfFold)
    expect(whole.holdout).toBe(undefined)
    expect(steps.filter(({ state }) => state === 'done').map(({ part, hook }) => `${part} ${hook}`)).toEqual([
      'all rows fit',
      'all rows predict',
    ])
    const { outOfFold, holdout, learned } = whole.manifest.predictions ?? {}
    expect([outOfFold, holdout]).toEqual([before.manifest.predictions?.outOfFold, null])
    // It remembers what it has seen.
    expect(learned).toMatch(/^[0-9a-f]{64}$/)
    expect(learned).not.toBe(before.manifest.predictions?.holdout)
    const pipeline = await openPipeline(runner, {
      folder: whole.modelDir,
      environmentOf: async () => environment,
      limits,
    })
    const scores = await pipeline.predict(selectColumns(rows, ['a', 'b'])).finally(pipeline.close)
    const [column] = scores.columns
    expect(column?.kind === 'float64' ? new Set(column.values) : undefined).toEqual(new Set([1]))
    const again = await train({ ...spec, onAllRows: true }, portsOf('all-again', noCache, []), runner)
    expect(again.manifest.predictions).toEqual(whole.manifest.predictions)
  })

  it('never shows a row to the model that predicts it', async () => {
    const task = customTask('memory', memorises)
    const result = await train(
      specOf(alone(task.id), [task]),
      portsOf('leak', folderCache(join(folder, 'leak')), []),
      runner,
    )
    for (const predictions of [result.outOfFold.predictions, result.holdout?.predictions]) {
      const column = predictions?.columns[0]
      expect(column?.kind === 'float64' ? new Set(column.values) : undefined).toEqual(new Set([0]))
    }
  })

  it('tells a reader in training what an estimator says of rows that it did not see, in scoring what the one fitted on all says', async () => {
    const [middle, end] = [customTask('remembers', remembers), customTask('asks', asks)]
    const stacked: BlueprintGraph = {
      nodes: [
        { id: 'impute', taskVersion: 'builtin:impute-numeric@1', inputs: [{ from: 'data' }] },
        { id: 'middle', taskVersion: middle.id, inputs: [{ from: 'node', node: 'impute' }] },
        { id: 'end', taskVersion: end.id, inputs: [{ from: 'node', node: 'middle' }] },
      ],
    }
    const cache = folderCache(join(folder, 'stacked'))
    const spec = specOf(stacked, [middle, end])
    const { modelDir, outOfFold, holdout } = await train(spec, portsOf('stacked', cache, []), runner)
    for (const predictions of [outOfFold.predictions, holdout?.predictions])
      expect(predictions?.columns[0]).toMatchObject({ values: new Float64Array(predictions?.rows ?? 0) })
    const pipeline = await openPipeline(runner, { folder: modelDir, environmentOf: async () => environment, limits })
    const scored = await pipeline.predict(selectColumns(takeRows(rows, Int32Array.of(0, 1, 2)), ['a', 'b']))
    await pipeline.close()
    expect(scored.columns).toMatchObject([{ values: Float64Array.of(0, 1000, 1000) }])

    const steps: StepReport[] = []
    const other = { ...end, codeHash: 'other' }
    await train(specOf(stacked, [middle, other]), portsOf('restacked', cache, steps), runner)
    const fits = steps.filter(({ hook, state }) => hook === 'fit' && state !== 'waiting' && state !== 'running')
    expect(new Set(fits.map(({ node, state }) => `${node} ${state}`))).toEqual(
      new Set(['impute reused', 'middle reused', 'end done']),
    )
  })

  it('gives the model of a fold again, which has not seen its rows: from kept steps, or fitted anew', async () => {
    const task = customTask('memorises', memorises)
    const spec = specOf(alone(task.id), [task])
    const cache = folderCache(join(folder, 'remembers-cache'))
    await train(spec, portsOf('remembers', cache, []), runner)
    for (const [name, kept, state] of [
      ['kept', cache, 'reused'],
      ['anew', folderCache(join(folder, 'remembers-nothing')), 'done'],
    ] as const) {
      const steps: StepReport[] = []
      const { modelDir } = await foldModel(spec, 1, portsOf(name, kept, steps), runner)
      expect(steps.at(-1)).toMatchObject({ part: 'fold 1', hook: 'fit', state })
      const pipeline = await openPipeline(runner, { folder: modelDir, environmentOf: async () => environment, limits })
      const seen = (await pipeline.predict(selectColumns(rows, ['a', 'b']))).columns[0]
      await pipeline.close()
      expect(seen?.kind === 'float64' ? [...seen.values] : []).toEqual(
        [...partition].map((part) => (part === 2 ? 1 : 0)),
      )
    }
  })

  it('hands sparse data to a task that takes it, and refuses one that does not', async () => {
    const chain = (estimator: EngineTask): BlueprintGraph => ({
      nodes: [
        { id: 'counts', taskVersion: 'custom:counts', inputs: [{ from: 'data' }] },
        { id: 'adds', taskVersion: estimator.id, inputs: [{ from: 'node', node: 'counts' }] },
      ],
    })
    const first = { ...customTask('counts', counts), targetTypes: ['transform'] as const }
    const plain = customTask('adds', adds)
    const rule = { field: 'sparse', condition: 'EQUALS', value: 'SUPPORTED' } as const
    const taking: EngineTask = { ...plain, typeSchema: { input_requirements: [rule] } }
    const run = (name: string, estimator: EngineTask) =>
      train(specOf(chain(estimator), [first, estimator]), portsOf(name, folderCache(join(folder, name)), []), runner)
    await expect(run('dense', plain)).rejects.toMatchObject({ findings: [{ code: 'contract.inputSparse' }] })
    const { modelDir } = await run('sparse', taking)
    const pipeline = await openPipeline(runner, { folder: modelDir, environmentOf: async () => environment, limits })
    const scored = await pipeline.predict(selectColumns(takeRows(rows, Int32Array.of(3, 4)), ['a', 'b']))
    await pipeline.close()
    expect(scored.columns).toMatchObject([{ values: Float64Array.of(1003, 1005) }])
  })

  it('names the node whose code raised', async () => {
    const task = customTask('raises', raises)
    const failing = train(
      specOf(alone(task.id), [task]),
      portsOf('raise', folderCache(join(folder, 'raise')), []),
      runner,
    )
    await expect(failing).rejects.toThrow(/Node "only" \(raises\).*no fit today/s)
  })

  it('stops when it is cancelled, and does not wait for the code', async () => {
    const task = customTask('sleeps', sleeps)
    const stop = new AbortController()
    const ports = portsOf('cancel', folderCache(join(folder, 'cancel')), [], stop.signal)
    let cancelledAt = Number.POSITIVE_INFINITY
    const training = train(
      specOf(alone(task.id), [task]),
      {
        ...ports,
        onStep: ({ state }) => {
          if (state !== 'running' || stop.signal.aborted) return
          setTimeout(() => {
            cancelledAt = Date.now()
            stop.abort()
          }, 500)
        },
      },
      runner,
    )
    await expect(training).rejects.toThrow('The training was cancelled.')
    expect(Date.now() - cancelledAt).toBeLessThan(5000)
  })
})
