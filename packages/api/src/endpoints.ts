import type { Endpoint } from './endpoint.ts'
import { accountsEndpoints } from './endpoints/accounts.ts'
import { alertsEndpoints } from './endpoints/alerts.ts'
import { algorithmEndpoints } from './endpoints/algorithms.ts'
import { approvalsEndpoints } from './endpoints/approvals.ts'
import { auditEndpoints } from './endpoints/audit.ts'
import { batchesEndpoints } from './endpoints/batches.ts'
import { batchSchedulesEndpoints } from './endpoints/batch-schedules.ts'
import { blueprintsEndpoints } from './endpoints/blueprints.ts'
import { requestsEndpoints } from './endpoints/requests.ts'
import { challengersEndpoints } from './endpoints/challengers.ts'
import { credentialsEndpoints } from './endpoints/credentials.ts'
import { datasetsEndpoints } from './endpoints/datasets.ts'
import { deploymentsEndpoints } from './endpoints/deployments.ts'
import { environmentsEndpoints } from './endpoints/environments.ts'
import { governanceEndpoints } from './endpoints/governance.ts'
import { hostingEndpoints } from './endpoints/hosting.ts'
import { jobsEndpoints } from './endpoints/jobs.ts'
import { modelsEndpoints } from './endpoints/models.ts'
import { monitoringEndpoints } from './endpoints/monitoring.ts'
import { storageEndpoints } from './endpoints/storage.ts'
import { organisationEndpoints } from './endpoints/organisation.ts'
import { peopleEndpoints } from './endpoints/people.ts'
import { projectsEndpoints } from './endpoints/projects.ts'
import { registryEndpoints } from './endpoints/registry.ts'
import { reportsEndpoints } from './endpoints/reports.ts'
import { sampleSetsEndpoints } from './endpoints/sample-sets.ts'
import { searchesEndpoints } from './endpoints/searches.ts'
import { sharingEndpoints } from './endpoints/sharing.ts'
import { systemEndpoints } from './endpoints/system.ts'
import { tasksEndpoints } from './endpoints/tasks.ts'

/** The whole HTTP contract, by operation name; grouped by tag in the order of the left rail. */
export const endpoints = {
  ...accountsEndpoints,
  ...peopleEndpoints,
  ...organisationEndpoints,
  ...storageEndpoints,
  ...auditEndpoints,
  ...sharingEndpoints,
  ...datasetsEndpoints,
  ...sampleSetsEndpoints,
  ...tasksEndpoints,
  ...environmentsEndpoints,
  ...blueprintsEndpoints,
  ...projectsEndpoints,
  ...searchesEndpoints,
  ...modelsEndpoints,
  ...algorithmEndpoints,
  ...hostingEndpoints,
  ...registryEndpoints,
  ...deploymentsEndpoints,
  ...governanceEndpoints,
  ...approvalsEndpoints,
  ...monitoringEndpoints,
  ...challengersEndpoints,
  ...batchesEndpoints,
  ...batchSchedulesEndpoints,
  ...requestsEndpoints,
  ...alertsEndpoints,
  ...reportsEndpoints,
  ...credentialsEndpoints,
  ...jobsEndpoints,
  ...systemEndpoints,
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type Operation = keyof Endpoints
