import type { Job, Rebuild } from '@modelsmith/api'
import { compareVersions, isVersion, mostChallengers, packageName } from '@modelsmith/domain'
import { manifestFile } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise } from '../../infra/rights/objects.ts'
import { countChallengers } from '../challengers/index.ts'
import { choose, type DeploymentRow, findDeployment, servedFiles } from '../deployments/index.ts'
import { isImage } from '../environments/index.ts'
import { modelRelease } from '../hosting/index.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { registryError } from './errors.ts'
import type { RebuildPayload } from './rebuild-job.ts'
import { builtInPackages, servedEnvironments } from './served-packages.ts'

/** Begins to make what answers for a deployment anew, if it can be. */
export const createRebuild =
  (context: Pick<Context, 'database' | 'objects' | 'settings'>) =>
  async (caller: Caller, id: string, { package: wanted, atLeast }: Rebuild): Promise<{ job: Job }> => {
    const { database } = context
    const { name } = await authorise(database, caller, 'edit', 'deployment', id)
    if (!isVersion(atLeast, 'python')) throw registryError('packages.version', { below: atLeast, language: 'python' })
    const row = (await findDeployment(database, id)) as DeploymentRow
    const { model_release_id: release } = row
    if (release === null) throw registryError('rebuild.notRegistered', { name })
    await modelRelease(database, caller, 'edit', release)
    await choose(database, caller, { modelReleaseId: release })
    if ((await countChallengers(database, id)) >= mostChallengers)
      throw registryError('rebuild.challengers', { name, most: mostChallengers })
    const found = await packagesOf(context, row, name, { package: wanted, atLeast })
    if (!found.some((version) => isBelow(version, atLeast)))
      throw registryError('rebuild.notBelow', {
        name,
        package: wanted,
        atLeast,
        found: found.length === 0 ? 'it runs with none' : `it runs with ${found.join(', ')}`,
      })
    const payload: RebuildPayload = { deployment: id, release, package: wanted, atLeast }
    const job = await database.transaction((queries) =>
      queueJob(queries, {
        kind: 'rebuildRelease',
        title: `Rebuild ${name} with ${wanted} ${atLeast} or later`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'deployment', id },
        payload,
      }),
    )
    const queued = await findJob(database, job)
    return { job: toJob(queued as NonNullable<typeof queued>) }
  }

export const isBelow = (version: string, atLeast: string): boolean =>
  (compareVersions(version, atLeast, 'python') ?? 0) < 0

/** The versions of a package that the code of a deployment runs with. */
const packagesOf = async (
  context: Pick<Context, 'database' | 'objects' | 'settings'>,
  row: DeploymentRow,
  name: string,
  { package: wanted, atLeast }: Rebuild,
): Promise<string[]> => {
  const files = servedFiles(row)
  if (!files.some(({ path }) => path === manifestFile)) return []
  const { environments } = await servedEnvironments(context, files, await builtInPackages(context))
  return environments.flatMap((environment) => {
    if (environment.language !== 'python') return []
    const has = environment.packages.find((each) => packageName(each.name, 'python') === packageName(wanted, 'python'))
    if (has === undefined) return []
    if (isImage(environment.key) && isBelow(has.version, atLeast))
      throw registryError('rebuild.image', { name, environment: environment.name })
    return [has.version]
  })
}
