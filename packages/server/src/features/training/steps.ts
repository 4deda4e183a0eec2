import type { TrainingRun } from '@modelsmith/api'
import { allRowsPart, finalPart, type StepReport } from '@modelsmith/engine'
import type { JobPorts } from '../jobs/index.ts'
import { setRunSteps } from '../projects/index.ts'

const flushMs = 300

const keyOf = ({ node, hook, part }: Pick<StepReport, 'node' | 'hook' | 'part'>): string => `${part} ${node} ${hook}`

const endings = { done: 'done', reused: 'known from before', failed: 'failed', skipped: 'skipped' } as const

/** A line for the log about a step that has ended, such as `fold 2: fit done in 0.8 s`. */
export const stepLine = ({ hook, part, state, timings }: StepReport): string | undefined =>
  state === 'waiting' || state === 'running'
    ? undefined
    : inPart(part, `${hook} ${endings[state]}${timings === undefined ? '' : ` in ${durationWords(timings.wallMs)}`}`)

const durationWords = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

/** What is said of the model that is kept, on all rows that it may learn from, needs no name of a part. */
export const inPart = (part: string, text: string): string =>
  part === finalPart || part === allRowsPart ? text : `${part}: ${text}`

/** Keeps the newest report of each step, and writes all of them to the run now and then. */
export const openSteps = (
  run: string,
  writeAs: JobPorts['write'],
  onChange: (done: number, total: number, current: string) => void,
) => {
  const steps = new Map<string, TrainingRun['steps'][number]>()
  let dirty = false
  const write = async () => {
    if (!dirty) return
    dirty = false
    await writeAs((queries) => setRunSteps(queries, run, [...steps.values()])).catch(() => {
      dirty = true
    })
  }
  const timer = setInterval(() => void write(), flushMs)
  timer.unref()
  return {
    add({ node, taskName, hook, part, state, timings }: StepReport): void {
      steps.set(keyOf({ node, hook, part }), {
        node,
        taskName,
        hook,
        part,
        state,
        wallMs: timings?.wallMs ?? null,
        cpuMs: timings?.cpuMs ?? null,
        peakMemoryMb: timings?.peakMemoryMb ?? null,
      })
      dirty = true
      const all = [...steps.values()]
      const done = all.filter((step) => step.state === 'done' || step.state === 'reused').length
      onChange(done, all.length, `${taskName}, ${part}`)
    },
    /** What was still to come when the training ended is skipped. */
    async close(): Promise<void> {
      clearInterval(timer)
      for (const [key, step] of steps)
        if (step.state === 'waiting' || step.state === 'running') steps.set(key, { ...step, state: 'skipped' })
      dirty = true
      await write()
    },
  }
}
