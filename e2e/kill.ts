import { descendants } from './support/processes.ts'
import { isRunning, openLedger } from './support/ledger.ts'
import { jobDone, keepBusy, prepare } from './support/load.ts'
import { startProduct, until } from './support/product.ts'

/** What is killed, and how its process is told from the others. */
const victims = {
  server: /entry\/http\.ts/,
  worker: /entry\/worker\.ts/,
  session: /modelsmith_worker|modelsmith-session/,
  postgresql: /bin\/postgres .*-D/,
} as const
export type Victim = keyof typeof victims

const random = (seed: number) => () => {
  // Mulberry32 (Tommy Ettinger, public domain): small, seeded, good enough to choose moments.
  seed = (seed + 0x6d2b79f5) | 0
  let value = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
  return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
}

/** Kills each kind of process at random moments while a client outside keeps a ledger; returns what was lost. */
export const killAtRandom = async (times: number, seed: number, say: (line: string) => void): Promise<string[]> => {
  const next = random(seed)
  say(`seed ${seed}`)
  const product = await startProduct()
  try {
    const ledger = openLedger(product.client)
    const target = await prepare(product.client, ledger)
    const load = keepBusy(product.client, ledger, target, product.token, target.deployment.address)
    for (let round = 1; round <= times; round++) {
      for (const victim of Object.keys(victims) as Victim[]) {
        await new Promise((resolve) => setTimeout(resolve, 300 + next() * 2500))
        const killed = await kill(product.pid, victim)
        const wait = Date.now()
        await until(60_000, async () => (await healthy(product.address)) || undefined)
        say(`${victim} ${round}/${times}: killed ${killed}, healthy after ${Date.now() - wait} ms`)
      }
    }
    await load.stop()
    const { items } = await product.client.call('listJobs', { query: { limit: 200 } })
    await Promise.all(items.filter(isRunning).map(({ id }) => jobDone(product.client, id, 300_000)))
    // The log of predictions is shipped within a second or two.
    const lost = await until(30_000, async () => {
      const losses = await ledger.losses()
      return losses.length === 0 ? losses : undefined
    }).catch(() => ledger.losses())
    say(`${ledger.entries.length} objects and ${ledger.answers()} predictions acknowledged, ${lost.length} lost`)
    say(`refused meanwhile: ${[...load.failures].map(([name, count]) => `${name} ${count}`).join(', ') || 'nothing'}`)
    return lost
  } catch (error) {
    say(product.output().split('\n').slice(-60).join('\n'))
    throw error
  } finally {
    await product.remove()
  }
}

const kill = async (supervisor: number, victim: Victim): Promise<number> => {
  // A session lives only while something runs; it is waited for.
  const pid = await until(60_000, async () => {
    const found = (await descendants(supervisor)).filter(({ command }) => victims[victim].test(command))
    return (victim === 'session' ? found.at(-1) : found[0])?.pid
  })
  process.kill(pid, 'SIGKILL')
  return pid
}

const healthy = async (address: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${address}/api/v1/health`)
    return answer.ok && ((await answer.json()) as { status: string }).status === 'ok'
  } catch {
    return false
  }
}
