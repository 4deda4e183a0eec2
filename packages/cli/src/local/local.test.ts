import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installEnvironment } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const examples = fileURLToPath(new URL('../../../../examples', import.meta.url))
const attrition = join(examples, 'attrition.csv')
const transform = join(examples, 'tasks/missing-to-median')
const estimator = join(examples, 'tasks/attrition-risk')
const estimatorInR = join(examples, 'tasks/attrition-tree')
const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-cli-'))

type Outcome = { readonly status: number; readonly out: string; readonly err: string }

const modelsmith = (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { ...process.env, MODELSMITH_DATA: dataDir }
    execFile(process.execPath, [main, ...args], { env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

const write = (path: string, text: string): string => {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
const taskOf = (name: string, code: string, more: Readonly<Record<string, string>> = {}): string => {
  for (const [path, text] of Object.entries({ 'custom.py': code, ...more })) write(`${name}/${path}`, text)
  return join(folder, name)
}
const numbers = write(
  'numbers.csv',
  `a,b,y\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 5 === 0 ? '' : row % 3},${2 * row + 1}\n`).join('')}`,
)

const fitOf = (codeDir: string, ...more: string[]): Promise<Outcome> =>
  modelsmith('fit', '--code-dir', codeDir, '--input', numbers, '--target-type', 'regression', '--target', 'y', ...more)

const good = `
import json, os, pandas

def fit(X, y, output_dir, row_weights=None, parameters=None, **kwargs):
    print("weights", None if row_weights is None else float(row_weights.sum()), parameters)
    with open(os.path.join(output_dir, "model.json"), "w") as file:
        json.dump({"mean": float(y.mean())}, file)

def load_model(code_dir):
    with open(os.path.join(code_dir, "model.json")) as file:
        return json.load(file)["mean"]

def predict(data, model, **kwargs):
    return pandas.DataFrame({"Predictions": [model] * len(data)})
`

beforeAll(async () => {
  for (const name of ['python-core', 'python-ml']) await installEnvironment({ name, dataDir, forEveryone: true })
}, 900_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('modelsmith fit, then score', { timeout: 120_000 }, () => {
  it('fits an estimator, measures it on rows that it did not see, and scores what it kept', async () => {
    const model = join(folder, 'risk')
    const fitted = await modelsmith(
      'fit',
      '--code-dir',
      estimator,
      '--input',
      attrition,
      '--target',
      'Attrition',
      '--output',
      model,
      '--json',
    )
    expect(fitted).toMatchObject({ status: 0 })
    expect(fitted.err).toContain('1470 rows, 16.1 % of them Yes.')
    const verdict = JSON.parse(fitted.out)
    expect(verdict).toMatchObject({
      task: 'Attrition risk',
      rows: 1470,
      columns: 30,
      scoredAfresh: 1470,
      validation: { rows: 294 },
    })
    expect(verdict.validation.scores.AUC).toBeGreaterThan(0.75)
    expect(verdict.artifacts).toContain('importance.svg')

    const output = join(folder, 'scores.csv')
    const fromHere = relative(process.cwd(), model)
    const scored = await modelsmith('score', '--code-dir', fromHere, '--input', attrition, '--output', output)
    expect(scored).toMatchObject({ status: 0 })
    expect(scored.out).toContain('1,470 rows scored')
    expect(readFileSync(output, 'utf8')).toBe(readFileSync(join(model, 'predictions.csv'), 'utf8'))

    const lines = readFileSync(attrition, 'utf8').split('\n')
    const one = await modelsmith(
      'score',
      '--code-dir',
      model,
      '--input',
      write('one.csv', `${lines[0]}\n${lines[1]}\n`),
    )
    expect(one.out.split('\n').slice(0, 2)).toEqual(readFileSync(output, 'utf8').split('\n').slice(0, 2))
  })

  it('fits an estimator in R, with rows that lack values and levels that it has not seen', async () => {
    const model = join(folder, 'tree')
    const fitted = await modelsmith(
      'fit',
      '--code-dir',
      estimatorInR,
      '--input',
      attrition,
      '--target',
      'Attrition',
      '--output',
      model,
      '--json',
    )
    expect(fitted).toMatchObject({ status: 0 })
    expect(fitted.err).toContain('1470 rows, 16.1 % of them Yes.')
    const verdict = JSON.parse(fitted.out)
    expect(verdict).toMatchObject({ environment: 'r-core', columns: 30, scoredAfresh: 1470, validation: { rows: 294 } })
    expect(verdict.validation.scores.AUC).toBeGreaterThan(0.6)
    expect(verdict.artifacts).toEqual(['importance.csv', 'model.rds', 'tree.txt'])

    const [header = '', first = ''] = readFileSync(attrition, 'utf8').split('\n')
    const cells = first.split(',')
    const changed = (name: string, value: string) => cells.with(header.split(',').indexOf(`"${name}"`), value).join(',')
    const rows = write('changed.csv', [header, first, changed('OverTime', 'Perhaps'), changed('Age', '')].join('\n'))
    const scored = await modelsmith('score', '--code-dir', model, '--input', rows)
    expect(scored).toMatchObject({ status: 0 })
    const [, ...lines] = scored.out.trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe(readFileSync(join(model, 'predictions.csv'), 'utf8').split('\n')[1])
  })

  it('fits a transform without a target and applies it to other rows', async () => {
    const model = join(folder, 'median')
    const fitted = await modelsmith(
      'fit',
      '--code-dir',
      transform,
      '--input',
      numbers,
      '--output',
      model,
      '--parameter',
      'mark=false',
    )
    expect(fitted).toMatchObject({ status: 0 })
    expect(fitted.out).toContain('Missing to median (transform) keeps the task contract.')
    expect(fitted.err).toContain('Medians of 3 columns; 1 of them had missing values.')
    const scored = await modelsmith('score', '--code-dir', model, '--input', write('gap.csv', 'a,b,y\n,,\n1,2,3\n'))
    expect(scored).toMatchObject({ status: 0, out: 'a,b,y\n29.5,1,60\n1,2,3\n' })
    const arrow = join(folder, 'filled.arrow')
    const parquet = join(folder, 'filled.parquet')
    const input = write('whole.csv', 'a,b,y\n30,,61\n1,2,3\n')
    expect(await modelsmith('score', '--code-dir', model, '--input', input, '--output', arrow)).toMatchObject({
      status: 0,
    })
    expect(await modelsmith('score', '--code-dir', model, '--input', arrow, '--output', parquet)).toMatchObject({
      status: 0,
    })
    const last = await modelsmith('score', '--code-dir', model, '--input', parquet)
    expect(last).toMatchObject({ status: 0, out: 'a,b,y\n30,1,61\n1,2,3\n' })
    const again = await modelsmith('fit', '--code-dir', transform, '--input', arrow, '--skip-predict', '--json')
    expect(JSON.parse(again.out)).toMatchObject({ rows: 2, columns: 3 })
  })

  it('takes the target from a file of its own, and weights from a column', async () => {
    const target = write('y.csv', `price\n${Array.from({ length: 60 }, (_, row) => `${row}\n`).join('')}`)
    const codeDir = taskOf('weighted', good)
    const fitted = await modelsmith(
      'fit',
      '--code-dir',
      codeDir,
      '--input',
      numbers,
      '--target-type',
      'regression',
      '--target-csv',
      target,
      '--row-weights',
      'y',
      '--skip-predict',
      '--json',
    )
    expect(fitted.err).toContain('weights 3600.0 {}')
    expect(JSON.parse(fitted.out)).toMatchObject({ columns: 2, validation: null, scoredAfresh: null, output: null })
  })
})

describe('modelsmith fit, when the task is wrong', { timeout: 120_000 }, () => {
  it('lists everything that is wrong with a folder, with file and line', async () => {
    const codeDir = taskOf('folder', '', {
      'model-metadata.yaml': 'name: x\ntargetTyp: binary\nmajorVersion: 3\n',
      'requirements.txt': '-e .\n',
    })
    rmSync(join(codeDir, 'custom.py'))
    const { status, err } = await modelsmith('fit', '--code-dir', codeDir, '--input', numbers)
    expect(status).toBe(1)
    expect(err).toMatch(/4 things are wrong/)
    expect(err).toMatch(/custom\.py/)
    expect(err).toMatch(/model-metadata\.yaml, line 2/)
    expect(err).toMatch(/model-metadata\.yaml, line 3/)
    expect(err).toMatch(/requirements\.txt, line 1/)
  })

  it.each([
    ['a syntax error', 'def fit(X, y, output_dir:\n    pass\n', /custom\.py, line 1/],
    ['a package that is not there', 'import os\nimport no_such_package\n', /custom\.py, line 2.*no_such_package/s],
    [
      'an error in fit',
      '\ndef fit(X, y, output_dir, **kwargs):\n    raise ValueError("no fit today")\n',
      /custom\.py, line 3.*no fit today/s,
    ],
    ['a fit that writes nothing', 'def fit(X, y, output_dir, **kwargs):\n    pass\n', /fit wrote nothing/],
    [
      'too few predictions',
      `${good}\n    \ndef score(data, model, **kwargs):\n    pass\n`.replace('len(data)', '3'),
      /3 rows/,
    ],
  ])('says what and where: %s', async (name, code, expected) => {
    const outcome = await fitOf(taskOf(name.replaceAll(' ', '-'), code))
    expect(outcome).toMatchObject({ status: 1, out: '' })
    expect(outcome.err).toMatch(expected)
  })

  it('says it as JSON when asked', async () => {
    const { status, out } = await fitOf(taskOf('json', 'def fit(X, y, output_dir, **kwargs):\n    1 / 0\n'), '--json')
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { kind: 'userCode', place: { file: 'custom.py', line: 2 } } })
  })
})

describe('modelsmith fit, on rows that a deployment may meet', { timeout: 120_000 }, () => {
  const towns = write(
    'towns.csv',
    `size,town,y\n${Array.from({ length: 60 }, (_, row) => `${row},${['Ghent', 'Riga'][row % 2]},${row}\n`).join('')}`,
  )
  const predicting = (body: string) => `${good.slice(0, good.indexOf('def predict'))}
def predict(data, model, **kwargs):
    ${body}
`
  const fitOn = (name: string, body: string, metadata?: string): Promise<Outcome> =>
    modelsmith(
      'fit',
      '--code-dir',
      taskOf(name, predicting(body), metadata === undefined ? {} : { 'model-metadata.yaml': metadata }),
      '--input',
      towns,
      '--target-type',
      'regression',
      '--target',
      'y',
      '--json',
    )
  const supports = `name: x
targetType: regression
typeSchema:
  input_requirements:
    - {field: contains_missing, condition: EQUALS, value: SUPPORTED}
`

  it('warns of scores that change', async () => {
    // The generators of `random` and numpy are seeded before each call; the system's cannot be.
    const { status, out } = await fitOn(
      'random',
      'import random; return pandas.DataFrame({"Predictions": [random.SystemRandom().random() for _ in range(len(data))]})',
    )
    expect(status).toBe(0)
    const { probes, warnings } = JSON.parse(out)
    expect(probes.again.length).toBeGreaterThan(50)
    expect(warnings.map(({ code }: { code: string }) => code)).toContain('contract.scoresChange')
  })

  it('warns of scores that depend on the other rows', async () => {
    const { status, out } = await fitOn(
      'batch',
      'return pandas.DataFrame({"Predictions": data["size"].fillna(0) - data["size"].fillna(0).mean()})',
    )
    expect(status).toBe(0)
    expect(JSON.parse(out).warnings).toMatchObject([
      { code: 'contract.scoresDepend', message: expect.stringContaining('50 rows') },
    ])
  })

  const strict =
    'assert not data.isna().any().any(), "no gaps please"; return pandas.DataFrame({"Predictions": [model] * len(data)})'
  it('warns of missing values that nobody promised to take, and refuses a task that did', async () => {
    const silent = await fitOn('strict', strict)
    expect(silent.status).toBe(0)
    expect(JSON.parse(silent.out).warnings).toMatchObject([
      {
        code: 'contract.breaksOnMissing',
        message: expect.stringMatching(/rows that lack "size", "town": .*no gaps please.*/s),
        hint: expect.stringContaining('contains_missing FORBIDDEN'),
      },
    ])
    const promised = await fitOn('promised', strict, supports)
    expect(promised.status).toBe(1)
    expect(JSON.parse(promised.out)).toMatchObject({
      error: { code: 'cli.contract', findings: [{ code: 'contract.breaksOnMissing' }] },
    })
    const forbidden = await fitOn('forbidden', strict, supports.replace('SUPPORTED', 'FORBIDDEN'))
    expect(JSON.parse(forbidden.out)).toMatchObject({ probes: { missing: [], tried: { missing: 0 } }, warnings: [] })
  })

  it('warns of categories that break it', async () => {
    const known = '{"Ghent": 1.0, "Riga": 2.0, None: 0.0}'
    const { out } = await fitOn(
      'known',
      `return pandas.DataFrame({"Predictions": [${known}[None if town != town else town] for town in data["town"]]})`,
    )
    expect(JSON.parse(out).warnings).toMatchObject([
      {
        code: 'contract.breaksOnUnseen',
        message: expect.stringMatching(/unseen category in "town": .*a category that was not seen/s),
      },
    ])
  })

  it('ends with an error when a row ends the session', async () => {
    const { status, out } = await fitOn(
      'fatal',
      'import os; (os._exit(3) if data["size"].isna().any() else None); return pandas.DataFrame({"Predictions": [model] * len(data)})',
    )
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'session.died' } })
  })
})

describe('prediction parameters', { timeout: 120_000 }, () => {
  const predicting = `
import joblib, os

def fit(X, y, output_dir):
    joblib.dump(1.0, os.path.join(output_dir, "model.joblib"))

def predict(data, model, parameters):
    print("set", parameters)
    return data["a"] * 0 + model * parameters["times"]
`
  const metadata = `name: Times
targetType: regression
predictionParameters:
  - { name: times, type: int, min: 1, max: 9, default: 2 }
  - { name: words, type: string }
`

  it('are set where a fitted task is applied, on the command line and in each request', async () => {
    const model = join(folder, 'times-fitted')
    const fitted = await fitOf(taskOf('times', predicting, { 'model-metadata.yaml': metadata }), '--output', model)
    expect(fitted.err).toContain("set {'times': 2, 'words': None}")
    const score = (...more: string[]) => modelsmith('score', '--code-dir', model, '--input', numbers, ...more)
    const scored = await Promise.all([score(), score('--parameter', 'times=7', 'words=a b')])
    expect(scored.map(({ out }) => out.split('\n')[1])).toEqual(['2', '7'])
    expect(scored[1]?.err).toContain("set {'times': 7, 'words': 'a b'}")
    const refused = await score('--parameter', 'times=12', 'word=a')
    expect(refused.status).toBe(2)
    expect(refused.err).toMatch(/no prediction parameter "word".*Declared: times, words.*from 1 to 9, found 12/s)

    const child = spawn(
      process.execPath,
      [main, 'serve', '--code-dir', model, '--port', '0', '--parameter', 'times=3', '--json'],
      { env: { ...process.env, MODELSMITH_DATA: dataDir } },
    )
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      const { address } = JSON.parse(line.toString()) as { address: string }
      const ask = async (body: object) => {
        const sent = { method: 'POST', headers: { 'content-type': 'application/json' } }
        const answer = await fetch(`${address}/predictions`, { ...sent, body: JSON.stringify(body) })
        return [answer.status, JSON.parse(await answer.text())]
      }
      const rows = [{ a: 1, b: 2 }]
      expect(await ask({ rows })).toMatchObject([200, { predictions: [{ prediction: 3 }] }])
      expect(await ask({ rows, parameters: { times: 4 } })).toMatchObject([200, { predictions: [{ prediction: 4 }] }])
      expect(await ask({ rows, parameters: { time: 4 } })).toMatchObject([
        422,
        { code: 'model.parameters', findings: [{ code: 'contract.predictionParameterUnknown' }] },
      ])
    } finally {
      child.kill('SIGINT')
    }
    expect(await ended).toBe(0)
  })
})

describe('modelsmith check', { timeout: 120_000 }, () => {
  it('says how to tell which rows to check with', async () => {
    const { status, err } = await modelsmith(
      'check',
      '--code-dir',
      taskOf('unchecked', good),
      '--target-type',
      'regression',
    )
    expect(status).toBe(2)
    expect(err).toMatch(/does not say which rows it is checked with.*Hint: Add "validation:/s)
  })

  it('names the file that is not there', async () => {
    const codeDir = taskOf('lost', good, {
      'model-metadata.yaml': 'name: Lost\ntargetType: regression\nvalidation: {input: rows.csv, targetName: y}\n',
    })
    const { status, err } = await modelsmith('check', '--code-dir', codeDir)
    expect(status).toBe(2)
    expect(err).toMatch(/rows\.csv cannot be read: there is no such file/)
  })
})

describe('modelsmith serve', { timeout: 120_000 }, () => {
  it('answers what `score` gives, by each protocol, until it is interrupted', async () => {
    const model = join(folder, 'served')
    await modelsmith(
      'fit',
      '--code-dir',
      estimator,
      '--input',
      attrition,
      '--target',
      'Attrition',
      '--output',
      model,
      '--skip-predict',
    )
    const lines = readFileSync(attrition, 'utf8').split('\n').slice(0, 3)
    const scored = await modelsmith('score', '--code-dir', model, '--input', write('two.csv', lines.join('\n')))
    const [, first = ''] = scored.out.split('\n')
    const [prediction, no, yes] = first.split(',')

    const child = spawn(process.execPath, [main, 'serve', '--code-dir', model, '--port', '0', '--name', 'attrition'], {
      env: { ...process.env, MODELSMITH_DATA: dataDir },
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    try {
      let out = ''
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
        out += chunk.toString()
        if (out.includes('/predictions')) break
      }
      const address = /http:\S+(?=\/predictions)/.exec(out)?.[0] ?? ''
      const ask = async (path: string, type: string, body: string) => {
        const response = await fetch(`${address}${path}`, { method: 'POST', body, headers: { 'content-type': type } })
        return JSON.parse(await response.text())
      }
      const csv = lines.slice(0, 2).join('\n')
      expect((await ask('/predictions', 'text/csv', csv)).predictions).toEqual([
        { prediction, probabilities: { No: Number(no), Yes: Number(yes) } },
      ])
      expect(await ask('/invocations', 'text/csv', csv)).toEqual({
        predictions: [{ prediction, probability_No: Number(no), probability_Yes: Number(yes) }],
      })
      const [header = '', row = ''] = lines.map((line) => line.replaceAll('"', ''))
      const cells = row.split(',')
      const inputs = header
        .split(',')
        .flatMap((name, index) =>
          name === 'Attrition' ? [] : [{ name, shape: [1], datatype: 'BYTES', data: [cells[index]] }],
        )
      const inferred = await ask('/v2/models/attrition/infer', 'application/json', JSON.stringify({ inputs }))
      expect(inferred.outputs).toMatchObject([{ data: [prediction] }, { data: [Number(no), Number(yes)] }])
    } finally {
      child.kill('SIGINT')
    }
    expect(await ended).toBe(0)
  })

  it.each([
    ['a folder that was not fitted', ['--code-dir', examples], 1, /holds no fitted task/],
    ['a port that there is not', ['--code-dir', join(folder, 'median'), '--port', '70000'], 2, /--port 70000/],
    ['a transform', ['--code-dir', join(folder, 'median')], 2, /is a transform/],
  ])('refuses %s', async (_, args, status, expected) => {
    if (!existsSync(join(folder, 'median')))
      await modelsmith(
        'fit',
        '--code-dir',
        transform,
        '--input',
        numbers,
        '--output',
        join(folder, 'median'),
        '--skip-predict',
      )
    const outcome = await modelsmith('serve', ...args)
    expect(outcome.status).toBe(status)
    expect(outcome.err).toMatch(expected)
  })
})

describe('modelsmith, when the call is wrong', { timeout: 60_000 }, () => {
  const codeDir = taskOf('good', good)
  it.each([
    ['an unknown command', ['fitt'], /has no command "fitt"/],
    ['an unknown flag', ['fit', '--code-dir', codeDir, '--input', numbers, '--tarlet', 'y'], /--tarlet/],
    ['a stray word', ['fit', '--code-dir', codeDir, '--input', numbers, 'y'], /Not understood: y/],
    ['no input', ['fit', '--code-dir', codeDir], /--input/],
    ['no folder', ['fit', '--code-dir', 'nowhere', '--input', numbers], /no such file or folder/],
    [
      'a column that is not there',
      ['fit', '--code-dir', codeDir, '--input', numbers, '--target-type', 'regression', '--target', 'z'],
      /--target z.*it has a, b, y/,
    ],
    ['no target', ['fit', '--code-dir', codeDir, '--input', numbers, '--target-type', 'regression'], /--target/],
    [
      'an empty file',
      ['fit', '--code-dir', codeDir, '--input', write('empty.csv', ''), '--target-type', 'transform'],
      /empty\.csv/,
    ],
    [
      'a target of the wrong type',
      ['fit', '--code-dir', codeDir, '--input', numbers, '--target-type', 'binary', '--target', 'y'],
      /does not fit --target-type binary/,
    ],
    [
      'labels that are not those of the target',
      ['fit', '--code-dir', estimator, '--input', attrition, '--target', 'Attrition', '--class-labels', 'no', 'yes'],
      /no, yes; the target has No, Yes/,
    ],
    [
      'a hyperparameter out of its limits',
      ['fit', '--code-dir', estimator, '--input', attrition, '--target', 'Attrition', '--parameter', 'rounds=1'],
      /rounds/,
    ],
    [
      'a folder that holds other things',
      ['fit', '--code-dir', codeDir, '--input', numbers, '--output', examples],
      /holds other things/,
    ],
  ])('refuses %s with status 2', async (_, args, expected) => {
    const outcome = await modelsmith(...args)
    expect(outcome).toMatchObject({ status: 2, out: '' })
    expect(outcome.err).toMatch(expected)
  })

  it('refuses to score before fit', async () => {
    const { status, err } = await modelsmith('score', '--code-dir', codeDir, '--input', numbers)
    expect(status).toBe(1)
    expect(err).toMatch(/holds no fitted task.*Hint: Run `modelsmith fit/s)
  })

  it('names the columns that a file to score lacks', async () => {
    const model = join(folder, 'unfitted')
    cpSync(codeDir, model, { recursive: true })
    writeFileSync(
      join(model, 'model.json'),
      JSON.stringify({
        version: 1,
        inputs: [
          { name: 'a', type: 'number' },
          { name: 'c', type: 'number' },
        ],
        targetType: 'regression',
        classes: [],
        nodes: [],
        seed: 0,
      }),
    )
    const { status, err } = await modelsmith('score', '--code-dir', model, '--input', numbers)
    expect(status).toBe(2)
    expect(err).toContain('it lacks columns that the task was fitted with: c.')
  })

  it('lists every command with --help', async () => {
    const { status, out } = await modelsmith('--help')
    expect(status).toBe(0)
    for (const name of ['fit', 'score', 'login', 'push', 'datasets', 'deployments']) expect(out).toContain(name)
  })
})
