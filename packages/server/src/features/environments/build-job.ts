import type { Context } from '../../infra/context.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import type { JobEndings, JobHandler } from '../jobs/index.ts'
import { makeImage } from './images.ts'
import * as store from './store.ts'

type Payload = { readonly version: string }

/** Builds the image of a version; each line of the build is a line of the job's log as it comes. */
export const buildJob =
  (context: Pick<Context, 'database' | 'objects' | 'settings'>): JobHandler =>
  async ({ job, signal, progress, log }) => {
    const { version } = job.payload as Payload
    const row = (await store.findVersion(context.database, version)) as store.EnvironmentVersionRow
    progress(null, 'Building the image')
    const image = await makeImage(context, row, {
      signal,
      onLine: (line) => {
        log.add({ source: 'stdout', node: null, text: line })
        const step = /^STEP (\d+)\/(\d+): (.*)/.exec(line) ?? /^Step (\d+)\/(\d+) : (.*)/.exec(line)
        if (step !== null) progress(Number(step[1]) / (Number(step[2]) + 1), (step[3] ?? '').slice(0, 200))
      },
    })
    for (const { language, version: found, packages, missing } of store.languagesOf(image.inventory)) {
      const lacks = missing.length === 0 ? '' : `; tasks in it do not run, it lacks ${missing.join(', ')}`
      const text = `${language === 'r' ? 'R' : 'Python'} ${found} with ${packages.length} packages${lacks}`
      log.add({ source: 'platform', node: null, text })
    }
    return {
      result: { environmentVersionId: row.id, imageId: image.id },
      keep: async (queries) => {
        await store.setReady(queries, row.id, image.id, image.inventory)
        await touchByPlatform(queries, row.environment_id)
      },
    }
  }

export const buildEnded: JobEndings['buildEnvironment'] = async (queries, { payload }, ending) => {
  const { version } = payload as Payload
  await store.setEnded(queries, version, ending.state, ending.error)
  const row = await store.findVersion(queries, version)
  if (row !== undefined) await touchByPlatform(queries, row.environment_id)
}
