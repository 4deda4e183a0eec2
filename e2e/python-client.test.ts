import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Product, startProduct } from './support/product.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
let product: Product

beforeAll(async () => {
  product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
}, 600_000)
afterAll(() => product.remove())

/** Runs the client's own tests; unittest reports on stderr, and a failure rejects with its report. */
const testClient = async (...python: [string, ...string[]]): Promise<string> => {
  const [program, ...flags] = python
  const { stderr } = await run(program, [...flags, '-m', 'unittest', 'test_client'], {
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

it('passes the tests of the Python client with pandas', async () => {
  const python = join(product.data, 'environments/python-core/venv/bin/python')
  expect(await testClient(python)).toMatch(/^Ran \d+ tests[^]*\nOK\n$/m)
})

it('passes the tests of the Python client without pandas', async () => {
  // Without site-packages there is nothing but the standard library.
  expect(await testClient('python3', '-S')).toMatch(/^Ran \d+ tests[^]*\nOK\n$/m)
})
