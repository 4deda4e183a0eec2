import { noteBefore } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import { lineageOf } from '../deployments/index.ts'
import {
  findModelRelease,
  modelRelease,
  type ModelReleaseRow,
  published,
  type Readers,
  setTags,
  toModelRelease,
} from '../hosting/index.ts'
import type { Tasks } from '../tasks/index.ts'
import { createComparison } from './compare.ts'
import { createExport } from './export.ts'
import { createPackageSearch } from './find-package.ts'
import { createImport } from './import.ts'
import { createRebuild } from './rebuild.ts'
import { trustRoutes } from './trust.ts'

type Operations = keyof typeof import('@modelsmith/api').registryEndpoints

/** Releases on their way between installations, and what they come from. */
export const registryRoutes = (
  context: Context,
  readers: Readers,
  tasks: Pick<Tasks, 'demandAll' | 'unseen'>,
): Routes<Operations> => {
  const { database, library } = context
  const exportRelease = createExport(context, tasks)
  const importRelease = createImport(context, readers)
  const findPackage = createPackageSearch(context)
  const rebuild = createRebuild(context)
  const compareReleases = createComparison(context, tasks)
  return {
    ...trustRoutes(context),
    compareReleases: ({ caller, params, query }) => compareReleases(caller, params.id, query.with),
    tagRelease: async ({ caller, params: { id }, body }) => {
      const tags = [...new Set(body.tags)]
      await database.transaction(async (queries) => {
        const { registered_model_id: model, tags: before } = await published(queries, caller, 'edit', id)
        noteBefore({ tags: before })
        await setTags(queries, id, tags)
        await touchByPlatform(queries, model)
      })
      return toModelRelease((await findModelRelease(database, id)) as ModelReleaseRow)
    },
    rebuildDeployment: ({ caller, params, body }) => rebuild(caller, params.id, body),
    findPackage: ({ caller, query }) => findPackage(caller, query),
    exportRelease: ({ caller, params }) => exportRelease(caller, params.id),
    importRelease: ({ caller, upload }) => importRelease(caller, upload),
    getReleaseLineage: async ({ caller, params: { id } }) => {
      const row = await modelRelease(database, caller, 'view', id)
      const answering = { model_release_id: id, model_id: null, hosted: row.serving }
      return {
        releaseId: id,
        origin: toModelRelease(row).origin,
        items: await lineageOf(database, caller, library, answering),
      }
    },
  }
}
