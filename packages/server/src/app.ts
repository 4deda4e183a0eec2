import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { accountRoutes, createAccounts, createCallerOf, createOidc, oidcRoutes } from './features/accounts/index.ts'
import { auditRoutes } from './features/audit/index.ts'
import { batchRoutes, createBatches, scheduleRoutes } from './features/batches/index.ts'
import { blueprintRoutes, createBlueprints } from './features/blueprints/index.ts'
import { environmentRoutes } from './features/environments/index.ts'
import { bundleRoutes, createBundles } from './features/bundles/index.ts'
import { challengerRoutes, measureChallengers } from './features/challengers/index.ts'
import { createCredentials, credentialRoutes } from './features/credentials/index.ts'
import { createDatasets, datasetRoutes } from './features/datasets/index.ts'
import { alertRoutes } from './features/alerts/index.ts'
import { algorithmRoutes } from './features/algorithms/index.ts'
import { deploymentRoutes, forwardTo } from './features/deployments/index.ts'
import { createHosting, hostingRoutes } from './features/hosting/index.ts'
import { cancelJob, jobRoutes } from './features/jobs/index.ts'
import { modelRoutes } from './features/models/index.ts'
import { monitoringRoutes } from './features/monitoring/index.ts'
import { requestRoutes } from './features/requests/index.ts'
import { organisationRoutes } from './features/organisation/index.ts'
import { createPeople, peopleRoutes } from './features/people/index.ts'
import { createProjects, createSplit, projectRoutes } from './features/projects/index.ts'
import { registryRoutes } from './features/registry/index.ts'
import { createSampleSets, sampleSetRoutes } from './features/sample-sets/index.ts'
import { createMasking } from './features/sensitive-columns/index.ts'
import { createSearches, searchRoutes } from './features/searches/index.ts'
import { createSharing, sharingRoutes } from './features/sharing/index.ts'
import { storageRoutes } from './features/storage/index.ts'
import { systemRoutes } from './features/system/index.ts'
import { createTaskImports, createTasks, readArchive, taskRoutes, writeArchive } from './features/tasks/index.ts'
import { createAudit } from './infra/audit/audit.ts'
import type { Context } from './infra/context.ts'
import { demandRoom } from './infra/disk/room.ts'
import type { Queries } from './infra/database/database.ts'
import { jobEndings } from './job-endings.ts'
import type { Handlers } from './infra/http/handler.ts'
import { createRate } from './infra/http/rate.ts'
import { createIdempotency } from './infra/http/idempotency.ts'
import { createHttpServer } from './infra/http/server.ts'
import { createMail } from './infra/mail.ts'
import { placesOf } from './infra/settings.ts'

/** The HTTP server with every feature; one that the contract has and no feature offers is a type error here. */
export const createApp = (
  context: Context,
  webDir: string,
  logBug: (requestId: string, error: unknown) => void,
): Promise<FastifyInstance> => {
  const places = placesOf(context.settings)
  const masking = createMasking(context)
  const datasets = createDatasets(context, masking)
  const batches = createBatches(context, datasets)
  const tasks = createTasks(context)
  const blueprints = createBlueprints(context, tasks)
  const cancel = (queries: Queries, job: string) => cancelJob(queries, jobEndings, job)
  const projects = createProjects(context, {
    datasets,
    tasks,
    blueprints,
    masking,
    cancelJob: cancel,
    splitBy: createSplit(context, () => jobEndings),
  })
  const sampleSets = createSampleSets(context, { datasets, projects })
  const hosting = createHosting(context, () => jobEndings, { sampleSets, projects }, masking)
  const mail = createMail(context.settings.mail, (error) => logBug('mail', error))
  const accounts = createAccounts(context, mail)
  const handlers: Handlers = {
    ...accountRoutes(context, accounts),
    ...oidcRoutes(context, createOidc(context, accounts)),
    ...jobRoutes(context, jobEndings, tasks, masking),
    ...peopleRoutes(context, createPeople(context, mail)),
    ...organisationRoutes(context),
    ...sharingRoutes(createSharing(context)),
    ...auditRoutes(context),
    ...systemRoutes(context),
    ...storageRoutes(context),
    ...datasetRoutes(context, datasets, cancel),
    ...sampleSetRoutes(context, sampleSets),
    ...taskRoutes(context, tasks, createTaskImports(context)),
    ...environmentRoutes(context, { readArchive, writeArchive }),
    ...blueprintRoutes(context, blueprints, projects.surroundingsOf),
    ...projectRoutes(context, projects),
    ...searchRoutes(createSearches(context, { projects, tasks, masking })),
    ...modelRoutes(context, datasets, tasks),
    ...bundleRoutes(createBundles(context, tasks)),
    ...hostingRoutes(context, hosting, cancel, tasks, masking),
    ...registryRoutes(context, hosting.readers, tasks),
    ...credentialRoutes(context, createCredentials(context)),
    ...algorithmRoutes(context),
    ...deploymentRoutes(context, forwardTo(places.serving), masking),
    ...monitoringRoutes(context, datasets, measureChallengers),
    ...challengerRoutes(context, { masking, cancelJob: cancel }),
    ...batchRoutes(context, batches),
    ...scheduleRoutes(context, batches),
    ...requestRoutes(context),
    ...alertRoutes(context),
  }
  return createHttpServer({
    handlers,
    callerOf: createCallerOf(context),
    idempotency: createIdempotency(context.database),
    audit: createAudit(context.database),
    rates: {
      caller: createRate(context.settings.requestsPerMinute),
      address: createRate(context.settings.anonymousPerMinute),
    },
    proxies: context.settings.proxies,
    uploadDir: join(places.uploads),
    uploadMb: context.settings.uploadMb,
    demandRoom: () => demandRoom(context.settings),
    webDir,
    logBug,
  })
}
