import { availableParallelism } from 'node:os'
import { fuzz } from './fuzz.ts'

/** Tries mutants, `SEED COUNT FROM` of the command line, and prints what became of them; the exit status says whether all promises held. */
export const reportFuzz = async (usualCount: number, sets?: readonly string[]): Promise<void> => {
  const [seed = Date.now() % 2 ** 31, count = usualCount, from = 0] = process.argv.slice(2).map(Number)
  const processes = Math.max(1, Math.min(8, availableParallelism()))
  console.log(`seed ${seed}, mutants ${from} to ${from + count - 1}, ${processes} processes`)
  const { outcomes, failures, slowestMs, peakMb } = await fuzz({
    seed,
    count,
    from,
    processes,
    ...(sets === undefined ? {} : { sets }),
    onProgress: (tried) => console.error(`${tried} of ${count} tried`),
  })
  for (const [outcome, times] of Object.entries(outcomes)) console.log(`${outcome.padEnd(14)} ${times}`)
  console.log(`slowest        ${Math.round(slowestMs)} ms of processor time`)
  console.log(`most memory    ${Math.round(peakMb)} MB of a process that tried up to 5,000`)
  for (const failure of failures) console.log(`FAILED ${failure}`)
  console.log(`${failures.length} crashes, hangs or runs out of memory`)
  process.exitCode = failures.length === 0 && count > 0 ? 0 : 1
}
