import { setTimeout as pause } from 'node:timers/promises'
import type { Deployment } from '@modelsmith/api'
import { type Product, until } from '../support/product.ts'
import { type Choice, isKilled, isWell, named, present, sessions } from '../support/victims.ts'
import type { Soaked } from './deployments.ts'

/** One round of all that is done meanwhile takes so long, where there is time for more than one. */
const roundSeconds = 120

/** A time in which requests of some deployments may fail in these ways. */
export type Allowed = {
  readonly why: string
  readonly from: number
  readonly names: readonly string[]
  readonly ways: readonly string[]
}

/** While the prediction process is away and opens its models again. */
const awayWays = ['cut', 'refused', 'serving.starting']
/** While a session has ended and another is opened. */
const endedWays = ['session.died', 'serving.failed']

const waitUntil = (moment: number): Promise<void> => pause(Math.max(0, moment - performance.now()))

/** What people and chance do to a product while it is asked. */
export const openEvents = (
  product: Product,
  [native, coded]: readonly [Soaked, Soaked],
  say: (line: string) => void,
) => {
  const { client } = product
  const allowed: Allowed[] = []
  let kills = 0
  const deploymentOf = ({ deployment }: Soaked): Promise<Deployment> =>
    client.call('getDeployment', { params: { id: deployment } })
  /** The version so many after the one that answers now. */
  const versionAfter = ({ versions }: Soaked, { release }: Deployment, steps: number): string =>
    versions[(versions.indexOf(release.modelId) + steps) % versions.length] as string
  const isServed = (of: Soaked) =>
    until(60_000, async () => ((await deploymentOf(of)).state === 'active' ? true : undefined), 50)

  /** Ends one of these; all that there were, by their numbers. */
  const kill = (choose: Choice, signal: NodeJS.Signals = 'SIGKILL'): Promise<ReadonlySet<number>> =>
    until(
      60_000,
      async () => {
        const found = (await present(product.pid, choose)) ?? []
        const [one] = found
        return one !== undefined && isKilled(one, signal) ? new Set(found.map(({ pid }) => pid)) : undefined
      },
      20,
    )
  const isThereAnother = (choose: Choice, than: ReadonlySet<number>) =>
    until(60_000, async () => {
      const found = await present(product.pid, choose)
      return found?.some(({ pid }) => !than.has(pid)) && (await isWell(product.address)) ? true : undefined
    })
  const killServing = (): Promise<ReadonlySet<number>> => {
    kills++
    allowed.push({
      why: 'the prediction process was killed',
      from: Date.now(),
      names: [native.name, coded.name],
      ways: awayWays,
    })
    return kill(serving)
  }

  const replace = async (of: Soaked, steps: number): Promise<void> => {
    const now = await deploymentOf(of)
    const body = { modelReleaseId: versionAfter(of, now, steps), reason: 'The soak replaces it.' }
    await client.call('replaceModel', { params: { id: now.id }, body, ifMatch: now.version })
  }
  const challenge = async (of: Soaked, steps: number): Promise<void> => {
    const now = await deploymentOf(of)
    const body = { modelReleaseId: versionAfter(of, now, steps) }
    await client.call('addChallenger', { params: { id: now.id }, body })
  }
  const promote = async (of: Soaked): Promise<void> => {
    const params = { id: of.deployment }
    const [challenger] = (await client.call('listChallengers', { params })).items
    if (challenger === undefined) throw new Error(`${of.name} has no challenger.`)
    const { version } = await deploymentOf(of)
    const body = { challengerId: challenger.id, reason: 'The soak promotes it.' }
    await client.call('promoteChallenger', { params, body, ifMatch: version })
    await isServed(of)
  }
  const worker = named(/entry\/worker\.ts/)
  const serving = named(/entry\/serving\.ts/)
  const database = named(/bin\/postgres .*-D/)
  const servingSession: Choice = (processes) => {
    const below = new Set(serving(processes).map(({ pid }) => pid))
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid)
    return sessions(processes.filter(({ pid }) => below.has(pid)))
  }
  const killWorker = async () => isThereAnother(worker, await kill(worker))

  const events: Readonly<Record<string, () => Promise<unknown>>> = {
    'the native model is replaced': async () => {
      await replace(native, 1)
      await isServed(native)
    },
    'both have a challenger': async () => {
      await challenge(native, 2)
      await challenge(coded, 1)
    },
    'a worker is killed': killWorker,
    'the challenger of the coded model is promoted': () => promote(coded),
    'the session of the coded model is killed': async () => {
      allowed.push({ why: 'its session was killed', from: Date.now(), names: [coded.name], ways: endedWays })
      const ended = await kill(servingSession)
      await isThereAnother(servingSession, ended)
      await isServed(coded)
    },
    'PostgreSQL is stopped and started': async () => isThereAnother(database, await kill(database, 'SIGINT')),
    'the native model is replaced while a worker is killed': async () => {
      await replace(native, 1)
      await killWorker()
      await isServed(native)
    },
    'the prediction process is killed': async () => {
      await isThereAnother(serving, await killServing())
      await isServed(native)
      await isServed(coded)
    },
    'the challenger of the native model is promoted': () => promote(native),
    'the native model is rolled back': async () => {
      const { id, version } = await deploymentOf(native)
      await client.call('rollBackDeployment', { params: { id }, body: {}, ifMatch: version })
      await isServed(native)
    },
    'the prediction process is killed while PostgreSQL is away': async () => {
      const databases = await kill(database, 'SIGINT')
      const processes = await killServing()
      await isThereAnother(database, databases)
      await isThereAnother(serving, processes)
      await isServed(native)
      await isServed(coded)
    },
    'the coded model is replaced': async () => {
      await replace(coded, 1)
      await isServed(coded)
    },
  }

  return {
    allowed,
    kills: () => kills,
    /** All of them, spread over the time, over and over again in a long one. */
    async run(seconds: number): Promise<void> {
      const rounds = Math.max(1, Math.round(seconds / roundSeconds))
      const entries = Array.from({ length: rounds }, () => Object.entries(events)).flat()
      const began = performance.now()
      for (const [at, [name, happen]] of entries.entries()) {
        await waitUntil(began + (seconds * 1000 * (at + 0.5)) / entries.length)
        const started = performance.now()
        await happen()
        const after = ((started - began) / 1000).toFixed(0).padStart(4)
        say(`${after} s  ${name}: done after ${Math.round(performance.now() - started)} ms`)
      }
      await waitUntil(began + seconds * 1000)
    },
  }
}
