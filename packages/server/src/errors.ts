import { backupErrors } from './backup/errors.ts'
import { accountErrors } from './features/accounts/errors.ts'
import { alertErrors } from './features/alerts/errors.ts'
import { algorithmErrors } from './features/algorithms/errors.ts'
import { batchErrors } from './features/batches/errors.ts'
import { blueprintErrors } from './features/blueprints/errors.ts'
import { bundleErrors } from './features/bundles/errors.ts'
import { requestErrors } from './features/requests/errors.ts'
import { challengerErrors } from './features/challengers/errors.ts'
import { datasetErrors } from './features/datasets/errors.ts'
import { deploymentErrors } from './features/deployments/errors.ts'
import { environmentErrors } from './features/environments/errors.ts'
import { hostingErrors } from './features/hosting/errors.ts'
import { registryErrors } from './features/registry/errors.ts'
import { jobErrors } from './features/jobs/errors.ts'
import { modelErrors } from './features/models/errors.ts'
import { monitoringErrors } from './features/monitoring/errors.ts'
import { organisationErrors } from './features/organisation/errors.ts'
import { peopleErrors } from './features/people/errors.ts'
import { projectErrors } from './features/projects/errors.ts'
import { sampleSetErrors } from './features/sample-sets/errors.ts'
import { searchErrors } from './features/searches/errors.ts'
import { sharingErrors } from './features/sharing/errors.ts'
import { taskErrors } from './features/tasks/errors.ts'
import { infraErrors } from './infra/errors.ts'
import { postgresErrors } from './infra/postgres/errors.ts'
import { s3Errors } from './infra/s3/errors.ts'

/** Every row of the server's features and infrastructure, for the reference. */
export const serverErrors = {
  ...infraErrors,
  ...backupErrors,
  ...accountErrors,
  ...blueprintErrors,
  ...bundleErrors,
  ...jobErrors,
  ...datasetErrors,
  ...sampleSetErrors,
  ...taskErrors,
  ...environmentErrors,
  ...projectErrors,
  ...searchErrors,
  ...modelErrors,
  ...algorithmErrors,
  ...hostingErrors,
  ...registryErrors,
  ...deploymentErrors,
  ...batchErrors,
  ...alertErrors,
  ...challengerErrors,
  ...requestErrors,
  ...monitoringErrors,
  ...organisationErrors,
  ...peopleErrors,
  ...sharingErrors,
  ...postgresErrors,
  ...s3Errors,
}
