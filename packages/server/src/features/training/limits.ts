import type { Limits } from '@modelsmith/runner'
import type { Settings } from '../../infra/settings.ts'

/** What sessions of a worker may use, from the operator's settings. */
export const sessionLimits = ({ sessionMemoryMb, stepSeconds }: Settings): Limits => ({
  memoryMb: sessionMemoryMb,
  cpuSeconds: stepSeconds,
  wallSeconds: stepSeconds,
  processes: 128,
  fileSizeMb: 2048,
  threads: 1,
})
