import type { Context } from '../../infra/context.ts'
import type { JobEndings } from '../jobs/index.ts'
import type { Masking } from '../sensitive-columns/index.ts'
import { createAsk } from './coded/ask.ts'
import { createExperiments } from './experiments.ts'
import { createReaders } from './readers.ts'
import { createReleases } from './releases.ts'
import { createTraining, type Neighbours } from './trained/training.ts'
import { createUploads } from './uploads.ts'

/** Model hosting: files that come, experiments about them, releases of them. */
export const createHosting = (
  context: Context,
  endings: () => JobEndings,
  neighbours: Neighbours,
  masking: Pick<Masking, 'ofModel'>,
) => {
  const readers = createReaders(context.settings)
  return {
    readers,
    uploads: createUploads(context, readers),
    experiments: createExperiments(context, readers, createAsk(context, endings, masking)),
    training: createTraining(context, neighbours),
    releases: createReleases(context, readers),
  }
}

export type Hosting = ReturnType<typeof createHosting>
