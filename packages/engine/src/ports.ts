import type { Print, StepTimings } from '@modelsmith/runner'

export type StepState = 'waiting' | 'running' | 'done' | 'reused' | 'failed' | 'skipped'

/** One step of a training as people see it. */
export type StepReport = {
  readonly node: string
  readonly taskName: string
  readonly hook: 'fit' | 'transform' | 'predict'
  readonly part: string
  readonly state: StepState
  readonly timings: StepTimings | undefined
}

/** Results by step key: files of a folder. */
export type StepCache = {
  /** Puts the files of a known step into a folder, which it makes; false, and nothing made, when the step is not known. */
  get(key: string, folder: string): Promise<boolean>
  /** Whether the step is known, and will be for as long as a training may take. */
  has(key: string): Promise<boolean>
  put(key: string, folder: string): Promise<void>
}

/** Remembers nothing: what the CLI uses. */
export const noCache: StepCache = { get: async () => false, has: async () => false, put: async () => {} }

export type TrainingPorts = {
  readonly cache: StepCache
  /** A folder of this training's own, on this machine; the engine leaves the model and the predictions in it. */
  readonly workDir: string
  /** Parts that run side by side. */
  readonly parallelism: number
  readonly signal: AbortSignal
  readonly onStep: (step: StepReport) => void
  readonly onPrint: (node: string, part: string, print: Print) => void
}
