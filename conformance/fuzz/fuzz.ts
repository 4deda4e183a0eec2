import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Tried } from './worker.ts'

export type FuzzOptions = {
  readonly seed: number
  /** Mutants `from` to `from` + `count`. */
  readonly from?: number
  readonly count: number
  /** Folders of fixtures whose files are broken; without them those of all libraries. */
  readonly sets?: readonly string[]
  readonly processes: number
  readonly onProgress?: (tried: number) => void
}
export type FuzzResult = {
  readonly outcomes: Readonly<Record<string, number>>
  /** What broke a promise, each with the number of its mutant. */
  readonly failures: readonly string[]
  readonly slowestMs: number
  readonly peakMb: number
}

/** What one mutant may take: processor time, and memory of the process that has tried up to `aProcess` of them. */
const limits = { cpuMs: 1_000, peakMb: 768, silentMs: 120_000, aProcess: 5_000 }

/** Tries mutants in processes of their own, so that a hang or an end of memory is a finding like any other. */
export const fuzz = async ({
  seed,
  from = 0,
  count,
  sets = [],
  processes,
  onProgress,
}: FuzzOptions): Promise<FuzzResult> => {
  const outcomes: Record<string, number> = {}
  const failures: string[] = []
  let slowestMs = 0
  let peakMb = 0
  let tried = 0
  let next = from
  const end = from + count

  const judge = ({ index, outcome, name, milliseconds, peakMb: peak, crash }: Tried): void => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    slowestMs = Math.max(slowestMs, milliseconds)
    peakMb = Math.max(peakMb, peak)
    const about = `mutant ${index} of ${name}`
    if (crash !== undefined) failures.push(`${about} crashed: ${crash}`)
    if (milliseconds > limits.cpuMs) failures.push(`${about} took ${Math.round(milliseconds)} ms`)
    if (peak > limits.peakMb) failures.push(`${about}: the process grew to ${Math.round(peak)} MB`)
    tried++
    if (tried % 1_000 === 0) onProgress?.(tried)
  }
  const worker = async (): Promise<void> => {
    while (next < end) {
      let position = next
      const to = Math.min(end, position + limits.aProcess, position + Math.ceil(count / processes))
      next = to
      while (position < to) {
        const reached = await run([seed, position, to, ...sets].map(String), position, judge)
        if (reached < to) failures.push(`mutant ${reached} ended its process, or never came to an end`)
        position = reached < to ? reached + 1 : to
      }
    }
  }
  await Promise.all(Array.from({ length: processes }, worker))
  return { outcomes, failures, slowestMs, peakMb }
}

/** Tries mutants in one process; resolves with the first that it did not finish. */
const run = (args: readonly string[], from: number, judge: (tried: Tried) => void): Promise<number> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), args, {
      execArgv: ['--max-old-space-size=512'],
    })
    let reached = from
    const hangs = (): boolean => child.kill('SIGKILL')
    let watch = setTimeout(hangs, limits.silentMs)
    child.on('message', (tried: Tried) => {
      clearTimeout(watch)
      watch = setTimeout(hangs, limits.silentMs)
      judge(tried)
      reached = tried.index + 1
    })
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(watch)
      resolve(reached)
    })
  })
