import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageName } from '@modelsmith/domain'
import { type Environment, lockIn, manifestFile, readManifest, writeLock } from '@modelsmith/runner'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { putFolder, type StoredFile, takeFolder } from '../../infra/objects/step-cache.ts'
import { touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { challengeWith } from '../challengers/index.ts'
import { environmentFor, lockFileOf, writeLocks } from '../environments/index.ts'
import {
  findModelRelease,
  insertRebuilt,
  lockModel,
  type ModelReleaseRow,
  releasedFiles,
  type Served,
} from '../hosting/index.ts'
import { jobError, type JobHandler, type JobPorts, whileOpen } from '../jobs/index.ts'
import { openFolder, type TrainingSupplies } from '../training/index.ts'
import { isBelow } from './rebuild.ts'
import { builtInPackages, servedEnvironments } from './served-packages.ts'

export type RebuildPayload = {
  readonly deployment: string
  readonly release: string
  readonly package: string
  readonly atLeast: string
}

/**
 * Makes a release anew whose code runs with a later version of a package: code and artifacts stay, environments are resolved again. What opens
 * so stands by as the next release, and challenges what answers, beginning with all rows that are kept.
 */
export const rebuildJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { database, objects, settings } = context
    const { job, progress } = ports
    const payload = job.payload as RebuildPayload
    if (!supplies.sandboxed) throw jobError('job.sandbox', {})
    const of = (await findModelRelease(database, payload.release)) as ModelReleaseRow
    const folder = join(placesOf(settings).work, `rebuild-${randomUUID()}`)
    try {
      const before = releasedFiles(of.serving)
      await takeFolder(objects, before, folder)
      progress(0.1, 'Resolving environments')
      const changed = await renew(context, before, folder, payload, ports)
      progress(0.8, 'Opening it')
      const pipeline = await openFolder(context, supplies, folder, ports)
      await whileOpen(pipeline, ports.signal, async () => {})
      const files = await putFolder(objects, folder)
      const id = newId('modelRelease')
      const person = { id: job.owner_id, organisation: job.organisation_id }
      const result: Record<string, unknown> = { releaseId: id, packages: changed }
      return {
        result,
        keep: async (queries) => {
          await lockModel(queries, of.registered_model_id)
          const words = changed.map((each) => `${each.name} ${each.after} in place of ${each.before}`).join(', ')
          const description = `Release ${of.number}, rebuilt with ${words}`.slice(0, 2000)
          const serving = withFiles(of.serving, files)
          await insertRebuilt(queries, { id, of, description, serving })
          await hold(queries, id, [...files, ...(serving.file === null ? [] : [serving.file])])
          Object.assign(result, await challengeWith(queries, payload.deployment, id, person))
          await touchByPlatform(queries, of.registered_model_id)
        },
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

const withFiles = ({ coded, trained, ...served }: Served, files: readonly StoredFile[]): Served => ({
  ...served,
  ...(coded === undefined ? {} : { coded: { ...coded, files } }),
  ...(trained === undefined ? {} : { trained: { ...trained, files } }),
})

type Changed = { readonly name: string; readonly before: string; readonly after: string }

/** Puts later environments in the place of those that have the package below the version. */
const renew = async (
  context: Context,
  files: readonly StoredFile[],
  folder: string,
  { package: wanted, atLeast }: RebuildPayload,
  ports: JobPorts,
): Promise<readonly Changed[]> => {
  const name = packageName(wanted, 'python')
  const { environments } = await servedEnvironments(context, files, await builtInPackages(context))
  const renewed = new Map<string, Environment>()
  const changed: Changed[] = []
  for (const { key, language, packages } of environments) {
    const has = packages.find((each) => packageName(each.name, 'python') === name)
    if (language !== 'python' || has === undefined || !isBelow(has.version, atLeast)) continue
    const lock = await lockIn(folder, key)
    const kept = (lock?.packages ?? []).filter((each) => packageName(each.name, 'python') !== name)
    const pinned = kept.map((each) => `${each.name}==${each.version}`)
    const own = (lock?.requirements ?? []).filter(
      (line) => packageName(/^[A-Za-z0-9._-]+/.exec(line)?.[0] ?? '', 'python') !== name,
    )
    const later = `${wanted}>=${atLeast}`
    const resolved = (requirements: readonly string[]) =>
      environmentFor(
        context,
        { name: lock?.base ?? key, requirements },
        { signal: ports.signal, onLine: (text) => ports.log.add({ source: 'platform', node: null, text }) },
      )
    // Nothing else changes, where that is possible.
    const environment = await resolved([...pinned, later]).catch((error: unknown) => {
      if (pinned.length === 0 || !(error instanceof ModelsmithError) || !error.code.startsWith('requirements.'))
        throw error
      return resolved([...own, later])
    })
    renewed.set(key, environment)
    const after = environment.lock?.packages.find((each) => packageName(each.name, 'python') === name)
    changed.push({ name: has.name, before: has.version, after: after?.version ?? atLeast })
  }
  const manifest = await readManifest(folder)
  const nodes = manifest.nodes.map((node) => ({
    ...node,
    environment: renewed.get(node.environment)?.name ?? node.environment,
  }))
  await writeFile(join(folder, manifestFile), JSON.stringify({ ...manifest, nodes }, null, 2))
  for (const [key, environment] of renewed) {
    await rm(join(folder, 'environments', `${key}.json`), { force: true })
    await rm(join(folder, lockFileOf(key)), { force: true })
    if (environment.lock !== undefined) await writeLock(folder, environment.lock)
  }
  await writeLocks(context, new Map([...renewed.values()].map((each) => [each.name, each])), folder)
  return changed
}
