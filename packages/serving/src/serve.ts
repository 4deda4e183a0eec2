import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { check } from '@modelsmith/domain'
import { ModelsmithError } from '@modelsmith/table'
import { type Deployed, type DeployedLimits, defaultLimits, deploy } from './deployed.ts'
import { createDeploymentMetrics } from './deployment-metrics.ts'
import { createExplainers, type OpenExplainer } from './explanations/explainers.ts'
import { createPredictionServer } from './http.ts'
import { finishSegments } from './log/finish-segments.ts'
import { openPredictionLog } from './log/log.ts'
import { type ServedDeployment, ServingManifest, type ServingStatus, servingPaths, socketOf } from './manifest.ts'
import type { Member } from './processes/member.ts'
import { writeStatusFile } from './processes/status-file.ts'
import type { OpenScorer } from './scorer.ts'

export type ServingSettings = {
  /** Folder with the manifest, the models and the log. */
  readonly folder: string
  readonly open: OpenScorer
  /** Opens what explains the rows of a deployment; without it nothing does. */
  readonly openExplainer?: OpenExplainer
  readonly listen: { readonly host: string; readonly port: number }
  readonly limits?: DeployedLimits
  /** Where it is one of several on the port. */
  readonly member?: Member | undefined
  readonly pollMs?: number
  readonly now?: () => number
}

/** Starts the prediction process: follows the manifest, answers requests, writes its status beside the manifest. */
export const startServing = async (settings: ServingSettings) => {
  const { folder, open, openExplainer, member, listen, limits = defaultLimits, pollMs = 200, now = Date.now } = settings
  mkdirSync(folder, { recursive: true })
  const deployed = new Map<string, Deployed>()
  /** What will take the place of one that answers meanwhile. */
  const coming = new Map<string, Deployed>()
  let tokens = new Map<string, ServingManifest['tokens'][number]>()
  let callers: ServingManifest['callers'] = {}
  let associations: ServingManifest['associations'] = {}
  let pauses: ServingManifest['pauses'] = {}
  let explanations: ServingManifest['explanations'] = {}
  let fallbacks: ServingManifest['fallbacks'] = {}
  const explainers = createExplainers(openExplainer, (id) => explanations?.[id])
  const metrics = createDeploymentMetrics()
  let generation = 0
  let seen = ''

  let statusOwed = false
  const writeStatus = () => {
    statusOwed = true
    const status: ServingStatus = {
      generation,
      deployments: [...deployed].map(([id, each]) => (coming.get(id) ?? each).status()),
    }
    if (member === undefined) statusOwed = !writeStatusFile(folder, status)
    else {
      member.tellStatus(status)
      statusOwed = false
    }
  }

  const follow = () => {
    if (statusOwed) writeStatus()
    const file = join(folder, servingPaths.manifest)
    const stamp = stampOf(file)
    if (stamp === undefined || stamp === seen) return
    seen = stamp
    const manifest = readManifest(file)
    generation = manifest.generation
    tokens = new Map(manifest.tokens.map((token) => [token.sha256, token]))
    callers = manifest.callers
    associations = manifest.associations
    pauses = manifest.pauses
    explanations = manifest.explanations
    fallbacks = manifest.fallbacks
    const wanted = new Map(manifest.deployments.filter(({ paused }) => paused !== true).map((each) => [each.id, each]))
    for (const id of deployed.keys()) {
      if (wanted.has(id)) continue
      takeDown(id)
      metrics.forget(id)
    }
    for (const next of wanted.values()) {
      const newest = coming.get(next.id) ?? deployed.get(next.id)
      if (JSON.stringify(newest?.deployment) !== JSON.stringify(next)) putUp(next)
    }
    writeStatus()
  }

  const takeDown = (id: string) => {
    explainers.forget(id)
    for (const place of [deployed, coming]) {
      void place.get(id)?.close()
      place.delete(id)
    }
  }

  const putUp = (next: ServedDeployment) => {
    const { id } = next
    const timeoutMs = next.limits?.timeoutMs ?? limits.timeoutMs
    const made = deploy(next, open, { ...limits, timeoutMs }, writeStatus)
    const before = deployed.get(id)
    if (before === undefined || before.status().state !== 'active') {
      takeDown(id)
      deployed.set(id, made)
      return
    }
    void coming.get(id)?.close()
    coming.set(id, made)
    void made.settled.then(() => {
      if (coming.get(id) !== made) return
      coming.delete(id)
      takeDown(id)
      deployed.set(id, made)
    })
  }
  follow()
  const timer = setInterval(follow, pollMs)

  if (member === undefined) finishSegments(join(folder, servingPaths.log))
  const log = openPredictionLog(join(folder, servingPaths.log), { now, slot: member?.slot ?? 0 })
  member?.keepCounts(metrics.snapshot)
  const state = {
    deployed: (id: string) => deployed.get(id),
    all: () => deployed.values(),
    explainers,
    metrics,
    othersCounts: async () => (await member?.othersThan(metrics.snapshot())) ?? [],
    tokens: () => tokens,
    callersOf: (id: string) => callers[id] ?? [],
    associationOf: (id: string) => associations?.[id],
    fallbackOf: (id: string) => fallbacks?.[id],
    pauseOf: (id: string) => pauses?.[id],
    log,
    now,
  }
  const publicServer = createPredictionServer(state, { trusted: false })
  const socket = join(folder, socketOf(member?.slot ?? 0))
  rmSync(socket, { force: true })
  const privateServer = createPredictionServer(state, { trusted: true })
  await Promise.all([
    new Promise<void>((resolve, reject) =>
      publicServer.once('error', reject).listen({ ...listen, reusePort: member !== undefined }, resolve),
    ),
    new Promise<void>((resolve, reject) => privateServer.once('error', reject).listen(socket, resolve)),
  ])

  return {
    port: (publicServer.address() as AddressInfo).port,
    /** Answers what is under way, then stops. */
    async close(): Promise<void> {
      clearInterval(timer)
      const ended = [publicServer, privateServer].map((server) => new Promise((resolve) => server.close(resolve)))
      const closeIdle = () => {
        for (const server of [publicServer, privateServer]) server.closeIdleConnections()
      }
      closeIdle()
      // A connection that is kept alive becomes idle when what was under way on it is answered.
      const idle = setInterval(closeIdle, 20)
      await Promise.all(ended)
      clearInterval(idle)
      explainers.close()
      await Promise.all([...deployed.values(), ...coming.values()].map((each) => each.close()))
      log.close()
    },
  }
}

const stampOf = (file: string): string | undefined => {
  try {
    const { ino, mtimeMs, size } = statSync(file)
    return `${ino} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}

const readManifest = (file: string): ServingManifest => {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const findings = check(ServingManifest, value)
  if (findings.length === 0) return value as ServingManifest
  throw new ModelsmithError({
    code: 'serving.manifest',
    kind: 'bug',
    message: 'The serving manifest is wrong.',
    findings,
  })
}
