import type { TrainingRun } from '@modelsmith/api'
import type { StepReport } from '@modelsmith/engine'
import type { JobPorts } from '../jobs/index.ts'
import { setRunSteps } from '../projects/index.ts'

const flushMs = 300

const keyOf = ({ node, hook, part }: Pick<StepReport, 'node' | 'hook' | 'part'>): string => `${part} ${node} ${hook}`

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
