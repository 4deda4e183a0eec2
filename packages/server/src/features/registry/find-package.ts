import type { PackageUses } from '@modelsmith/api'
import { compareVersions, isVersion, may, type PackageLanguage, packageName } from '@modelsmith/domain'
import { manifestFile } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { findObjects, referenceOf } from '../../infra/rights/objects.ts'
import { deploymentsIn, servedFiles } from '../deployments/index.ts'
import { registryError } from './errors.ts'
import { builtInPackages, servedEnvironments } from './served-packages.ts'

type Asked = { readonly language: PackageLanguage; readonly package: string; readonly below?: string }

/** Deployments whose code runs with a package, as far as the caller sees deployments. */
export const createPackageSearch =
  (context: Pick<Context, 'database' | 'objects' | 'settings'>) =>
  async (caller: Caller, { language, package: wanted, below }: Asked): Promise<PackageUses> => {
    if (below !== undefined && !isVersion(below, language)) throw registryError('packages.version', { below, language })
    const { database } = context
    const rows = await deploymentsIn(database, caller.organisation)
    const objects = await findObjects(
      database,
      caller,
      rows.map(({ id }) => id),
    )
    const seen = new Set(objects.filter((each) => may(caller, 'view', referenceOf(each))).map(({ id }) => id))
    const known = await builtInPackages(context)
    const name = packageName(wanted, language)
    const found: PackageUses = { items: [], looked: 0, native: 0, unknown: [] }
    for (const row of rows.filter(({ id }) => seen.has(id))) {
      found.looked++
      const files = servedFiles(row)
      if (!files.some(({ path }) => path === manifestFile)) {
        found.native++
        continue
      }
      const of = { deploymentId: row.id, deploymentName: row.name, modelName: row.model_name }
      const { environments, gone } = await servedEnvironments(context, files, known)
      for (const environment of gone)
        found.unknown.push({ ...of, reason: `The environment ${environment} is not there any more.` })
      for (const environment of environments) {
        if (environment.language !== language) continue
        const has = environment.packages.find((each) => packageName(each.name, language) === name)
        if (has === undefined) continue
        const order = below === undefined ? -1 : compareVersions(has.version, below, language)
        if (order === undefined)
          found.unknown.push({
            ...of,
            reason: `${has.name} ${has.version} of ${environment.name} is no version that can be compared.`,
          })
        else if (order < 0)
          found.items.push({
            ...of,
            release: row.release_number,
            environment: environment.name,
            package: has.name,
            version: has.version,
          })
      }
    }
    return found
  }
