import type { Context } from '../../infra/context.ts'
import { createExperiments } from './experiments.ts'
import { createReaders } from './readers.ts'
import { createReleases } from './releases.ts'
import { createUploads } from './uploads.ts'

/** Model hosting: files that come, experiments about them, releases of them. */
export const createHosting = (context: Context) => {
  const readers = createReaders(context.settings)
  return {
    uploads: createUploads(context, readers),
    experiments: createExperiments(context, readers),
    releases: createReleases(context),
  }
}

export type Hosting = ReturnType<typeof createHosting>
