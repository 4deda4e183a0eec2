import { parentPort, workerData } from 'node:worker_threads'
import { createLane, type LaneSetup } from './lane.ts'
import type { LaneAnswer, LaneRequest } from './lanes.ts'

/** A thread of its own for a share of the pieces. A buffer travels with a piece and comes back with its lines. */
const score = createLane(workerData as LaneSetup)
parentPort?.on('message', ({ id, buffer, length }: LaneRequest) => {
  const { csv, ...scored } = score(new Uint8Array(buffer, 0, length))
  const fits = csv.length <= buffer.byteLength
  if (fits) new Uint8Array(buffer).set(csv)
  const answer: LaneAnswer = fits
    ? { id, buffer, csvBytes: csv.length, scored }
    : { id, buffer, csvBytes: undefined, scored: { ...scored, csv: csv.slice() } }
  parentPort?.postMessage(answer, [buffer])
})
