import { parentPort, workerData } from 'node:worker_threads'
import { createLane, type LaneSetup } from './lane.ts'
import type { LaneRequest } from './lanes.ts'

/** A thread of its own for a share of the pieces. The bytes travel, they are not copied. */
const score = createLane(workerData as LaneSetup)
parentPort?.on('message', ({ id, buffer, length }: LaneRequest) => {
  const scored = score(new Uint8Array(buffer, 0, length))
  parentPort?.postMessage({ id, buffer, scored }, [buffer, scored.csv.buffer])
})
