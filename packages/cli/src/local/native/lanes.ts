import { Worker } from 'node:worker_threads'
import { cacheFolder } from '../../cache-folder.ts'
import type { LaneSetup, Scored } from './lane.ts'

export type LaneRequest = { readonly id: number; readonly buffer: ArrayBuffer; readonly length: number }
type LaneAnswer = { readonly id: number; readonly buffer: ArrayBuffer; readonly scored: Scored }

/** Threads that score pieces side by side. */
export type Lanes = {
  /** Gives the buffer back with the answer. */
  readonly score: (buffer: ArrayBuffer, length: number) => Promise<LaneAnswer>
  readonly close: () => Promise<void>
}

export const openLanes = (setup: LaneSetup, count: number): Lanes => {
  let next = 0
  const lanes = Array.from({ length: count }, () => {
    const waiting = new Map<number, { settle: (answer: LaneAnswer) => void; reject: (error: unknown) => void }>()
    const worker = new Worker(new URL('./lane.worker.ts', import.meta.url), {
      workerData: setup,
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder() },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // What lives shorter than a piece should not fill the memory before it is collected.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    worker.on('message', (answer: LaneAnswer) => {
      waiting.get(answer.id)?.settle(answer)
      waiting.delete(answer.id)
    })
    const fail = (error: unknown) => {
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`A scoring thread ended with ${code}.`)))
    return { worker, waiting }
  })
  return {
    score: (buffer, length) =>
      new Promise((settle, reject) => {
        const lane = lanes.reduce((least, one) => (one.waiting.size < least.waiting.size ? one : least))
        const id = next++
        lane.waiting.set(id, { settle, reject })
        lane.worker.postMessage({ id, buffer, length } satisfies LaneRequest, [buffer])
      }),
    close: async () => {
      await Promise.all(lanes.map(({ worker }) => worker.terminate()))
    },
  }
}
