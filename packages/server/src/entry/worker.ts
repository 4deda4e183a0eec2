import { hostname } from 'node:os'
import { createRunner, makeRuntimeFolder, type SandboxReport } from '@modelsmith/runner'
import { ingestJob } from '../features/datasets/index.ts'
import { keepServingFolder } from '../features/deployments/index.ts'
import { type JobHandlers, startJobRunner } from '../features/jobs/index.ts'
import { predictJob } from '../features/models/index.ts'
import { importJob } from '../features/tasks/index.ts'
import { trainJob } from '../features/training/index.ts'
import { jobEndings } from '../job-endings.ts'
import { json, sql } from '../infra/database/database.ts'
import { collectObjects } from '../infra/objects/references.ts'
import { forgetUnusedSteps } from '../infra/objects/step-cache.ts'
import { logError, runChild } from '../infra/process/child.ts'
import { openContext } from '../infra/process/context.ts'

const heartbeatMs = 5000
const collection = { everyMs: 3600_000, graceSeconds: 24 * 3600, stepDays: 30 } as const

await runChild(async (url) => {
  const context = await openContext(url)
  const { database, objects } = context
  const id = `${hostname()}-${process.pid}`
  const runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const sandbox: SandboxReport = await runner.probe()
  const supplies = { runner, sandboxed: sandbox.level !== 'none' }
  const handlers: JobHandlers = {
    ingestDataset: ingestJob(context),
    trainBlueprint: trainJob(context, supplies),
    predictFile: predictJob(context, supplies),
    importTask: importJob(context),
  }
  const jobs = startJobRunner({
    database,
    worker: id,
    handlers,
    endings: jobEndings,
    logBug: (error) => logError('job', error),
  })
  const serving = keepServingFolder(context, (error) => logError('serving folder', error))
  const beat = () =>
    database
      .run(sql`insert into worker (id, heartbeat_at, job_id, sandbox) values (${id}, now(), ${jobs.currentJob() ?? null}, ${json(sandbox)})
        on conflict (id) do update set heartbeat_at = now(), job_id = excluded.job_id, sandbox = excluded.sandbox`)
      .catch(() => {})
  await beat()
  const collect = () =>
    forgetUnusedSteps(database, collection.stepDays)
      .then(() => collectObjects(database, objects, collection.graceSeconds))
      .catch((error: unknown) => logError('collection', error))
  const timers = [setInterval(() => void beat(), heartbeatMs), setInterval(() => void collect(), collection.everyMs)]
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await Promise.all([jobs.stop(), serving.stop()])
    await runner.close()
    await database.close()
  }
})
