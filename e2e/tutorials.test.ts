import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { axeFindings, openBrowser, settled, takePicture, wide } from './support/browser.ts'
import { outputsOf, printable, programOf, type Step, stepsOf } from './support/pages-as-programs.ts'
import { type Product, startProduct, until } from './support/product.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
let product: Product
let place: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'ms-tutorial-'))
  // A clone as the pages see it; what they write stays beside it.
  for (const name of ['examples', 'packages', 'clients']) await symlink(join(root, name), join(place, name))
  product = await startProduct()
  await until(240_000, async () => (product.output().includes('The tour is there') ? true : undefined))
}, 600_000)
afterAll(async () => {
  await product?.remove()
  await rm(place, { recursive: true, force: true })
})

/** Our server in the place of the one that the page names. */
const here = (code: string): string =>
  code.replaceAll('http://127.0.0.1:8080', product.address).replaceAll('msk_…', product.token)

const runs = async (program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> => {
  const { stdout } = await run(program, args, {
    cwd: place,
    env: {
      PATH: `${join(place, 'packages/cli/bin')}:${process.env['PATH']}`,
      HOME: place,
      MODELSMITH_DATA: product.data,
      ...env,
    },
    maxBuffer: 2 ** 26,
  })
  return stdout
}

const python = (program: string) =>
  runs(join(product.data, 'environments/python-core/venv/bin/python'), ['-c', here(program)], {
    PYTHONPATH: join(root, 'clients/python/src'),
  })

const shell = (steps: readonly Step[]) =>
  runs('bash', ['-euo', 'pipefail', '-c', here(programOf(steps, (text) => `echo '${text}'`))], {})

const expectShown = (steps: readonly Step[], printed: string): void => {
  const outputs = outputsOf(printed)
  for (const [index, { shown }] of steps.entries())
    if (shown !== undefined)
      expect(outputs[index]?.split('\n')).toEqual(printable(shown).map((line) => expect.stringMatching(line)))
}

it('opens on the finished tour, as the README shows it', async () => {
  await using browser = await openBrowser()
  const page = await browser.newPage({ viewport: wide, colorScheme: 'light' })
  await page.goto(product.address)
  await page.getByLabel('API token').fill(product.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const goTo = async (section: string, name: string) => {
    await page.getByRole('link', { name: section, exact: true }).click()
    await page.getByRole('link', { name, exact: true }).first().click()
  }
  const look = async (picture: string, heading: string | RegExp) => {
    await page.getByRole('heading', { name: heading, exact: true }).waitFor()
    await settled(page)
    expect({ [picture]: await axeFindings(page) }).toEqual({ [picture]: [] })
    await takePicture(page, `tour-${picture}`)
  }
  await look('home', 'Hello, Administrator')
  await goTo('Data', 'Employee attrition')
  await look('dataset', 'Employee attrition')
  await goTo('Tasks', 'Attrition risk')
  await look('task', 'Attrition risk')
  await goTo('Blueprints', 'Attrition risk on filled numbers')
  await look('blueprint', 'Attrition risk on filled numbers')
  await goTo('Projects', 'Who leaves')
  await look('leaderboard', 'Who leaves')
  await goTo('Models', 'Attrition risk on filled numbers')
  await look('model', 'ROC curve')
  await goTo('Deployments', 'Attrition risk')
  await page.getByText('File', { exact: true }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Send a file', exact: true }).click()
  await (await chooser).setFiles(join(root, 'examples/tasks/attrition-risk/sample.csv'))
  await look('deployment', /^Answers for/)
})

it('does what the terminal tutorial says', async () => {
  const steps = await stepsOf(join(root, 'docs/tutorials/terminal.md'), 'sh')
  expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(4)
  expectShown(steps, await shell(steps))
})

it('does what the Python tutorial says', async () => {
  const steps = await stepsOf(join(root, 'docs/tutorials/python.md'), 'python')
  expect(steps).toHaveLength(3)
  expectShown(steps, await python(programOf(steps, (text) => `print('${text}')`)))
})

it('answers the request that the first start prints', async () => {
  const code = /^curl .*$/m.exec(product.output())?.[0] ?? ''
  expect(await shell([{ code, shown: undefined }])).toMatch(/"predictions":\[\{"prediction":"(Yes|No)"/)
})

it.each(readdirSync(join(root, 'examples/tasks')))('tries the example %s as its README says', async (name) => {
  const steps = await stepsOf(join(root, 'examples/tasks', name, 'README.md'), 'sh')
  expect(steps).toHaveLength(1)
  expect(await shell(steps)).toContain('keeps the task contract')
})

it('does what the README says', async () => {
  const page = join(root, 'README.md')
  const steps = (await stepsOf(page, 'sh')).filter(({ code }) => code.includes('modelsmith fit'))
  expect(steps).toHaveLength(1)
  expect(await shell(steps)).toContain('"predictions"')
  const read = "import pandas\nframe = pandas.read_csv('examples/attrition.csv')\n"
  const program = programOf(await stepsOf(page, 'python'), () => 'print(answers)')
  expect(await python(read + program)).toContain('[1470 rows x 3 columns]')
})
