import { rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { prepareTasks } from '@modelsmith/engine'
import type { Context } from '../../infra/context.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { environmentFor } from '../environments/index.ts'
import type { JobEndings, JobHandler } from '../jobs/index.ts'
import { engineTasks } from './service.ts'
import { findTaskVersion, setLock } from './store.ts'

/** Makes what the requirements of a task version ask for, and keeps with the version what they gave. */
export const requirementsJob = (context: Context): JobHandler => {
  const { settings } = context
  return async ({ job, signal, progress, log }) => {
    const id = String(job.payload['taskVersion'])
    const folder = join(placesOf(settings).work, `environment-${randomUUID()}`)
    try {
      const tasks = await engineTasks(context, [id], folder, job.organisation_id)
      const { environments } = await prepareTasks(tasks, (request) =>
        environmentFor(context, request, {
          signal,
          onLine: (text) => {
            progress(null, text)
            log.add({ source: 'platform', node: null, text })
          },
        }),
      )
      const [environment] = environments.values()
      const lock = environment?.lock
      return {
        result: { environment: environment?.name ?? null },
        keep: async (queries) => {
          const version = await findTaskVersion(queries, id)
          if (version === undefined) return
          if (lock !== undefined) await setLock(queries, id, lock)
          await touchByPlatform(queries, version.task_id)
        },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Whoever looks at the task hears of it; a training tries again by itself. */
export const requirementsEnded: JobEndings['prepareRequirements'] = async (queries, job) => {
  const version = await findTaskVersion(queries, String(job.payload['taskVersion']))
  if (version !== undefined) await touchByPlatform(queries, version.task_id)
}
