import { openLedger, settlesWithin } from './support/ledger.ts'
import { keepBusy, prepare } from './support/load.ts'
import { type Choice, isKilled, isWell, named, present, sessions } from './support/victims.ts'
import { startProduct, until } from './support/product.ts'

/** What is killed, and how its processes are told from the others. */
const victims = {
  server: named(/entry\/http\.ts/),
  worker: named(/entry\/worker\.ts/),
  session: sessions,
  PostgreSQL: named(/bin\/postgres .*-D/),
} as const satisfies Record<string, Choice>
export type Victim = keyof typeof victims

export type KillReport = {
  readonly lost: readonly string[]
  readonly acknowledged: { readonly objects: number; readonly predictions: number }
  /** Calls that were refused meanwhile, by what they wanted. */
  readonly refused: Readonly<Record<string, number>>
  /** How the jobs ended: a state, with the error's code where one failed. */
  readonly jobs: Readonly<Record<string, number>>
  /** Milliseconds from each kill until there was another such process and the product said that it is well. */
  readonly recovery: Readonly<Record<Victim, readonly number[]>>
}

/**
 * Kills each kind of process at random moments while clients outside work and keep a ledger of what was acknowledged;
 * then starts the product again on the same data and looks everything up.
 */
export const killAtRandom = async (times: number, seed: number, say: (line: string) => void): Promise<KillReport> => {
  const random = randomFrom(seed)
  say(`seed ${seed}`)
  const product = await startProduct({ env: { MODELSMITH_TOUR: 'off' } })
  const recovery: Record<Victim, number[]> = { server: [], worker: [], session: [], PostgreSQL: [] }
  let running = product
  try {
    const ledger = openLedger()
    const target = await prepare(product.client, ledger)
    const load = keepBusy(product.client, ledger, target, product.token)
    for (let round = 1; round <= times; round++) {
      for (const victim of Object.keys(victims) as Victim[]) {
        await new Promise((resolve) => setTimeout(resolve, 300 + random() * 2500))
        const { before, pid } = await until(
          60_000,
          async () => {
            const found = await present(product.pid, victims[victim])
            const one = found?.[Math.floor(random() * found.length)]
            return found !== undefined && one !== undefined && isKilled(one)
              ? { before: found, pid: one.pid }
              : undefined
          },
          20,
        )
        const began = performance.now()
        await until(60_000, async () => {
          const now = await present(product.pid, victims[victim])
          const isBack = now?.some((one) => !before.some((other) => other.pid === one.pid))
          return isBack && (await isWell(product.address)) ? true : undefined
        })
        const took = Math.round(performance.now() - began)
        recovery[victim].push(took)
        say(`${victim} ${round}/${times}: killed process ${pid}, back and well after ${took} ms`)
      }
    }
    await load.stop()
    await product.stop()
    running = await startProduct({ again: product })
    const lost = await settlesWithin(300_000, ledger, running.client)
    return {
      lost,
      acknowledged: ledger.acknowledged(),
      refused: Object.fromEntries(load.refused),
      jobs: await ledger.jobEnds(running.client),
      recovery,
    }
  } catch (error) {
    say(running.output().split('\n').slice(-60).join('\n'))
    throw error
  } finally {
    await running.remove()
  }
}

/** Mulberry32 (Tommy Ettinger, public domain): small, seeded, good enough to choose moments. */
const randomFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
  return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
}
