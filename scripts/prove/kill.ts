import { killAtRandom } from '../../e2e/kill.ts'

/** Kills server, worker, session and PostgreSQL at twenty random moments each; a seed as argument repeats a run. */
const TIMES = 20
const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32)

const { lost, acknowledged, refused, jobs, recovery } = await killAtRandom(TIMES, seed, (line) => console.log(line))
const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none'
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

console.log(`
acknowledged: ${acknowledged.objects} objects, ${acknowledged.predictions} predictions
lost after a restart: ${lost.length}
refused meanwhile: ${list(refused)}
jobs: ${list(jobs)}
ms until it was back and well, median and longest:`)
for (const [victim, values] of Object.entries(recovery))
  console.log(`  ${victim.padEnd(12)} ${middle(values)}, ${Math.max(...values)}`)
for (const line of lost) console.log(`LOST ${line}`)
process.exitCode = lost.length === 0 ? 0 : 1
