import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type ServedDeployment, type ServingManifest, type ServingStatus, servingPaths } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { relationsThatMay } from '@modelsmith/domain'
import { granteesOf } from '../../infra/rights/principal.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { runsUploadedFiles } from '../hosting/index.ts'
import { modelFilesForbidden } from '../organisation/index.ts'
import { bringExplanations } from './explained.ts'
import { followReleases } from './follow-releases.ts'
import * as store from './store.ts'
import { whyNoFallback } from './why-no-fallback.ts'

const everyMs = 1000

/**
 * Keeps the prediction process's folder in step with the database. Every worker may do it; what two of them do at once is the same.
 */
export const keepServingFolder = ({ database, objects, settings }: Context, logBug: (error: unknown) => void) => {
  const folder = placesOf(settings).serving
  let stopped = false
  let written = ''
  /** Releases that could not be brought, by their deployments: each is told once. */
  const failed = new Map<string, string>()
  const unexplained = new Map<string, string>()
  let wake: () => void = () => {}
  const stopListening = database.listen('serving', () => wake())

  const publish = async (): Promise<void> => {
    const deployments = await store.allDeployments(database)
    const served = await bringAll(deployments)
    const explanations = await bringExplanations({ database, objects }, folder, deployments, unexplained, logBug)
    const manifest: Omit<ServingManifest, 'generation'> = {
      tokens: (await store.servingTokens(database)).flatMap((token) => {
        const grantees = granteesOf(token)
        const may = relationsThatMay(token.role, 'predict', 'deployment')
        if (may !== 'all' && may.length === 0) return []
        return {
          sha256: token.sha256,
          organisationId: token.organisation_id,
          expiresAt: token.expires_at?.toISOString() ?? null,
          grantees: may === 'all' ? ('all' as const) : grantees,
        }
      }),
      callers: await store.callersOfDeployments(database),
      explanations,
      fallbacks: Object.fromEntries(
        deployments.flatMap((row) =>
          row.fallback === null || whyNoFallback(row) !== null ? [] : [[row.id, row.fallback.id]],
        ),
      ),
      associations: await store.associationColumns(database),
      pauses: Object.fromEntries(
        deployments.flatMap(({ id, pause }) =>
          pause === null
            ? []
            : [[id, { at: new Date(pause.at).toISOString(), by: pause.by.name, reason: pause.reason }]],
        ),
      ),
      deployments: served,
    }
    const text = JSON.stringify(manifest)
    if (text === written && existsSync(join(folder, servingPaths.manifest))) return
    const target = join(folder, servingPaths.manifest)
    await writeFile(`${target}.${process.pid}`, JSON.stringify({ generation: Date.now(), ...manifest }), {
      mode: 0o644,
    })
    await rename(`${target}.${process.pid}`, target)
    written = text
    await removeOthers(new Set(served.map((each) => each.folder)))
  }

  /**
   * What each deployment answers with. One whose model cannot be brought answers as before, or not yet: whatever it lacks, what was decided of
   * it and of the others (pauses, callers, tokens) is written.
   */
  const bringAll = async (deployments: readonly store.DeploymentRow[]): Promise<ServedDeployment[]> => {
    const served: ServedDeployment[] = []
    for (const row of deployments) {
      const id = store.servedId(row)
      try {
        const next = { id: row.id, organisationId: row.organisation_id, releaseId: row.release_id, modelId: id }
        const each = { ...next, ...howServed(row), ...(await withheld(row)), folder: id }
        await bringModel(row)
        served.push(each)
        failed.delete(row.id)
      } catch (error) {
        if (failed.get(row.id) !== row.release_id) logBug(error)
        failed.set(row.id, row.release_id)
        const before = (await servedBefore()).find((each) => each.id === row.id)
        if (before === undefined) continue
        const { withheld: _, ...rest } = before
        served.push({ ...rest, ...(await withheld(row)) })
      }
    }
    return served
  }

  const servedBefore = async (): Promise<readonly ServedDeployment[]> => {
    try {
      return (JSON.parse(await readFile(join(folder, servingPaths.manifest), 'utf8')) as ServingManifest).deployments
    } catch {
      // The first one, or one that a crash of the machine has cut off: the next is written whole.
      return []
    }
  }

  /** It answers once it is approved; code runs a model file for as long as an administrator allows it. */
  const withheld = async ({
    hosted,
    organisation_id,
    waiting,
  }: store.DeploymentRow): Promise<{ withheld?: string }> => {
    if (waiting) return { withheld: 'The deployment waits for somebody to approve that it answers.' }
    if (hosted === null || !runsUploadedFiles(hosted)) return {}
    const forbidden = await modelFilesForbidden(database, organisation_id)
    return forbidden === undefined ? {} : { withheld: [forbidden.message, forbidden.hint].join(' ') }
  }

  /** One worker of a machine at a time: else one that read the deployments before another would remove what that one has brought. */
  const publishAlone = (): Promise<void> =>
    database.transaction(async (queries) => {
      const place = `serving folder ${hostname()} ${folder}`
      const lock = await queries.first<{ held: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext(${place})) as held`,
      )
      if (lock?.held !== true) return
      // Of transactions of their own, which are over when files are brought.
      await followReleases(database, logBug)
      await publish()
    })

  /** A model's folder appears whole. */
  const bringModel = async (row: store.DeploymentRow): Promise<void> => {
    const target = join(folder, servingPaths.models, store.servedId(row))
    if (existsSync(target)) return
    const making = `${target}.${process.pid}.new`
    await rm(making, { recursive: true, force: true })
    await mkdir(making, { recursive: true, mode: 0o755 })
    try {
      await takeFolder(objects, store.servedFiles(row), making)
    } catch (error) {
      // A disk that is full has room for the manifest again.
      await rm(making, { recursive: true, force: true })
      throw error
    }
    await rename(making, target).catch(() => rm(making, { recursive: true, force: true }))
  }

  const removeOthers = async (used: ReadonlySet<string>): Promise<void> => {
    for (const name of await readdir(join(folder, servingPaths.models)).catch(() => [])) {
      if (!used.has(name) && !name.endsWith('.new'))
        await rm(join(folder, servingPaths.models, name), { recursive: true, force: true })
    }
  }

  const readStatus = async (): Promise<void> => {
    const text = await readFile(join(folder, servingPaths.status), 'utf8').catch(() => undefined)
    if (text === undefined) return
    for (const { id, state, problem, releaseId } of (JSON.parse(text) as ServingStatus).deployments) {
      const row = await store.findDeployment(database, id)
      if (row === undefined || row.release_id !== releaseId) continue
      if ((await store.setServingState(database, id, state, problem)) > 0) await announceChange(database, id)
    }
  }

  const loop = async (): Promise<void> => {
    await mkdir(join(folder, servingPaths.models), { recursive: true, mode: 0o755 })
    while (!stopped) {
      try {
        await publishAlone()
        await readStatus()
      } catch (error) {
        logBug(error)
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, everyMs).unref()
      })
    }
  }
  const running = loop()
  return {
    async stop(): Promise<void> {
      stopped = true
      stopListening()
      wake()
      await running
    },
  }
}

/** What the prediction process must know to open the model and to write its answers. */
const howServed = ({ manifest, hosted }: store.DeploymentRow) => {
  if (manifest !== null) return { targetType: manifest.targetType, classes: [...manifest.classes] }
  if (hosted === null) throw new Error('A release of nothing.')
  const { outcome, application, coded, trained, configuration } = hosted
  return {
    ...outcome,
    classes: [...outcome.classes],
    application,
    ...(configuration === undefined
      ? {}
      : { limits: { timeoutMs: configuration.timeoutSeconds * 1000, rows: configuration.rowsPerRequest } }),
    ...(coded === undefined && trained === undefined ? {} : { coded: { outputs: [...(coded?.outputs ?? [])] } }),
  }
}
