import { batchEnded } from './features/batches/index.ts'
import { ingestEnded } from './features/datasets/index.ts'
import { buildEnded } from './features/environments/index.ts'
import type { JobEndings } from './features/jobs/index.ts'
import { publishEnded } from './features/hosting/index.ts'
import { searchEnded } from './features/searches/index.ts'
import { requirementsEnded } from './features/tasks/index.ts'
import { trainEnded } from './features/training/index.ts'

/** What else must be said when a job ends without its result, whether in a worker or by a request. */
export const jobEndings: JobEndings = {
  ingestDataset: ingestEnded,
  trainBlueprint: trainEnded,
  searchParameters: searchEnded,
  // Nothing waits for a prediction but the job itself.
  predictFile: async () => {},
  // What was scored is counted; the rest waits.
  scoreChallenger: async () => {},
  scoreBatch: batchEnded,
  // A task is made at the end of its import, or not at all.
  importTask: async () => {},
  buildEnvironment: buildEnded,
  prepareRequirements: requirementsEnded,
  publishRelease: publishEnded,
  // Whoever asked waits for the job itself.
  askModelFile: async () => {},
  // They are kept whole, or not at all.
  computeInsights: async () => {},
  explainRows: async () => {},
  splitRows: async () => {},
  askKeptRows: async () => {},
  // It is made at the end, or not at all.
  rebuildRelease: async () => {},
  // What was measured stays; the rest is measured with the next training.
  evaluateModels: async () => {},
}
