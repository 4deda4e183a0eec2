import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  createRunner,
  type Environment,
  type Limits,
  type PredictSpec,
  type Print,
  type Session,
  type TableRef,
  type TargetType,
} from '@modelsmith/runner'
import { cell, decodeBlocks, encodeBlocksWhole, ModelsmithError, type Table, tableFromRows } from '@modelsmith/table'
import { dataDir, installed } from '../../e2e/support/environments.ts'
import { findEngine, isEngine } from '../../packages/runner/src/containers/engine.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { environmentAt, environmentIn, minorsHere } from './pythons.ts'

/** Each language: its environment, the file that a case is written in, and how a print of a truth looks. */
const languages = [
  {
    language: 'python',
    environment: 'python-core',
    entry: 'custom.py',
    artifact: 'task.pkl',
    found: 'False False None True True True',
  },
  {
    language: 'r',
    environment: 'r-core',
    entry: 'custom.R',
    artifact: 'model.rds',
    found: 'FALSE FALSE FALSE None TRUE TRUE TRUE ',
  },
] as const

/** `case.json` beside the code of a case: what is fitted and applied, and what must come of it. A language that has no file there has no such case. */
type Case = {
  readonly shows: string
  readonly targetType: TargetType
  /** Column that is fitted to; `c` unless given, none where null. */
  readonly target?: string | null
  readonly classes?: readonly string[]
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly predictionParameters?: Readonly<Record<string, unknown>>
  readonly limits?: Partial<Limits>
  readonly result?: Readonly<Record<string, readonly unknown[]>>
  readonly lastPrint?: string
  readonly error?: ExpectedError
  /** The session ends with the step. */
  readonly gone?: boolean
  /** What is otherwise in R. */
  readonly r?: { readonly error: Partial<ExpectedError> }
}

type ExpectedError = { readonly code: string; readonly file?: string; readonly line?: number; readonly says?: string }

const cases = join(import.meta.dirname, 'cases')
const tasks = join(import.meta.dirname, 'tasks')
const limits: Limits = { memoryMb: 1024, cpuSeconds: 30, wallSeconds: 30, processes: 32, fileSizeMb: 16, threads: 1 }
/** Another Python that has numpy, pandas, joblib and scikit-learn, from 3.6 on: `MODELSMITH_TEST_PYTHON=PATH npx vitest run conformance/runner -t python`. */
const otherPython = process.env['MODELSMITH_TEST_PYTHON']
/** All cases run in the oldest and the newest Python of the machine; in those between, these show that it is no other worker. */
const fewCases = [
  'class-form',
  'fit-raises',
  'fits-and-predicts',
  'prediction-parameters',
  'syntax-error',
  'transform-types',
]

const columns = ['a', 'b', 'flag', 'on', 'when']

const rows: Table = tableFromRows(
  {
    columns: [
      { name: 'a', type: 'integer' },
      { name: 'b', type: 'number' },
      { name: 'flag', type: 'category' },
      { name: 'on', type: 'boolean' },
      { name: 'when', type: 'date' },
      { name: 'c', type: 'number' },
    ],
  },
  [
    { a: 1, b: 1.5, flag: 'no', on: true, when: '2020-01-01', c: 2 },
    { a: 2, b: null, flag: 'yes', on: false, when: '2021-01-01', c: 4 },
    { a: 3, b: 3.5, flag: null, on: true, when: '2022-01-01', c: 6 },
    { a: 4, b: 4.5, flag: 'no', on: false, when: '2023-01-01', c: 8 },
  ],
)

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-worker-'))
const data = join(folder, 'data')
let count = 0

/** What shuts a session in. Only CI must have an engine; elsewhere the cases for containers are left out where none answers. */
const hasContainers = process.env['CI'] !== undefined || isEngine(await findEngine())
const backEnds = hasContainers ? (['full', 'container'] as const) : (['full'] as const)

beforeAll(() => {
  mkdirSync(data)
  writeFileSync(join(data, 'rows.cols'), encodeBlocksWhole(rows))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const outputDir = (): string => join(folder, `out${count - 1}`)

const fit = (session: Session, task: string, { targetType, target = 'c', classes, parameters = {} }: Case) =>
  session.fit({
    task,
    targetType,
    x: { parts: [{ table: 'rows', columns }] },
    ...(target === null ? {} : { y: { parts: [{ table: 'rows', columns: [target] }] } }),
    ...(classes === undefined ? {} : { classes }),
    parameters,
    outputDir: outputDir(),
    seed: 1,
    keepAs: 'model',
  })

const asked = (
  task: string,
  { targetType, classes, predictionParameters }: Case,
  part: TableRef['parts'][number],
): PredictSpec => ({
  model: 'model',
  task,
  targetType,
  x: { parts: [part] },
  ...(classes === undefined ? {} : { classes }),
  ...(predictionParameters === undefined ? {} : { parameters: predictionParameters }),
  seed: 1,
})

const apply = async (session: Session, task: string, given: Case): Promise<Table> => {
  await session.apply({ ...asked(task, given, { table: 'rows', columns }), result: 'scored' })
  const file = join(session.output, 'scored')
  await session.storeTable('scored', file)
  return decodeBlocks(readFileSync(file))
}

/** The same with rows and predictions within the messages. */
const predict = async (session: Session, task: string, given: Case): Promise<Table> => {
  const blocks = Buffer.from(encodeBlocksWhole(rows)).toString('base64')
  return (await session.predict(asked(task, given, { blocks, columns }))).scores
}

const values = (table: Table): Record<string, unknown[]> =>
  Object.fromEntries(
    table.schema.columns.map(({ name }, index) => [
      name,
      Array.from({ length: table.rows }, (_, row) => cell(table, row, index)),
    ]),
  )

const failure = (error: unknown) => {
  if (!(error instanceof ModelsmithError)) throw error
  return { code: error.code, message: error.message, place: error.place }
}

const caseOf = (name: string, language: 'python' | 'r'): Case => {
  const given = JSON.parse(readFileSync(join(cases, name, 'case.json'), 'utf8')) as Case
  if (language === 'python' || given.r === undefined || given.error === undefined) return given
  const { line: _, ...error } = given.error
  return { ...given, error: { ...error, ...given.r.error } }
}

const expected = ({ code, file, line, says = '' }: NonNullable<Case['error']>): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringContaining(says),
    ...(file === undefined
      ? {}
      : { place: expect.objectContaining({ file, ...(line === undefined ? {} : { line }) }) }),
  })

const minors = otherPython === undefined ? await minorsHere() : []
const [python] = languages
const pythons = minors.map((minor) => ({
  sandbox: 'full' as const,
  ...python,
  minor,
  place: `Python ${minor}`,
  few: minor !== minors[0] && minor !== minors.at(-1),
}))
const everywhere = backEnds.flatMap((sandbox) =>
  languages.map((each) => ({
    sandbox,
    ...each,
    minor: undefined,
    place: `${each.language} in ${sandbox}`,
    few: false,
  })),
)

describe.each([...everywhere, ...pythons])('$place', (kind) => {
  const { sandbox, language, environment: name, entry, artifact, found, minor, few } = kind
  const runner = createRunner({ runtimeDir: join(folder, `run-${sandbox}-${minor ?? language}`), sandbox })
  let environment: Environment

  afterAll(() => runner.close())

  beforeAll(async () => {
    if (language === 'python' && otherPython !== undefined) {
      environment = environmentAt(otherPython)
      return
    }
    environment = minor === undefined ? await installed(name) : await environmentIn(minor, dataDir)
  }, 600_000)

  const open = async (
    more: Partial<Limits> = {},
    onPrint: (print: Print) => void = () => {},
    network: 'isolated' | 'public' = 'isolated',
  ): Promise<Session> => {
    const output = join(folder, `out${count++}`)
    mkdirSync(output)
    const session = await runner.open({
      environment,
      limits: { ...limits, ...more },
      readable: [cases, tasks, data],
      writable: [output],
      network,
      onPrint,
    })
    await session.openTable('rows', join(data, 'rows.cols'))
    return session
  }

  const written = readdirSync(cases).filter(
    (each) => existsSync(join(cases, each, entry)) && (!few || fewCases.includes(each)),
  )

  describe.each(written)('%s', (name) => {
    const given = caseOf(name, language)

    it(`${given.shows}`, async () => {
      const prints: string[] = []
      const session = await open(given.limits, ({ text }) => {
        prints[0] = text
      })
      const run = async () => {
        await session.addTask({ name, codeDir: join(cases, name) })
        await fit(session, name, given)
        const outcome = await apply(session, name, given).then(values, failure)
        const isAskedTwice = given.targetType !== 'transform' && given.gone !== true
        return { outcome, within: isAskedTwice ? await predict(session, name, given).then(values, failure) : outcome }
      }
      const { outcome, within } = await run().catch((error: unknown) => ({
        outcome: failure(error),
        within: failure(error),
      }))
      if (given.gone !== true) await session.close()
      expect(outcome).toEqual(given.error === undefined ? given.result : expected(given.error))
      expect(within).toEqual(outcome)
      // R prints warnings beside its errors.
      expect(prints[0]).toBe(given.lastPrint ?? (language === 'r' ? prints[0] : undefined))
      expect((await session.ended)?.code).toBe(given.gone === true ? given.error?.code : undefined)
    })
  })

  if (few) return
  describe('a session', () => {
    const regression: Case = { shows: '', targetType: 'regression' }

    it('gives every task the process as it was before', async () => {
      const prints: string[] = []
      const session = await open({}, ({ text }) => prints.push(text))
      for (const name of ['one', 'two', 'three']) {
        await session.addTask({ name, codeDir: join(tasks, 'changes-things') })
        await fit(session, name, regression)
        rmSync(join(outputDir(), artifact))
      }
      expect(await session.reset()).toEqual({ clean: true })
      await session.close()
      expect(prints).toEqual(Array.from({ length: 3 }, () => `found ${found}`))
    })

    it('hands sparse data on as such, also through a file, and dense where it is not wanted', async () => {
      const session = await open()
      const transform: Case = { shows: '', targetType: 'transform', target: null }
      await session.addTask({ name: 'gives', codeDir: join(tasks, 'gives-sparse') })
      await fit(session, 'gives', transform)
      rmSync(join(outputDir(), artifact))
      const x = { parts: [{ table: 'rows', columns }] }
      const given = { targetType: 'transform', seed: 1, lookForMissing: true } as const
      const { shape } = await session.apply({ ...given, model: 'model', task: 'gives', x, result: 'wide' })
      expect({ ...shape, columns: shape.columns.length }).toEqual({
        rows: 4,
        columns: 20_000,
        sparse: true,
        missing: true,
      })
      const file = join(session.output, 'wide')
      await session.storeTable('wide', file)
      expect(readFileSync(file).length).toBeLessThan(6_000_000)
      const table = decodeBlocks(readFileSync(file))
      expect(table.schema.columns[10]).toEqual({ name: 'größe 10', type: 'number' })
      expect([10, 20, 30, 40, 50].map((column) => [0, 1, 2, 3].map((row) => cell(table, row, column)))).toEqual([
        [1.5, 0, 0, 0],
        [0, null, 0, 0],
        [0, 0, 2.5, 0],
        [0, 0, 0, -3],
        [0, 0, 0, 0],
      ])
      await session.openTable('file', file)
      await session.setRows('chosen', Int32Array.of(3, 0))
      await session.addTask({ name: 'takes', codeDir: join(tasks, 'takes-sparse') })
      await fit(session, 'takes', { shows: '', targetType: 'regression' })
      const score = async (part: Parameters<Session['apply']>[0]['x']['parts'][number], sparse: boolean) => {
        const asked = { targetType: 'regression', seed: 1, x: { parts: [part], sparse } } as const
        await session.apply({ ...asked, model: 'model', task: 'takes', result: 'scored' })
        const scored = join(session.output, 'scored')
        await session.storeTable('scored', scored)
        return values(decodeBlocks(readFileSync(scored)))['Predictions']
      }
      const sums = [15, 0, 75, -120]
      for (const handle of ['wide', 'file']) {
        expect(await score({ table: handle }, true)).toEqual(sums.map((sum) => 1e6 + sum))
        expect(await score({ table: handle }, false)).toEqual(sums)
        const few = { table: handle, columns: ['größe 40', 'größe 10'], rows: 'chosen' }
        expect(await score(few, true)).toEqual([1e6, 1e6 + 1.5])
        expect(await score(few, false)).toEqual([0, 1.5])
      }
      await session.close()
    })

    it('answers rows that come one after another, each as if it were the first', async () => {
      const session = await open()
      await session.addTask({ name: 'each', codeDir: join(tasks, 'one-after-another') })
      await fit(session, 'each', regression)
      const names = ['size', 'weight']
      const schema = { columns: names.map((name) => ({ name, type: 'number' as const })) }
      const answer = async (...given: readonly Record<string, number | null>[]) => {
        const blocks = Buffer.from(encodeBlocksWhole(tableFromRows(schema, given))).toString('base64')
        const { scores } = await session.predict(asked('each', regression, { blocks, columns: names }))
        return values(scores)['Predictions']
      }
      expect(await answer({ size: 1.5, weight: 2 })).toEqual([4.5])
      expect(await answer({ size: 1.5, weight: 2 })).toEqual([4.5])
      expect(await answer({ size: null, weight: 2 })).toEqual([2])
      expect(await answer({ size: 4, weight: 0.25 }, { size: null, weight: 7 })).toEqual([5.25, 6])
      expect(await answer({ size: -1, weight: 1e300 })).toEqual([1e300])
      await session.close()
    })

    it('is stopped, and nobody waits for its code', async () => {
      let started = () => {}
      const printed = new Promise<void>((resolve) => {
        started = resolve
      })
      const session = await open({}, () => started())
      await session.addTask({ name: 'slow', codeDir: join(tasks, 'changes-things') })
      const step = fit(session, 'slow', { ...regression, parameters: { seconds: 20 } }).catch((error: unknown) => error)
      await printed
      const before = performance.now()
      await session.cancel('nobody waits for it')
      expect(performance.now() - before).toBeLessThan(5000)
      expect(await step).toMatchObject({ code: 'session.cancelled', message: 'Stopped: nobody waits for it.' })
    })

    it('whose code speaks in the place of its worker is ended, and no other is', async () => {
      const other = await open()
      const timings = { wallMs: 1, cpuMs: 1, peakMemoryMb: 1 }
      const forged = `${JSON.stringify({ type: 'result', id: 4711, result: null, timings })}\n`
      for (const [problem, says, times] of [
        ['a line that is not JSON', 'not a message\n', 1],
        ['an answer that nobody waits for', forged, 1],
        ['a line of more than 67108864 bytes', 'x'.repeat(2 ** 20), 66],
      ] as const) {
        const session = await open()
        await session.addTask({ name: 'speaks', codeDir: join(tasks, 'speaks-for-its-worker') })
        const step = fit(session, 'speaks', { ...regression, parameters: { says, times } })
        await expect(step).rejects.toMatchObject({
          code: 'session.protocol',
          message: expect.stringContaining(problem),
        })
        expect((await session.ended)?.code).toBe('session.protocol')
      }
      await other.openTable('again', join(data, 'rows.cols'))
      await other.close()
    })

    it('leaves nothing behind when its host is killed', async () => {
      const host = spawn(
        process.execPath,
        [join(import.meta.dirname, 'host.ts'), JSON.stringify(environment), join(folder, 'killed'), sandbox],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string]
      const pids = JSON.parse(line) as number[]
      expect(pids.length).toBeGreaterThan(2)
      host.kill('SIGKILL')
      await vi.waitFor(() => expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), 30_000)
    })

    it.each([
      ['isolated', 'its own'],
      ['public', 'others'],
    ] as const)('sees of a network that is %s %s', async (network, words) => {
      const session = await open({}, () => {}, network)
      await session.addTask({ name: 'names', codeDir: join(tasks, 'names-networks') })
      await expect(fit(session, 'names', regression)).rejects.toMatchObject({
        message: expect.stringContaining(`networks ${words}`),
      })
      await session.close()
    })

    it('sees none of the secrets, files and processes of the host', async () => {
      const session = await open()
      process.env['MODELSMITH_TEST_SECRET'] = 'a secret'
      await session.addTask({ name: 'looks', codeDir: join(tasks, 'looks-around') })
      const step = fit(session, 'looks', regression)
      await expect(step).rejects.toMatchObject({
        message: expect.stringContaining('secret None, uid other, user user, passwords False, processes few, home []'),
      })
      delete process.env['MODELSMITH_TEST_SECRET']
      await session.close()
    })
  })
})
