import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Deployment } from '@modelsmith/api'
import { call, type Called, type CallParts } from '../../packages/server/src/testing/call.ts'
import { addPerson, type Platform, type TestPerson, withPlatform } from '../../packages/server/src/testing/platform.ts'
import { addSecretTask, graphWithout } from '../../packages/server/src/testing/secret-task.ts'
import { addDataset, makeWorld, rowsCsv, taskFiles } from '../../packages/server/src/testing/world.ts'
import { openBrowser, wide } from '../support/browser.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Ann made everything, a task with a secret and its environment among it. Mia may run her project and copy the blueprint that they
 * stand in; Cora is a consumer of the task itself; Vera, a viewer, got a role on all that she could be given one on; Nils, of the same
 * organisation, has nothing. Adam administers it, and Bob another one.
 */
export type Who = 'ann' | 'mia' | 'cora' | 'vera' | 'nils' | 'adam' | 'bob'

export type Story = Awaited<ReturnType<typeof tell>> & {
  readonly platform: Platform
  readonly people: Readonly<Record<Who, TestPerson>>
  readonly ask: (who: Who, operation: Parameters<typeof call>[2], parts?: CallParts) => Promise<Called>
  /** Runs the real command against the server, as one of them. */
  readonly command: (who: Who, words: readonly string[]) => Promise<Ended>
  /** A browser in which one of them is signed in, at an address of the server. */
  readonly visit: (who: Who, address: string) => Promise<Page>
  /** What the command prints of the changes that somebody hears of. */
  readonly hears: (who: Who) => Heard
  /** Files to send. */
  readonly folder: string
  readonly crashes: readonly string[]
}

type Heard = {
  readonly ready: Promise<void>
  /** All that was heard until these words. */
  readonly until: (words: string) => Promise<string>
}
export type Ended = { readonly status: number | null; readonly out: string; readonly error: string }

/** A dataset with a column that only its editors read. */
const addSensitive = async (platform: Platform, person: TestPerson) => {
  const { id, latest, version } = await addDataset(platform, person, 'size,salary\n1,48151\n2,48162\n')
  const body = { name: 'Salaries', sensitive: ['salary'] }
  const { status } = await call(platform, person, 'changeDataset', { params: { id }, body, ifMatch: version })
  if (status !== 200) throw new Error(`Not marked: ${status}`)
  return { dataset: id, version: latest.id }
}

const tell = async (platform: Platform, people: Readonly<Record<Who, TestPerson>>) => {
  const { ann, mia, cora, vera } = people
  const world = await makeWorld(platform, ann)
  const secret = await addSecretTask(platform, ann, world)
  const share = async (id: string, { id: grantee }: TestPerson, role: string): Promise<void> => {
    const { status } = await call(platform, ann, 'share', { params: { id }, body: { grantee, role } })
    if (status !== 200) throw new Error(`Not shared: ${status}`)
  }
  await share(world.project, mia, 'editor')
  await share(secret.blueprint.id, mia, 'consumer')
  // Mia deploys the model while she may.
  const made = await call(platform, mia, 'createDeployment', { body: { name: 'Kept', modelId: secret.model } })
  const { id: kept } = made.body as unknown as Deployment
  await share(secret.task.id, cora, 'consumer')
  for (const id of [world.dataset, secret.task.id, world.project, secret.blueprint.id, world.deployment])
    await share(id, vera, 'editor')
  const salaries = await addSensitive(platform, ann)
  await share(salaries.dataset, mia, 'consumer')
  return { ...world, ...secret, kept, version: secret.task.latest.id, sensitive: salaries, share }
}

/** One server, one database and one browser for all statements of a file. */
export const withStory = (): Story => {
  const platform = withPlatform({ MODELSMITH_REQUESTS_PER_MINUTE: '0' }, join(root, 'packages/web/dist'))
  const pages = new Map<Who, Page>()
  const crashes: string[] = []
  let browser: Browser
  let story: Story
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ms-rights-'))
    await writeFile(join(folder, 'rows.csv'), rowsCsv)
    await Promise.all(Object.entries(taskFiles).map(([name, text]) => writeFile(join(folder, name), text)))
    const { ann } = platform.people
    const cora = await addPerson(platform.context, ann, 'Cora', 'member')
    const nils = await addPerson(platform.context, ann, 'Nils', 'member')
    const people = { ...platform.people, cora, nils }
    const told = await tell(platform, people)
    browser = await openBrowser()
    await platform.app.listen({ host: '127.0.0.1', port: 0 })
    const server = `http://127.0.0.1:${(platform.app.server.address() as AddressInfo).port}`
    const open = async (who: Who): Promise<Page> => {
      const context = await browser.newContext({ viewport: wide, reducedMotion: 'reduce', baseURL: server })
      const entered = await context.request.post('/api/v1/sessions', { data: { token: people[who].token } })
      if (!entered.ok()) throw new Error(`${who} could not sign in: ${await entered.text()}`)
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => crashes.push(`${who} at ${page.url()}: ${error.message}`))
      pages.set(who, page)
      return page
    }
    story = {
      ...told,
      platform,
      people,
      folder,
      crashes,
      ask: (who, operation, parts) => call(platform, people[who], operation, parts),
      command: (who, words) => run(words, folder, { MODELSMITH_SERVER: server, MODELSMITH_TOKEN: people[who].token }),
      hears: (who) =>
        listen(folder, { MODELSMITH_SERVER: server, MODELSMITH_TOKEN: people[who].token }, async () => {
          await call(platform, people[who], 'createBlueprint', { body: { name: 'Stirred', graph: graphWithout } })
        }),
      visit: async (who, address) => {
        const page = pages.get(who) ?? (await open(who))
        await page.goto(address)
        return page
      },
    }
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return new Proxy({} as Story, { get: (_, name) => story[name as keyof Story] })
}

const start = (words: readonly string[], cwd: string, account: NodeJS.ProcessEnv) => {
  const command = join(root, 'packages/cli/src/main.ts')
  const env = { ...process.env, ...account, XDG_CONFIG_HOME: cwd }
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', command, ...words], { cwd, env })
}

/** `ready` by the first change of its own that is heard: before, the line may not stand yet. */
const listen = (cwd: string, account: NodeJS.ProcessEnv, stir: () => Promise<void>): Heard => {
  const child = start(['server', 'changes'], cwd, account)
  let heard = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (heard += text))
  const until = async (words: string): Promise<string> => {
    await expect.poll(() => heard).toContain(words)
    return heard
  }
  return {
    ready: (async () => {
      await expect.poll(async () => (await stir(), heard)).not.toBe('')
      heard = ''
    })(),
    until: async (words) => {
      try {
        return await until(words)
      } finally {
        child.kill()
      }
    },
  }
}

const run = (words: readonly string[], cwd: string, account: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = start(words, cwd, account)
    let [out, error] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (error += text))
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, out, error }))
  })
