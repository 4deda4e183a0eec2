import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CustomEnvironment, Job, Task } from '@modelsmith/api'
import { findEngine, isEngine } from '@modelsmith/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environmentsWith } from './support/environments.ts'
import { axeFindings, narrow, openBrowser, settled, takePicture, wide } from './support/browser.ts'
import { baseImage } from './support/base-image.ts'
import { jobEnded } from './support/jobs.ts'
import { type Product, startProduct, until } from './support/product.ts'

/** Only CI must have an engine. */
const engine = await findEngine()
const wanted = process.env['CI'] !== undefined || isEngine(engine) ? ['an environment of a Dockerfile'] : []

/** A task in Python that calls a program of a Debian package, which the machine need not have. */
const calculator = `import subprocess
import pandas as pd


class CustomTask:
    def fit(self, X, y, **kwargs):
        self.mean = float(y.mean())

    def predict(self, data):
        text = "".join("%d * 2 + 1\\n" % value for value in data["size"])
        out = subprocess.run(["bc"], input=text, stdout=subprocess.PIPE, universal_newlines=True, check=True)
        return pd.DataFrame({"Predictions": [float(line) for line in out.stdout.split()]})
`

const rows = Array.from({ length: 60 }, (_, size) => ({ size, price: size * 2 + 1 }))
const csv = `size,price\n${rows.map(({ size, price }) => `${size},${price}`).join('\n')}\n`

describe.each(wanted)('%s', () => {
  let product: Product
  let base: string
  const folder = mkdtempSync(join(tmpdir(), 'ms-image-'))

  beforeAll(async () => {
    base = await baseImage(folder)
    product = await startProduct({
      environments: await environmentsWith('python-ml'),
      env: { MODELSMITH_TOUR: 'off', MODELSMITH_BUILD_MINUTES: '20', MODELSMITH_BUILD_MB: '3000' },
    })
  }, 900_000)
  afterAll(async () => {
    await product?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const files = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([name, text]) => ({ name, data: new Blob([text]) }))
  const withCalculator = (): string =>
    `FROM ${base}\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pandas bc && rm -rf /var/lib/apt/lists/*\n`
  const ended = (id: string): Promise<Job> => jobEnded(product.client, id, 900_000)
  const upload = async (name: string, dockerfile: string) => {
    const { environment, job } = await product.client.upload('uploadEnvironment', {
      fields: { name },
      files: files({ Dockerfile: dockerfile, 'notes/why.txt': 'It needs bc.' }),
    })
    return { environment: environment as CustomEnvironment, job: job as Job }
  }
  const versionOf = async (id: string) => (await product.client.call('getEnvironment', { params: { id } })).latest

  it('is built with a package of Debian, trains a task that calls it, and is deployed', {
    timeout: 1_500_000,
  }, async () => {
    const { environment, job } = await upload('calculator', withCalculator())
    expect((await ended(job.id)).error).toBe(null)
    const version = await versionOf(environment.id)
    expect(version).toMatchObject({ state: 'ready', reference: 'calculator@1' })
    expect(version.languages[0]?.packages.map(({ name }) => name)).toContain('pandas')
    const log = await product.client.call('getJobLog', { params: { id: job.id } })
    expect(log.lines.map(({ text }) => text).join('\n')).toMatch(/Setting up bc|Using cache/)

    const { task } = (await product.client.upload('uploadTask', {
      files: files({
        'custom.py': calculator,
        'model-metadata.yaml': 'name: Calculator\ntargetType: regression\nenvironment: calculator@1\n',
      }),
    })) as { task: Task }
    expect(task.latest.environment).toBe('calculator@1')
    const { dataset, job: reading } = await product.client.upload('uploadDataset', {
      files: [{ name: 'sizes.csv', data: new Blob([csv]) }],
    })
    await ended(reading.id)
    const project = await product.client.call('createProject', {
      body: { name: 'Sizes', datasetVersionId: dataset.latest.id, target: 'price', partitioning: { folds: 2 } },
    })
    const { run, job: training } = await product.client.call('train', {
      params: { id: project.id },
      body: {
        name: 'Calculator',
        graph: {
          nodes: [{ id: 'model', taskVersion: task.latest.id, inputs: [{ from: 'data', dataTypes: ['NUM'] }] }],
        },
      },
    })
    expect((await ended(training.id)).error).toBe(null)
    const { modelId } = await product.client.call('getTrainingRun', { params: { id: run.id } })
    const deployment = await product.client.call('createDeployment', {
      body: { name: 'Calculator', modelId: modelId ?? '' },
    })
    const answer = await until(120_000, async () => {
      const given = await fetch(`${product.address}/api/v1/deployments/${deployment.id}/predictions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${product.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ rows: [{ size: 100 }] }),
      })
      const text = await given.text()
      return given.ok ? text : undefined
    })
    expect(JSON.stringify(JSON.parse(answer))).toContain('201')
  })

  it('says what is wrong where it cannot be built', { timeout: 600_000 }, async () => {
    const { environment, job } = await upload('broken', `FROM ${base}\nRUN echo trying && false\n`)
    expect((await ended(job.id)).error).toMatchObject({ code: 'container.build' })
    expect(await versionOf(environment.id)).toMatchObject({ state: 'failed', error: { code: 'container.build' } })
    const full = await upload('full', `FROM ${base}\nRUN dd if=/dev/zero of=/large bs=1M count=6000\n`)
    expect((await ended(full.job.id)).error).toMatchObject({ code: 'container.buildDisk' })
    const bare = await upload('bare', `FROM ${base}\n`)
    expect((await ended(bare.job.id)).error).toMatchObject({ code: 'container.noPython' })
  })

  it('stops a build that never ends, and leaves nothing of it running', { timeout: 600_000 }, async () => {
    const { environment, job } = await upload('endless', `FROM ${base}\nRUN echo begun && sleep 8642\n`)
    await until(120_000, async () => {
      const { lines } = await product.client.call('getJobLog', { params: { id: job.id } })
      return lines.some(({ text }) => text === 'begun') || undefined
    })
    await product.client.call('cancelJob', { params: { id: job.id } })
    expect((await ended(job.id)).state).toBe('cancelled')
    expect((await versionOf(environment.id)).state).toBe('cancelled')
    const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
    expect(running.filter((line) => line.includes('sleep 8642') && !line.includes('podman'))).toEqual([])
  })

  it('is offered in each of its versions where a task chooses one', { timeout: 900_000 }, async () => {
    const { client } = product
    const { items } = await client.call('listCustomEnvironments', {})
    const id = items.find(({ name }) => name === 'calculator')?.id ?? ''
    const { job } = await client.upload('uploadEnvironmentVersion', {
      params: { id },
      files: files({ Dockerfile: `${withCalculator()}ENV SECOND=yes\n` }),
    })
    expect((await ended(job?.id ?? '')).error).toBe(null)
    const { task } = await client.upload('uploadTask', {
      files: files({
        'custom.py': calculator,
        'model-metadata.yaml': 'name: Chooses\ntargetType: regression\nenvironment: calculator@1\n',
      }),
    })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: wide })
    await page.goto(product.address)
    await page.getByLabel('API token').fill(product.token)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Hello, Administrator' }).waitFor()
    await page.goto(`${product.address}/tasks/${task.id}`)
    const versions = page.getByRole('combobox', { name: 'Environment version', exact: true })
    await versions.click()
    const options = page.getByRole('option')
    await expect.poll(() => options.allTextContents()).toEqual(['The latest that is ready, also in future', '2', '1'])
    await options.getByText('2', { exact: true }).click()
    await page.getByText('Not saved: model-metadata.yaml changed').waitFor()
    await settled(page)
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Save as new version', exact: true }).click()
    await page.getByText('Version 2.0 is saved.').waitFor()
    expect((await client.call('getTask', { params: { id: task.id } })).latest.environment).toBe('calculator@2')
  })

  it('shows it on the pages, wide and narrow, light and dark', { timeout: 300_000 }, async () => {
    await product.client.upload('uploadTask', {
      files: files({
        'custom.py': calculator,
        'model-metadata.yaml': 'name: Rates\ntargetType: regression\nnetwork: public\n',
      }),
    })
    await using browser = await openBrowser()
    for (const [viewport, colorScheme] of [
      [wide, 'light'],
      [narrow, 'dark'],
    ] as const) {
      const page = await browser.newPage({ viewport, colorScheme })
      await page.goto(product.address)
      await page.getByLabel('API token').fill(product.token)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Hello, Administrator' }).waitFor()
      const look = async (address: string, heading: string, picture: string) => {
        await page.goto(`${product.address}${address}`)
        await page.getByRole('heading', { name: heading, exact: true }).waitFor()
        await settled(page)
        expect({ [picture]: await axeFindings(page) }).toEqual({ [picture]: [] })
        await takePicture(page, `environment-${picture}-${colorScheme}`)
      }
      const { items } = await product.client.call('listCustomEnvironments', {})
      const idOf = (name: string) => items.find((each) => each.name === name)?.id ?? ''
      await look('/administration?tab=environments', 'Custom environments', 'list')
      await look('/administration?tab=network', 'Administration', 'network')
      await look('/administration?tab=system', 'Administration', 'system')
      await look(`/environments/${idOf('calculator')}`, 'calculator', 'built')
      await look(`/environments/${idOf('calculator')}?tab=packages`, 'calculator', 'packages')
      await look(`/environments/${idOf('calculator')}?tab=versions`, 'calculator', 'versions')
      await look(`/environments/${idOf('broken')}`, 'broken', 'failed')
      await page.close()
    }
  })
})
