import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TaskUploaded } from '@modelsmith/api'
import { type EstimatorType, parseMetadata, type TaskMetadata } from '@modelsmith/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../../e2e/support/environments.ts'
import type { Product } from '../../e2e/support/product.ts'
import { type Actions, actionsOn, saidBy, startSmall } from '../platform/platform.ts'
import {
  asJson,
  numbersOf,
  readRecords,
  type Records,
  rowsThatMayCome,
  withColumn,
  without,
  writeRecords,
} from './rows.ts'
import { modelsmith, plainly, serving, written } from './ways.ts'

/**
 * Every template gives the same predictions by every way that a task can take, and in a plain script that knows nothing of the
 * platform: also of rows that lack a value, or have one that training did not see.
 */
const templates = join(import.meta.dirname, '../../examples/tasks')
const plain = join(import.meta.dirname, 'plain')
const names = readdirSync(templates)
const rowNumber = 'row number'

let product: Product
let actions: Actions
let place: string
let adder: string

/** Makes one number of all that a transform gives. A deployment answers predictions only: this is what a transform is seen through. */
const sumUp = (columns: readonly number[]): number =>
  columns.reduce((sum, value, index) => sum + (index + 1) * (Number.isNaN(value) ? 0.5 : value), 0)
const summedUp = (given: Record<string, readonly number[]>): Record<string, number[]> => {
  const columns = Object.values(given)
  return { prediction: (columns[0] ?? []).map((_, row) => sumUp(columns.map((column) => column[row] as number))) }
}
const addingTask = {
  'custom.py': `import joblib
import numpy


def fit(X, output_dir):
    joblib.dump(None, output_dir + "/nothing.joblib")


def predict(data, model):
    values = numpy.nan_to_num(data.astype("float64").values, nan=0.5)
    return values @ numpy.arange(1.0, values.shape[1] + 1)
`,
  'model-metadata.yaml': `name: Adds up
targetType: regression
typeSchema:
  input_requirements:
    - { field: sparse, condition: EQUALS, value: SUPPORTED }
`,
}

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ms-templates-'))
  // What the templates run in: installing it, which can take minutes, is no part of a test.
  for (const name of ['python-core', 'python-ml', 'python-torch', 'r-core', 'r-ml']) await installed(name)
  product = await startSmall()
  actions = actionsOn(product)
  adder = (await actions.uploadTask(addingTask)).id
}, 900_000)

afterAll(async () => {
  await product?.remove()
  await rm(place, { recursive: true, force: true })
})

type Template = {
  readonly name: string
  readonly codeDir: string
  /** Undefined: the default. */
  readonly environment: string | undefined
  readonly targetType: EstimatorType | 'transform'
  readonly target: string | undefined
  readonly train: Records
  readonly rows: Records
}

const readTemplate = async (name: string): Promise<Template> => {
  const codeDir = join(templates, name)
  const metadata = parseMetadata(await readFile(join(codeDir, 'model-metadata.yaml'), 'utf8')).metadata as TaskMetadata
  const [targetType] = [metadata.targetType ?? []].flat()
  const target = metadata.validation?.targetName
  const train = readRecords(await readFile(join(codeDir, metadata.validation?.input ?? ''), 'utf8'))
  return {
    name,
    codeDir,
    environment: metadata.environment,
    targetType: targetType as Template['targetType'],
    target,
    train,
    rows: rowsThatMayCome(without(train, target)),
  }
}

/** Numbers by column, up to what a text of them rounds away. */
const near = (wanted: Record<string, readonly number[]>): Record<string, unknown[]> =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, values]) => [
      name,
      values.map((value) => (Number.isNaN(value) ? value : expect.closeTo(value, digitsOf(value)))),
    ]),
  )
const digitsOf = (value: number): number => 9 - Math.ceil(Math.log10(Math.max(1, Math.abs(value))))

type Answers = readonly { prediction: string | number; probabilities?: Record<string, number> }[]

const fromAnswers = (answers: Answers) => {
  const [first] = answers
  if (first?.probabilities === undefined) return { prediction: answers.map(({ prediction }) => Number(prediction)) }
  const classes = Object.keys(first.probabilities)
  return Object.fromEntries(
    classes.map((name) => [name, answers.map((answer) => answer.probabilities?.[name] as number)]),
  )
}

const fitted = async (template: Template, ...more: string[]): Promise<string> => {
  const { name, codeDir, target, targetType } = template
  const folder = join(place, name, `fitted${more.length}`)
  const input = await written(join(place, name), 'train.csv', writeRecords(template.train))
  const of = target === undefined ? [] : ['--target', target]
  await modelsmith([
    'fit',
    '--code-dir',
    codeDir,
    '--input',
    input,
    '--target-type',
    targetType,
    ...of,
    '--output',
    folder,
    ...more,
  ])
  return folder
}

/** What the folder answers over HTTP; transforms answer nothing. */
const served = async ({ targetType, rows }: Template, folder: string) => {
  if (targetType === 'transform') return undefined
  const answer = await serving(folder, async (address) => {
    const body = JSON.stringify({ rows: asJson(rows) })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(`${address}/predictions`, { method: 'POST', headers, body })).json()
  })
  return fromAnswers((answer as { predictions: Answers }).predictions)
}

const inDeployment = async (template: Template) => {
  const { name, codeDir, target, targetType } = template
  const pushed = await modelsmith(['push', '--code-dir', codeDir, '--json'], {
    MODELSMITH_SERVER: product.address,
    MODELSMITH_TOKEN: product.token,
  })
  const task = (JSON.parse(pushed) as TaskUploaded).task.latest.id
  // Anomalies have no target. Else a project has one of its own where the task has none, or where the sum of what it gives is predicted.
  const isAnomaly = targetType === 'anomaly'
  const own = !isAnomaly && (target === undefined || (targetType === 'transform' && name !== 'target-encoding'))
  const data = own ? withColumn(template.train, rowNumber, String) : template.train
  const { dataset, job } = await actions.uploadDataset(writeRecords(data), `${name}.csv`)
  expect(saidBy(job.error)).toBeUndefined()
  const project = await actions.client.call('createProject', {
    body: {
      name,
      datasetVersionId: dataset.latest.id,
      ...(isAnomaly ? {} : { target: own ? rowNumber : (target as string) }),
      targetType: targetType === 'transform' ? 'regression' : targetType,
      partitioning: { folds: 2, holdout: 0 },
      features: [...without(template.train, target).names],
    },
  })
  const { run, job: training } = await actions.train(project, [
    { id: 'task', taskVersion: task, inputs: [{ from: 'data' }] },
    ...(targetType === 'transform'
      ? [{ id: 'sum', taskVersion: adder, inputs: [{ from: 'node' as const, node: 'task' }] }]
      : []),
  ])
  expect(saidBy(training.error)).toBeUndefined()
  const { id } = await actions.deploy(run.modelId ?? '')
  const rows = asJson(template.rows)
  const { predictions } = await actions.client.call('predict', { params: { id }, body: { rows } })
  return fromAnswers(predictions as Answers)
}

describe('the templates', () => {
  it('are fifteen at least, each with a lesson and a plain script', () => {
    expect(names.length).toBeGreaterThanOrEqual(15)
    const scripts = readdirSync(plain).map((file) => file.replace(/\.\w+$/, ''))
    expect(scripts.toSorted()).toEqual(names.toSorted())
    expect(names.filter((name) => !existsSync(join(templates, name, 'README.md')))).toEqual([])
  })

  it.each(names)('%s', { timeout: 300_000 }, async (name) => {
    const template = await readTemplate(name)
    const train = await written(join(place, name), 'train.csv', writeRecords(template.train))
    const input = await written(join(place, name), 'rows.csv', writeRecords(template.rows))
    const script = join(plain, `${name}.${existsSync(join(plain, `${name}.R`)) ? 'R' : 'py'}`)
    const wanted = numbersOf(readRecords(await plainly(script, [train, input], template.environment)))
    expect(Object.values(wanted)[0]).toHaveLength(template.rows.cells.length)

    const folder = await fitted(template)
    expect(numbersOf(readRecords(await modelsmith(['score', '--code-dir', folder, '--input', input])))).toEqual(
      near(wanted),
    )
    expect(await served(template, folder)).toEqual(template.targetType === 'transform' ? undefined : near(wanted))
    expect(await inDeployment(template)).toEqual(near(template.targetType === 'transform' ? summedUp(wanted) : wanted))
  })

  it('weigh rows as a plain script does', { timeout: 120_000 }, async () => {
    const name = 'weights-and-early-stopping'
    const template = await readTemplate(name)
    const train = await written(join(place, name), 'train.csv', writeRecords(template.train))
    const input = await written(join(place, name), 'rows.csv', writeRecords(template.rows))
    const wanted = numbersOf(readRecords(await plainly(join(plain, `${name}.py`), [train, input, 'weight'])))
    const folder = await fitted(template, '--row-weights', 'weight')
    expect(numbersOf(readRecords(await modelsmith(['score', '--code-dir', folder, '--input', input])))).toEqual(
      near(wanted),
    )
  })
})
