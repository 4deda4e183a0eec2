import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlueprintGraph } from '@modelsmith/domain'
import { createRunner, type Environment, installEnvironment, openPipeline, type Runner } from '@modelsmith/runner'
import { encodeBlocksWhole, type Table, tableFromRows } from '@modelsmith/table'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noCache } from './ports.ts'
import type { EngineTask, TrainingSpec } from './spec.ts'
import { train } from './train.ts'

const limits = { memoryMb: 2048, cpuSeconds: 120, wallSeconds: 120, processes: 64, fileSizeMb: 64, threads: 1 }
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-languages-'))
const count = 40

const rows: Table = tableFromRows(
  {
    columns: [
      { name: 'row', type: 'number' },
      { name: 'gaps', type: 'number' },
      { name: 'colour', type: 'category' },
      { name: 'note', type: 'text' },
      { name: 'day', type: 'date' },
      { name: 'y', type: 'number' },
    ],
  },
  Array.from({ length: count }, (_, row) => ({
    row,
    gaps: row % 5 === 0 ? null : row / 3,
    colour: row % 4 === 0 ? null : ['blue', 'red', 'green'][row % 3],
    note: row % 7 === 0 ? null : `note ${row}, with “quotes”`,
    day: row % 6 === 0 ? null : `2024-02-${String(10 + (row % 19)).padStart(2, '0')}T0${row % 10}:30:00.125`,
    y: row,
  })),
)

/** What leaves Python: columns of every type, a whole number, a truth, a category of pandas, and a value that is computed from nothing. */
const python = `
import joblib, numpy, pandas

def fit(X, y, output_dir):
    joblib.dump(None, output_dir + "/nothing.joblib")

def transform(X, transformer):
    with numpy.errstate(invalid="ignore"):
        return X.assign(
            whole=X["row"].astype("int64") * 2,
            even=X["row"] % 2 == 0,
            level=pandas.Categorical(X["colour"], categories=["red", "blue", "green", "never"]),
        )
`
/** Sees them as R's own types, and computes a NaN beside the NA that was there. */
const r = `
fit <- function(X, y, output_dir, ...) saveRDS(TRUE, file.path(output_dir, "nothing.rds"))
load_model <- function(code_dir) TRUE
transform <- function(X, transformer, ...) {
  stopifnot(
    is.numeric(X$row), is.numeric(X$gaps), is.numeric(X$whole), is.logical(X$even),
    is.character(X$note), is.factor(X$colour) || is.character(X$colour), inherits(X$day, "POSIXct"),
    all(is.na(X$gaps) == (X$row %% 5 == 0)), !any(is.nan(X$gaps)),
    all(is.na(X$day) == (X$row %% 6 == 0)), all(is.na(X$note) == (X$row %% 7 == 0)),
    all(X$whole == 2 * X$row), all(X$even == (X$row %% 2 == 0)),
    identical(as.character(X$level), as.character(X$colour))
  )
  X$made <- factor(ifelse(is.na(X$colour), NA, paste("very", X$colour)), levels = c("very green", "very red", "very blue", "other"))
  X$nothing <- ifelse(X$row %% 8 == 0, 0 / 0, ifelse(X$row %% 9 == 0, NA, X$row))
  X$later <- as.Date(X$day) + 1
  X
}
`
/** Says 1 for each row in which all is as it left, and keeps what it was fitted on. */
const reads = `
import joblib, numpy, pandas

def kept(X):
    row = X["row"]
    missing = lambda name, every: X[name].isna() == (row % every == 0)
    text = X["colour"].astype(object)
    moment = pandas.to_datetime(X["day"])
    checks = [
        missing("gaps", 5), X["gaps"].isna() | (X["gaps"] == row / 3),
        missing("note", 7), X["note"].isna() | (X["note"] == row.astype(int).map("note {}, with \\u201cquotes\\u201d".format)),
        missing("day", 6), moment.isna() | (moment.dt.microsecond == 125000) & (moment.dt.hour == row % 10) & (moment.dt.day == 10 + row % 19),
        missing("colour", 4), text.isna() | (text == row.map(lambda each: ["blue", "red", "green"][int(each) % 3])),
        X["made"].isna() == text.isna(), text.isna() | (X["made"].astype(object) == "very " + text.fillna("")),
        X["nothing"].isna() == ((row % 8 == 0) | (row % 9 == 0)),
        X["whole"] == 2 * row, X["even"].astype(bool) == (row % 2 == 0),
        moment.isna() | (pandas.to_datetime(X["later"]) == moment.dt.normalize() + pandas.Timedelta(days=1)),
    ]
    return numpy.all(checks, axis=0)

def fit(X, y, output_dir):
    assert list(y) == list(X["row"]), "the rows are in another order than their target"
    assert kept(X).all(), X[~kept(X)].to_string()
    joblib.dump(None, output_dir + "/nothing.joblib")

def predict(data, model):
    return data["row"] + numpy.where(kept(data), 0.0, 1000.0)
`
const sparsePython = `
import joblib, scipy.sparse

def fit(X, y, output_dir):
    joblib.dump(None, output_dir + "/nothing.joblib")

def transform(X, transformer):
    values = X[["row"]].assign(third=X["row"] % 3 == 0, zero=0.0).astype(float)
    return scipy.sparse.csr_matrix(values.to_numpy())
`
const sparseR = `
fit <- function(X, y, output_dir, ...) saveRDS(TRUE, file.path(output_dir, "nothing.rds"))
load_model <- function(code_dir) TRUE
transform <- function(X, transformer, ...) {
  stopifnot(inherits(X, "dgCMatrix"))
  X %*% Matrix::Diagonal(ncol(X), 2)
}
`
const readsSparse = `
import joblib, pandas

def fit(X, y, output_dir):
    assert all(isinstance(kind, pandas.SparseDtype) for kind in X.dtypes)
    assert list(X.sparse.to_dense().iloc[:, 0]) == [2 * each for each in y]
    joblib.dump(None, output_dir + "/nothing.joblib")

def predict(data, model):
    return data.sparse.to_dense().sum(axis=1)
`

let runner: Runner
const environments = new Map<string, Environment>()

const task = (name: string, code: string, more: Partial<EngineTask>): EngineTask => {
  const codeDir = join(folder, name)
  const environment = more.environment ?? 'python-core'
  mkdirSync(codeDir)
  writeFileSync(join(codeDir, environment === 'r-core' ? 'custom.R' : 'custom.py'), code)
  return {
    id: name,
    name,
    kind: 'custom',
    targetTypes: ['transform'],
    typeSchema: {
      output_requirements: [{ field: 'data_types', condition: 'IN', value: ['NUM', 'CAT', 'TXT', 'DATE'] }],
    },
    hyperparameters: [],
    environment,
    codeDir,
    codeHash: name,
    ...more,
  }
}

/** Trains the tasks one after another, and scores all rows with what came of it. */
const chain = async (
  name: string,
  tasks: readonly EngineTask[],
  features: readonly string[],
): Promise<readonly number[]> => {
  const graph: BlueprintGraph = {
    nodes: tasks.map(({ id }, index) => ({
      id,
      taskVersion: id,
      inputs: [index === 0 ? { from: 'data' } : { from: 'node', node: (tasks[index - 1] as EngineTask).id }],
    })),
  }
  const spec: TrainingSpec = {
    data: {
      file: join(folder, 'rows.cols'),
      contentId: 'rows',
      rows: count,
      columns: rows.schema.columns.map((column) => ({
        ...column,
        missing: column.name !== 'row' && column.name !== 'y',
      })),
    },
    features,
    target: 'y',
    targetType: 'regression',
    classes: [],
    // Rows of the parts do not follow one another.
    partition: Int8Array.from({ length: count }, (_, row) => (row * 7) % 3),
    folds: 2,
    graph,
    tasks: new Map(tasks.map((each) => [each.id, each])),
    environments,
    limits,
    seed: 1,
  }
  const ports = {
    cache: noCache,
    workDir: join(folder, `work-${name}`),
    parallelism: 1,
    signal: new AbortController().signal,
    onStep: () => {},
    onPrint: () => {},
  }
  const { modelDir, outOfFold } = await train(spec, ports, runner)
  const [predicted] = outOfFold.predictions.columns
  const pipeline = await openPipeline(runner, {
    folder: modelDir,
    environmentOf: async (each) => environments.get(each) as Environment,
    limits,
  })
  const scored = await pipeline.predict(rows)
  await pipeline.close()
  const [all] = scored.columns
  if (predicted?.kind !== 'float64' || all?.kind !== 'float64') throw new Error('Predictions are float64.')
  expect([...predicted.values]).toEqual([...outOfFold.rows].map((row) => all.values[row]))
  return [...all.values]
}

beforeAll(async () => {
  for (const name of ['python-core', 'r-core'])
    environments.set(
      name,
      await installEnvironment({
        name,
        dataDir: join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`),
        forEveryone: true,
      }),
    )
  runner = createRunner({ runtimeDir: join(folder, 'run') })
  writeFileSync(join(folder, 'rows.cols'), encodeBlocksWhole(rows))
}, 300_000)
afterAll(async () => {
  await runner.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a blueprint of Python, then R, then Python', { timeout: 300_000 }, () => {
  it('keeps factors, dates, texts, truths, what is missing and the order of rows', async () => {
    const tasks = [
      task('first', python, {}),
      task('second', r, { environment: 'r-core' }),
      task('third', reads, { targetTypes: ['regression'], typeSchema: {} }),
    ]
    const values = await chain('columns', tasks, ['row', 'gaps', 'colour', 'note', 'day'])
    expect(values).toEqual(Array.from({ length: count }, (_, row) => row))
  })

  it('keeps sparse data sparse', async () => {
    const takes = { field: 'sparse', condition: 'EQUALS', value: 'SUPPORTED' } as const
    const tasks = [
      task('sparse-first', sparsePython, {}),
      task('sparse-second', sparseR, { environment: 'r-core', typeSchema: { input_requirements: [takes] } }),
      task('sparse-third', readsSparse, { targetTypes: ['regression'], typeSchema: { input_requirements: [takes] } }),
    ]
    const values = await chain('sparse', tasks, ['row'])
    expect(values).toEqual(Array.from({ length: count }, (_, row) => 2 * row + (row % 3 === 0 ? 2 : 0)))
  })
})
