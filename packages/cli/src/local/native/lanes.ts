import { Worker } from 'node:worker_threads'
import { cacheFolder } from '../../cache-folder.ts'
import type { LaneSetup, Scored } from './lane.ts'

export type LaneRequest = { readonly id: number; readonly buffer: ArrayBuffer; readonly length: number }
/** The lines lie in the buffer where they are not longer than it. */
export type LaneAnswer = { readonly id: number; readonly buffer: ArrayBuffer } & (
  | { readonly csvBytes: number; readonly scored: Omit<Scored, 'csv'> }
  | { readonly csvBytes: undefined; readonly scored: Scored }
)
type Answer = { readonly buffer: ArrayBuffer; readonly scored: Scored }

/** Threads that score pieces side by side. */
export type Lanes = {
  /** Gives the buffer back with the answer, which may lie in it. */
  readonly score: (buffer: ArrayBuffer, length: number) => Promise<Answer>
  readonly close: () => Promise<void>
}

export const openLanes = (setup: LaneSetup, count: number): Lanes => {
  let next = 0
  const lanes = Array.from({ length: count }, () => {
    const waiting = new Map<number, { settle: (answer: Answer) => void; reject: (error: unknown) => void }>()
    const worker = new Worker(new URL('./lane.worker.ts', import.meta.url), {
      workerData: setup,
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder() },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // What lives shorter than a piece should not fill the memory before it is collected, nor what follows the size of the
      // machine's; a model's arrays lie outside the heap.
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 1024 },
    })
    worker.on('message', (answer: LaneAnswer) => {
      const { buffer } = answer
      const scored =
        answer.csvBytes === undefined
          ? answer.scored
          : { ...answer.scored, csv: new Uint8Array(buffer, 0, answer.csvBytes) }
      waiting.get(answer.id)?.settle({ buffer, scored })
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
