import { mkdtemp } from 'node:fs/promises'
import { chmod } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { installEnvironment, type SandboxReport } from '@modelsmith/runner'
import { createRunner } from '@modelsmith/runner'
import { ingestJob } from '../features/datasets/index.ts'
import { keepServingFolder } from '../features/deployments/index.ts'
import { type JobHandler, type JobHandlers, startJobRunner } from '../features/jobs/index.ts'
import { predictJob } from '../features/models/index.ts'
import { trainJob } from '../features/training/index.ts'
import type { Context } from '../infra/context.ts'
import { json, sql } from '../infra/database/database.ts'
import { collectObjects } from '../infra/objects/references.ts'
import { logError, runChild } from '../infra/process/child.ts'
import { openContext } from '../infra/process/context.ts'

const graceSeconds = 24 * 3600
const heartbeatMs = 5000

const collectJob = ({ database, objects }: Context): JobHandler => ({
  run: async () => ({ event: 'succeed', result: { deleted: await collectObjects(database, objects, graceSeconds) } }),
  ended: async () => {},
})

const installJob = ({ settings }: Context): JobHandler => ({
  run: async ({ job, progress }) => {
    const name = String(job.payload['name'])
    await installEnvironment({ name, dataDir: settings.dataDir, forEveryone: true, onProgress: (step) => progress(null, step) })
    return { event: 'succeed', result: { environment: name } }
  },
  ended: async () => {},
})

await runChild(async (url) => {
  const context = await openContext(url)
  const { database } = context
  const id = `${hostname()}-${process.pid}`
  const runtimeDir = await mkdtemp(join(tmpdir(), 'ms-w-'))
  await chmod(runtimeDir, 0o755)
  const runner = createRunner({ runtimeDir })
  const sandbox: SandboxReport = await runner.probe()
  const supplies = { runner, sandboxed: sandbox.level !== 'none' }
  const handlers: JobHandlers = {
    ingestDataset: ingestJob(context),
    trainBlueprint: trainJob(context, supplies),
    predictFile: predictJob(context, supplies),
    collectObjects: collectJob(context),
    installEnvironment: installJob(context),
  }
  const jobs = startJobRunner(database, id, handlers, (error) => logError('job', error))
  const serving = keepServingFolder(context, (error) => logError('serving folder', error))
  const beat = () =>
    database
      .run(sql`insert into worker (id, heartbeat_at, job_id, sandbox) values (${id}, now(), ${jobs.currentJob() ?? null}, ${json(sandbox)})
        on conflict (id) do update set heartbeat_at = now(), job_id = excluded.job_id, sandbox = excluded.sandbox`)
      .catch(() => {})
  await beat()
  const timer = setInterval(() => void beat(), heartbeatMs)
  return async () => {
    clearInterval(timer)
    await Promise.all([jobs.stop(), serving.stop()])
    await runner.close()
    await database.close()
  }
})
