import { setTimeout as pause } from 'node:timers/promises'
import { environmentsWith } from '../support/environments.ts'
import { startProduct } from '../support/product.ts'
import { deploySoaked } from './deployments.ts'
import { openEvents } from './events.ts'
import { judge } from './judge.ts'
import type { Found, Order } from './load.ts'
import { connections, startLoad, targetsOf } from './start-load.ts'

export type SoakOptions = {
  /** Of the soak, after capacity is measured. */
  readonly seconds: number
  readonly capacitySeconds: number
  /** Whether the machine has to keep up with what is asked: one that others use as well may not. */
  readonly keepsUp: boolean
  readonly say: (line: string) => void
}

const shareOfCapacity = 0.7
/** Of what is wanted, as much as this is asked. */
const shareKept = 0.95

/** Measures what a product answers in a second, asks for 70 % of it, and meanwhile does all that must not be noticed by those who ask. */
export const soak = async ({ seconds, capacitySeconds, keepsUp, say }: SoakOptions): Promise<readonly string[]> => {
  const product = await startProduct({
    env: { MODELSMITH_TOUR: 'off' },
    environments: await environmentsWith('python-core'),
  })
  const failed: string[] = []
  const holds = (isHeld: boolean, text: string) => {
    if (!isHeld) failed.push(text)
    say(`${isHeld ? 'holds ' : 'FAILS '} ${text}`)
  }
  const loads: { kill: () => void }[] = []
  const load = (order: Order) => {
    const started = startLoad(order)
    loads.push(started)
    return started
  }
  try {
    const { client, servingPort: port, token } = product
    const both = await deploySoaked(client)
    const targets = targetsOf(both, token)
    const measuring = load({ port, targets, rates: undefined })
    await pause(capacitySeconds * 1000)
    const capacity = await measuring.stop()
    const rates = capacity.map((each) => (shareOfCapacity * each.requests) / each.seconds)
    for (const [at, { name }] of both.entries()) {
      const { requests: count, seconds: taken } = capacity[at] as Found
      say(`${name}: answers ${Math.round(count / taken)} requests a second`)
    }
    const events = openEvents(product, both, say)
    const soaking = load({ port, targets, rates })
    await events.run(seconds)
    const found = await soaking.stop()
    for (const [at, of] of both.entries()) {
      const { requests: count, seconds: taken, p50Ms, p99Ms } = found[at] as Found
      const wanted = (rates[at] as number) * taken
      const pace = `asked ${Math.round(count / taken)} times a second, ${Math.round(rates[at] as number)} wanted, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
      holds(!keepsUp || count >= shareKept * wanted, `${of.name}: ${pace}`)
      const own = [capacity[at] as Found, found[at] as Found]
      const happened = { allowed: events.allowed, kills: events.kills() }
      for (const [isHeld, text] of await judge(client, of, own, happened, connections[at] as number))
        holds(isHeld, `${of.name}: ${text}`)
    }
    return failed
  } catch (error) {
    say(product.output().split('\n').slice(-60).join('\n'))
    throw error
  } finally {
    for (const each of loads) each.kill()
    await product.remove()
  }
}
