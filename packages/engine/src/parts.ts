import { mkdir, realpath } from 'node:fs/promises'
import type { Runner } from '@modelsmith/runner'
import { engineError } from './errors.ts'
import { openLane, type PartResult } from './lane.ts'
import { hooksOf, type PlannedPart } from './plan.ts'
import type { TrainingPorts } from './ports.ts'
import type { FittingSpec } from './spec.ts'

/** Runs parts side by side, as many at a time as the ports allow; results by the part's name. Throws the first failure. */
export const runParts = async (
  parts: readonly PlannedPart[],
  spec: FittingSpec,
  ports: TrainingPorts,
  runner: Runner,
): Promise<ReadonlyMap<string, PartResult>> => {
  for (const part of parts) announce(part, ports)
  await mkdir(ports.workDir, { recursive: true })
  // What sessions write is told from what they only point at by its path.
  const workDir = await realpath(ports.workDir)
  const results = new Map<string, PartResult>()
  const queue = [...parts]
  let failure: unknown
  const work = async (_: unknown, index: number) => {
    const lane = openLane(spec, { ...ports, workDir }, runner, `lane-${index + 1}`)
    try {
      for (let part = queue.shift(); part !== undefined && failure === undefined; part = queue.shift()) {
        results.set(part.name, await lane.run(part))
      }
    } catch (error) {
      failure ??= error
    } finally {
      await lane.close()
    }
  }
  await Promise.all(Array.from({ length: Math.min(ports.parallelism, parts.length) }, work))
  if (ports.signal.aborted) throw engineError('engine.cancelled', {})
  if (failure !== undefined) throw failure
  return results
}

const announce = (part: PlannedPart, { onStep }: TrainingPorts): void => {
  for (const node of part.nodes) {
    const step = {
      node: node.id,
      taskName: node.task.name,
      part: part.name,
      state: 'waiting',
      timings: undefined,
    } as const
    for (const hook of hooksOf(part, node)) onStep({ ...step, hook })
  }
}
