import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { computeMetrics, isTrainedOn, partitionByTime, partitionRows } from '@modelsmith/domain'
import { createRunner, type Environment, installEnvironment, type Runner } from '@modelsmith/runner'
import { encodeBlocksWhole, type Table, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadLibrary } from './library.ts'
import type { StepCache, StepReport } from './ports.ts'
import type { EngineTask, TrainingSpec } from './spec.ts'
import { train } from './train.ts'

const limits = { memoryMb: 2048, cpuSeconds: 120, wallSeconds: 120, processes: 64, fileSizeMb: 64, threads: 1 }
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-weights-'))
const csv = new URL('../../../e2e/data/penguins.csv', import.meta.url)

/** The penguins that were measured whole: four numbers, and a weight that grows with the year. */
const measured = readFileSync(csv, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter((cells) => !cells.slice(2, 6).includes('') && !cells.slice(2, 6).includes('NA'))
  .map(([, , bill, depth, flipper, mass, , year]) => ({
    bill: Number(bill),
    depth: Number(depth),
    flipper: Number(flipper),
    mass: Number(mass),
    weight: (Number(year) - 2006) ** 3,
    other: 1 + (Number(bill) % 2),
  }))
const columns = ['bill', 'depth', 'flipper', 'mass', 'weight', 'other'] as const
const table: Table = tableFromRows({ columns: columns.map((name) => ({ name, type: 'number' })) }, measured)
const partition = partitionRows({ rows: table.rows, method: 'random', folds: 2, holdout: 0.25, seed: 3 })

const inPython = `
import os
import numpy, pandas

def fit(X, y, output_dir, row_weights, **kwargs):
    assert list(X.columns) == ["bill", "depth", "flipper"], list(X.columns)
    root = numpy.ones(len(X)) if row_weights is None else numpy.sqrt(numpy.asarray(row_weights))
    design = numpy.column_stack([numpy.ones(len(X)), X.values])
    found = numpy.linalg.lstsq(design * root[:, None], numpy.asarray(y) * root, rcond=None)[0]
    numpy.save(os.path.join(output_dir, "model.npy"), found)

def load_model(code_dir):
    return numpy.load(os.path.join(code_dir, "model.npy"))

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": model[0] + data.values @ model[1:]})
`
const inR = `
fit <- function(X, y, output_dir, row_weights, ...) {
  stopifnot(identical(colnames(X), c("bill", "depth", "flipper")))
  frame <- cbind(X, .y = y)
  frame$.w <- if (is.null(row_weights)) 1 else row_weights
  saveRDS(lm(.y ~ bill + depth + flipper, data = frame, weights = .w), file.path(output_dir, "model.rds"))
}

load_model <- function(code_dir) readRDS(file.path(code_dir, "model.rds"))

predict <- function(data, model, ...) data.frame(Predictions = as.numeric(stats::predict(model, data)))
`
/** What somebody would write without a platform: rows, weights and parts as CSV in, predictions of every row by the fit that did not see it out. */
const plainScript = `
import sys, json
import pandas
from sklearn.linear_model import LinearRegression
from sklearn.metrics import root_mean_squared_error
data = pandas.read_csv(sys.argv[1])
names = ["bill", "depth", "flipper"]
def fitted(rows):
    return LinearRegression().fit(rows[names], rows["mass"], sample_weight=rows["weight"])
parts = {}
for part in (0, 1, 2):
    seen = data[(data["part"] != part) & (data["part"] != 0)]
    own = data[data["part"] == part]
    found = fitted(seen).predict(own[names])
    parts[part] = [found.tolist(), root_mean_squared_error(own["mass"], found, sample_weight=own["weight"])]
print(json.dumps(parts))
`

let runner: Runner
let environments: ReadonlyMap<string, Environment>
let builtin: readonly EngineTask[]

const customTask = (name: string, environment: string, file: string, code: string): EngineTask => {
  const codeDir = join(folder, name)
  mkdirSync(codeDir)
  writeFileSync(join(codeDir, file), code)
  const targetTypes = ['regression'] as const
  const common = { id: `custom:${name}`, name, kind: 'custom', typeSchema: {}, hyperparameters: [] } as const
  return { ...common, targetTypes, environment, codeDir, codeHash: name }
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

const specOf = (task: EngineTask, weights: string | undefined, parameters = {}): TrainingSpec => ({
  data: {
    file: join(folder, 'data.cols'),
    contentId: 'penguins',
    rows: table.rows,
    columns: table.schema.columns.map((column) => ({ ...column, missing: false })),
  },
  // The weights are never an input, whoever names them.
  features: ['bill', 'depth', 'flipper', ...(weights === undefined ? [] : [weights])],
  target: 'mass',
  targetType: 'regression',
  classes: [],
  weights,
  partition,
  folds: 2,
  graph: { nodes: [{ id: 'only', taskVersion: task.id, inputs: [{ from: 'data' }], parameters }] },
  tasks: new Map([[task.id, task]]),
  environments,
  limits,
  seed: 1,
})

let runs = 0
const trained = async (spec: TrainingSpec, cache: StepCache = folderCache(join(folder, `cache-${runs}`))) => {
  const steps: StepReport[] = []
  const ports = {
    cache,
    workDir: join(folder, `work-${runs++}`),
    parallelism: 1,
    signal: new AbortController().signal,
    onStep: (step: StepReport) => steps.push(step),
    onPrint: () => {},
  }
  const { outOfFold, holdout } = await train(spec, ports, runner)
  const predictions = new Float64Array(table.rows)
  for (const part of [outOfFold, holdout]) {
    const column = part?.predictions.columns[0]
    if (column?.kind === 'float64') part?.rows.forEach((row, at) => (predictions[row] = column.values[at] as number))
  }
  return { predictions, outOfFold, steps }
}

const farthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, row) => Math.max(most, Math.abs(value - (b[row] as number))), 0)

beforeAll(async () => {
  const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
  environments = new Map(
    await Promise.all(
      ['python-core', 'r-core'].map(
        async (name): Promise<[string, Environment]> => [
          name,
          await installEnvironment({ name, dataDir, forEveryone: true }),
        ],
      ),
    ),
  )
  runner = createRunner({ runtimeDir: join(folder, 'run') })
  builtin = await loadLibrary(folder)
  writeFileSync(join(folder, 'data.cols'), encodeBlocksWhole(table))
}, 300_000)
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('row weights', { timeout: 120_000 }, () => {
  it('reach a Python task, an R task and a built-in one, and give what a plain script gives', async () => {
    const python = customTask('python', 'python-core', 'custom.py', inPython)
    const r = customTask('r', 'r-core', 'custom.R', inR)
    const ridge = builtin.find(({ id }) => id === 'builtin:ridge@1') as EngineTask
    const rows = measured.map((row, at) => [...columns.map((name) => row[name]), partition[at]].join(','))
    writeFileSync(join(folder, 'rows.csv'), [[...columns, 'part'].join(','), ...rows].join('\n'))
    const interpreter = environments.get('python-core')?.interpreter as string
    const plain = JSON.parse(
      execFileSync(interpreter, ['-c', plainScript, join(folder, 'rows.csv')], { encoding: 'utf8' }),
    ) as Record<string, [number[], number]>
    const expected = new Float64Array(table.rows)
    for (const [part, [values]] of Object.entries(plain)) {
      const own = [...partition.keys()].filter((row) => partition[row] === Number(part))
      own.forEach((row, at) => (expected[row] = values[at] as number))
    }
    const found = [
      await trained(specOf(python, 'weight')),
      await trained(specOf(r, 'weight')),
      await trained(specOf(ridge, 'weight', { alpha: 0 })),
    ]
    for (const { predictions } of found) {
      expect(farthest(predictions, expected)).toBeLessThan(1e-6)
      for (const [part, [, error]] of Object.entries(plain)) {
        const own = [...partition.keys()].filter((row) => partition[row] === Number(part))
        const { scores } = computeMetrics({
          targetType: 'regression',
          actual: own.map((row) => measured[row]?.mass as number),
          predicted: [Float64Array.from(own, (row) => predictions[row] as number)],
          weights: Float64Array.from(own, (row) => measured[row]?.weight as number),
        })
        expect(scores['RMSE']).toBeCloseTo(error, 6)
      }
    }
    const without = await trained(specOf(python, undefined))
    expect(farthest(without.predictions, expected)).toBeGreaterThan(10)
  })

  it('are part of what names a step', async () => {
    const task = customTask('again', 'python-core', 'custom.py', inPython)
    const cache = folderCache(join(folder, 'cache-again'))
    const fits = async (weights: string | undefined) =>
      new Set(
        (await trained(specOf(task, weights), cache)).steps
          .filter(({ hook, state }) => hook === 'fit' && state !== 'waiting' && state !== 'running')
          .map(({ state }) => state),
      )
    expect(await fits('weight')).toEqual(new Set(['done']))
    expect(await fits('weight')).toEqual(new Set(['reused']))
    expect(await fits('other')).toEqual(new Set(['done']))
    expect(await fits(undefined)).toEqual(new Set(['done']))
  })
})

describe('what a fit sees', { timeout: 120_000 }, () => {
  /** Predicts how many rows it was fitted on. */
  const counts = `
import os, json
import pandas

def fit(X, y, output_dir, **kwargs):
    with open(os.path.join(output_dir, "rows.json"), "w") as file:
        json.dump(len(X), file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "rows.json")) as file:
        return json.load(file)

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": [float(model)] * len(data)})
`
  it('are older rows in a backtest, and what a sample lets in', async () => {
    const task = customTask('counts', 'python-core', 'custom.py', counts)
    const parts = partitionByTime(
      Float64Array.from(measured, ({ flipper }, row) => flipper + row / 1000),
      { folds: 2, holdout: 0.2 },
    )
    const spec = { ...specOf(task, undefined), partition: parts, method: 'date' } as const
    const seenBy = (fold: number) => parts.filter((part) => isTrainedOn(part, fold, 'date')).length
    const { predictions, outOfFold } = await trained(spec)
    expect([...new Set(outOfFold.fold)].toSorted()).toEqual([1, 2])
    parts.forEach((part, row) => {
      const training = parts.filter((each) => each > 0).length
      const expected = part === 0 ? training : part === 127 ? 0 : seenBy(part)
      expect(predictions[row]).toBe(expected)
    })
    const sample = Uint8Array.from(parts, (_, row) => row % 2)
    const half = await trained({ ...spec, sample })
    expect(half.predictions[parts.indexOf(0)]).toBe(parts.filter((part, row) => part > 0 && row % 2 === 1).length)
  })
})
