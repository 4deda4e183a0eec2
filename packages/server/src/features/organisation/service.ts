import type { ModelsmithError } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { organisationError } from './errors.ts'
import * as store from './store.ts'

/** Why model files are not run in an organisation; undefined where an administrator has allowed it. */
export const modelFilesForbidden = async (
  queries: Queries,
  organisation: string,
): Promise<ModelsmithError | undefined> => {
  if ((await store.settingsOf(queries, organisation)).runModelFiles) return undefined
  return organisationError('modelFiles.notAllowed', {
    administrators: await store.administratorsOf(queries, organisation),
  })
}

export const demandModelFilesRun = async (queries: Queries, organisation: string): Promise<void> => {
  const forbidden = await modelFilesForbidden(queries, organisation)
  if (forbidden !== undefined) throw forbidden
}
