import { attempt } from './attempt.ts'
import { mutantOf, parents } from './mutants.ts'

/** A child of `fuzz.ts`: tries the mutants `from` to `to` of a seed, of files in these folders of fixtures; one message each. */
export type Tried = {
  readonly index: number
  readonly outcome: string
  readonly name: string
  readonly milliseconds: number
  readonly peakMb: number
  readonly crash?: string
}

const [seed = 0, from = 0, to = 0] = process.argv.slice(2, 5).map(Number)
const sets = process.argv.slice(5)
const all = parents(sets.length === 0 ? undefined : sets)

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

for (let index = from; index < to; index++) {
  const { parent, bytes } = mutantOf(all, seed, index)
  const started = cpuMs()
  let outcome = 'crash'
  let crash: string | undefined
  try {
    outcome = attempt(bytes, parent.fixture)
  } catch (error) {
    crash = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  const tried: Tried = {
    index,
    outcome,
    name: parent.fixture.name,
    milliseconds: cpuMs() - started,
    peakMb: process.resourceUsage().maxRSS / 1_024,
    ...(crash === undefined ? {} : { crash }),
  }
  await new Promise<void>((resolve) => process.send?.(tried, () => resolve()) ?? resolve())
}
process.disconnect?.()
