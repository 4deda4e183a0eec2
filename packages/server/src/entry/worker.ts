import { hostname } from 'node:os'
import { createRunner, makeRuntimeFolder, type SandboxReport, startBroker } from '@modelsmith/runner'
import { keepAlerts } from '../features/alerts/index.ts'
import { batchJob, createBatches, keepBatches } from '../features/batches/index.ts'
import { keepChallengers, scoreChallengerJob } from '../features/challengers/index.ts'
import { createDatasets, ingestJob } from '../features/datasets/index.ts'
import { buildJob, imageRepository, removeUnusedImages } from '../features/environments/index.ts'
import { keepServingFolder } from '../features/deployments/index.ts'
import { askJob, publishJob } from '../features/hosting/index.ts'
import { type JobHandlers, startJobRunner } from '../features/jobs/index.ts'
import { explainJob, featureInsightsJob, predictJob } from '../features/models/index.ts'
import { keepMonitoring } from '../features/monitoring/index.ts'
import { rebuildJob } from '../features/registry/index.ts'
import { askKeptRowsJob } from '../features/requests/index.ts'
import { searchJob } from '../features/searches/index.ts'
import { createMasking } from '../features/sensitive-columns/index.ts'
import { importJob, requirementsJob } from '../features/tasks/index.ts'
import { evaluateJob, sandboxSetting, splitJob, trainJob } from '../features/training/index.ts'
import { jobEndings } from '../job-endings.ts'
import { json, sql } from '../infra/database/database.ts'
import { collectObjects } from '../infra/objects/references.ts'
import { forgetUnusedSteps } from '../infra/objects/step-cache.ts'
import { logError, runChild } from '../infra/process/child.ts'
import { serviceUser } from '../infra/postgres/index.ts'
import { placesOf } from '../infra/settings.ts'
import { openContext } from '../infra/process/context.ts'

const heartbeatMs = 5000
const collection = { everyMs: 3600_000, graceSeconds: 24 * 3600, stepDays: 30 } as const

await runChild(async (url) => {
  const context = await openContext(url)
  const { database, objects, settings } = context
  const id = `${hostname()}-${process.pid}`
  const runner = createRunner({ runtimeDir: makeRuntimeFolder(), sandbox: sandboxSetting(settings) })
  let sandbox: SandboxReport = await runner.probe()
  // An engine takes seconds to be tried, and nothing waits for it.
  void runner.probeContainers().then((check) => {
    sandbox = { ...sandbox, checks: [...sandbox.checks, check] }
  })
  const supplies = { runner, sandboxed: sandbox.level !== 'none' }
  const handlers: JobHandlers = {
    ingestDataset: ingestJob(context),
    trainBlueprint: trainJob(context, supplies),
    searchParameters: searchJob(context, supplies),
    predictFile: predictJob(context, supplies),
    scoreChallenger: scoreChallengerJob(context, supplies),
    scoreBatch: batchJob(context, supplies),
    importTask: importJob(context),
    buildEnvironment: buildJob(context),
    prepareRequirements: requirementsJob(context),
    publishRelease: publishJob(context, supplies),
    askModelFile: askJob(context, supplies),
    computeInsights: featureInsightsJob(context, supplies),
    explainRows: explainJob(context, supplies),
    splitRows: splitJob(context, supplies),
    evaluateModels: evaluateJob(context, supplies),
    askKeptRows: askKeptRowsJob(context, supplies),
    rebuildRelease: rebuildJob(context, supplies),
  }
  const jobs = startJobRunner({
    database,
    worker: id,
    handlers,
    endings: jobEndings,
    logBug: (error) => logError('job', error),
  })
  const places = placesOf(settings)
  const user = serviceUser()
  // The prediction process has no rights by which it could ask an engine itself.
  const stopBroker =
    user === undefined
      ? () => {}
      : startBroker({ folder: places.containers, user, images: imageRepository, mayShow: [places.serving] })
  const serving = keepServingFolder(context, (error) => logError('serving folder', error))
  const monitoring = keepMonitoring(context, (error) => logError('monitoring', error))
  const challengers = keepChallengers(context, (error) => logError('challengers', error))
  const datasets = createDatasets(context, createMasking(context))
  const batches = keepBatches(context, createBatches(context, datasets), (error) => logError('batches', error))
  const alerts = keepAlerts(context, (error) => logError('alerts', error))
  const beat = () =>
    database
      .run(sql`insert into worker (id, heartbeat_at, job_id, sandbox) values (${id}, now(), ${jobs.currentJob() ?? null}, ${json(sandbox)})
        on conflict (id) do update set heartbeat_at = now(), job_id = excluded.job_id, sandbox = excluded.sandbox`)
      .catch(() => {})
  await beat()
  const collect = () =>
    forgetUnusedSteps(database, collection.stepDays)
      .then(() => removeUnusedImages(context))
      .then(() => collectObjects(database, objects, collection.graceSeconds))
      .catch((error: unknown) => logError('collection', error))
  const timers = [setInterval(() => void beat(), heartbeatMs), setInterval(() => void collect(), collection.everyMs)]
  return async () => {
    for (const timer of timers) clearInterval(timer)
    stopBroker()
    await Promise.all([
      jobs.stop(),
      serving.stop(),
      monitoring.stop(),
      alerts.stop(),
      challengers.stop(),
      batches.stop(),
    ])
    await runner.close()
    await database.close()
  }
})
