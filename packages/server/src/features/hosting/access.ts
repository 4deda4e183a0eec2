import { nextExperimentState } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise, type HeldRow, type ObjectRow } from '../../infra/rights/objects.ts'
import { hostingError } from './errors.ts'
import * as store from './store.ts'

type Action = Parameters<typeof authorise>[2]

/** The registered model, if the caller may do this to it. */
export const registeredModel = async (
  queries: Queries,
  caller: Caller,
  action: Action,
  id: string,
  asked = { kind: 'registeredModel', id },
): Promise<{ readonly object: HeldRow; readonly row: store.RegisteredModelRow }> => {
  const object = await authorise(queries, caller, action, 'registeredModel', id, asked)
  const row = (await store.findRegisteredModel(queries, id)) as store.RegisteredModelRow
  return { object, row }
}

/** The experiment, if the caller may do this to it. */
export const experiment = async (
  queries: Queries,
  caller: Caller,
  action: Action,
  id: string,
  asked = { kind: 'experiment', id },
): Promise<{ readonly object: HeldRow; readonly row: store.ExperimentRow }> => {
  const object = await authorise(queries, caller, action, 'experiment', id, asked)
  const row = (await store.findExperiment(queries, id)) as store.ExperimentRow
  return { object, row }
}

/** A part of an experiment, its upload under way, if the caller may do this to the experiment. */
export const fileUpload = async (queries: Queries, caller: Caller, action: Action, id: string) => {
  const row = await store.findFileUpload(queries, id)
  const asked = { kind: 'file upload', id }
  if (row === undefined) throw infraError('object.notFound', asked)
  const { object, row: owner } = await experiment(queries, caller, action, row.experiment_id, asked)
  return { row, object, owner }
}

/** A release, if the caller may do this to its registered model. */
export const modelRelease = async (
  queries: Queries,
  caller: Caller,
  action: Action,
  id: string,
): Promise<store.ModelReleaseRow> => {
  const row = await store.findModelRelease(queries, id)
  const asked = { kind: 'release', id }
  if (row === undefined) throw infraError('object.notFound', asked)
  await registeredModel(queries, caller, action, row.registered_model_id, asked)
  return row
}

export const demandOpen = ({ name }: Pick<ObjectRow, 'name'>, { state }: Pick<store.ExperimentRow, 'state'>): void => {
  if (nextExperimentState(state, 'edit') === undefined) throw hostingError('experiment.closed', { name })
}

/** The file, and its model under the names of the algorithm that was chosen. */
export const withFile = ({ name }: Pick<ObjectRow, 'name'>, row: store.ExperimentRow) => {
  const { file } = row
  const model = store.modelOf(row)
  if (file === null || model === null) throw hostingError('experiment.noFile', { name })
  return { file, model }
}
