import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPythons } from '@modelsmith/runner'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { environmentsWith, installed } from './support/environments.ts'
import { type Product, startProduct } from './support/product.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
let product: Product

beforeAll(async () => {
  product = await startProduct({ env: { MODELSMITH_TOUR: 'off' }, environments: await environmentsWith('python-core') })
}, 600_000)
afterAll(() => product.remove())

/** Runs the client's own tests; unittest reports on stderr, and a failure rejects with its report. */
const testClient = async (...python: [string, ...string[]]): Promise<string> => {
  const [program, ...flags] = python
  const { stderr } = await run(program, [...flags, '-m', 'unittest', 'test_blueprint', 'test_client'], {
    cwd: join(root, 'clients/python/tests'),
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: join(root, 'clients/python/src'),
      PYTHONDONTWRITEBYTECODE: '1',
      MODELSMITH_SERVER: product.address,
      MODELSMITH_TOKEN: product.token,
      MODELSMITH_EXAMPLES: join(root, 'examples'),
    },
  })
  return stderr
}

/** What a program needs to find the client and the server. */
const environment = () => ({
  PATH: process.env['PATH'],
  PYTHONPATH: join(root, 'clients/python/src'),
  PYTHONDONTWRITEBYTECODE: '1',
  MODELSMITH_SERVER: product.address,
  MODELSMITH_TOKEN: product.token,
})

type Said = {
  readonly answers: readonly { readonly id?: string; readonly prediction: string | number }[]
  readonly expected: readonly (string | number)[]
}

/** A notebook's estimators, proven with its own predictions, and asked by the lines that it printed. */
const runNotebook = async (python: string) => {
  const { stdout } = await run(python, [join(root, 'clients/python/tests/notebook.py')], { env: environment() })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
    .map(({ answers, expected, ...about }) => ({
      ...about,
      ids: answers.map(({ id }) => id ?? null),
      differing: expected.filter((each, at) => isOther(each, answers[at]?.prediction)),
    }))
}
const isOther = (expected: string | number, found: string | number | undefined): boolean =>
  typeof expected === 'number' ? !(Math.abs(expected - Number(found)) < 1e-8) : expected !== found
const hostedBy = (version: RegExp) =>
  [
    { columns: ['prediction', 'probability_leaves', 'probability_stays'], ids: ['case 0', 'case 1', 'case 2'] },
    { columns: ['prediction'], ids: [null, null] },
  ].map((each) => ({
    ...each,
    'scikit-learn': expect.stringMatching(version),
    state: 'proven',
    rows: 300,
    differing: [],
  }))

it('hosts what a notebook fitted with a scikit-learn of today', async () => {
  const said = await runNotebook(join(product.data, 'environments/python-core/venv/bin/python'))
  expect(said).toMatchObject(hostedBy(/^1\./))
})

it('hosts what a notebook fitted with scikit-learn 0.21.3', async ({ skip }) => {
  const pythons = await findPythons()
  if (!pythons.some(({ minor }) => minor === '3.7')) skip('this machine has no Python 3.7')
  const { interpreter } = await installed('python-3.7-sklearn-0.21.3')
  expect(await runNotebook(interpreter)).toMatchObject(hostedBy(/^0\.21\.3$/))
})

it('hosts what a notebook fitted of a class that is not known natively, by code', async () => {
  const { stdout } = await run(
    join(product.data, 'environments/python-core/venv/bin/python'),
    [join(root, 'clients/python/tests/coded.py')],
    { env: environment() },
  )
  const { refused, answers, expected } = JSON.parse(stdout) as Record<'answers' | 'expected', number[]> & {
    readonly refused: string
  }
  expect(refused).toBe('modelFiles.notAllowed')
  expect(answers).toEqual(expected.map((each) => expect.closeTo(each, 9)))
})

it('passes the tests of the Python client with pandas', async () => {
  const python = join(product.data, 'environments/python-core/venv/bin/python')
  expect(await testClient(python)).toMatch(/^Ran \d+ tests[^]*\nOK\n$/m)
})

it('passes the tests of the Python client without pandas', async () => {
  // Without site-packages there is nothing but the standard library.
  expect(await testClient('python3', '-S')).toMatch(/^Ran \d+ tests[^]*\nOK\n$/m)
})
