import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { TaskOrigin } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import { infraError } from '../../../infra/errors.ts'
import { serviceUser } from '../../../infra/postgres/index.ts'
import { authorise, touchByPlatform } from '../../../infra/rights/objects.ts'
import { principalOf } from '../../../infra/rights/principal.ts'
import { placesOf } from '../../../infra/settings.ts'
import type { JobHandler } from '../../jobs/index.ts'
import { createTasks } from '../service.ts'
import { findLatest, isThere } from '../store.ts'
import { fetchFolder, type FetchLimits } from './fetch-folder.ts'
import type { ImportPayload } from './imports.ts'

/** Fetches a folder of a git repository and makes a task of it, or the next version of one. */
export const importJob =
  (context: Context, limits?: FetchLimits): JobHandler =>
  async ({ job, signal, progress, log }) => {
    const { source, task, isNew, name, note, workspace } = job.payload as ImportPayload
    const say = (text: string) => log.add({ source: 'platform', node: null, text })
    const { commit, files } = await fetchFolder(
      { ...source, ref: source.ref ?? undefined },
      {
        folder: join(placesOf(context.settings).work, `git-${randomUUID()}`),
        user: serviceUser(),
        allowed: context.settings.gitHosts,
        signal,
        onProgress: progress,
        ...(limits === undefined ? {} : { limits }),
      },
    )
    say(`Commit ${commit}: ${files.length.toLocaleString('en')} files`)
    progress(null, 'Checking the task')
    const tasks = createTasks(context)
    const latest = isNew ? undefined : await findLatest(context.database, task)
    const person = await principalOf(context.database, job.owner_id)
    const checked = await tasks.check(files, person, latest)
    for (const { message } of checked.warnings) say(message)
    const origin: TaskOrigin = { kind: 'git', url: source.url, ref: source.ref, folder: source.folder, commit }
    const owner = { id: job.owner_id, organisation: job.organisation_id, workspace }
    const created = latest?.content_hash !== checked.contentHash
    return {
      result: { taskId: task, commit, created },
      keep: async (queries) => {
        if (isNew) return tasks.addTask(queries, owner, checked, { id: task, name: name ?? undefined, note, origin })
        if (!(await isThere(queries, task))) throw infraError('object.notFound', { kind: 'task', id: task })
        await authorise(queries, person, 'edit', 'task', task)
        if (await tasks.addVersion(queries, owner, task, checked, { note, origin }))
          await touchByPlatform(queries, task)
      },
    }
  }
