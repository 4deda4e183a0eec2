import type { HostedModel } from '@modelsmith/api'
import { nextExperimentState } from '@modelsmith/domain'
import type { ModelsmithError } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import { authorise, type HeldRow, type ObjectRow } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { hostingError } from './errors.ts'
import * as store from './store.ts'

type Action = Parameters<typeof authorise>[2]

/** The registered model, if the caller may do this to it. */
export const registeredModel = async (
  queries: Queries,
  caller: Principal,
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
  caller: Principal,
  action: Action,
  id: string,
  asked = { kind: 'experiment', id },
): Promise<{ readonly object: HeldRow; readonly row: store.ExperimentRow }> => {
  const object = await authorise(queries, caller, action, 'experiment', id, asked)
  const row = (await store.findExperiment(queries, id)) as store.ExperimentRow
  return { object, row }
}

/** A part of an experiment, its upload under way, if the caller may do this to the experiment. */
export const fileUpload = async (queries: Queries, caller: Principal, action: Action, id: string) => {
  const row = await store.findFileUpload(queries, id)
  const asked = { kind: 'file upload', id }
  if (row === undefined) throw infraError('object.notFound', asked)
  const { object, row: owner } = await experiment(queries, caller, action, row.experiment_id, asked)
  return { row, object, owner }
}

/** A release with its registered model, if the caller may do this to that. */
export const releaseWithModel = async (queries: Queries, caller: Principal, action: Action, id: string) => {
  const release = await store.findModelRelease(queries, id)
  const asked = { kind: 'release', id }
  if (release === undefined) throw infraError('object.notFound', asked)
  return { release, ...(await registeredModel(queries, caller, action, release.registered_model_id, asked)) }
}

export const modelRelease = async (...asked: Parameters<typeof releaseWithModel>): Promise<store.ModelReleaseRow> =>
  (await releaseWithModel(...asked)).release

/** The same of one that was published: the others have nothing yet that one could say something of. */
export const published = async (...asked: Parameters<typeof modelRelease>): Promise<store.ModelReleaseRow> => {
  const row = await modelRelease(...asked)
  if (row.number === null) throw hostingError('release.notPublished', { state: row.state })
  return row
}

export const demandOpen = ({ name }: Pick<ObjectRow, 'name'>, { state }: Pick<store.ExperimentRow, 'state'>): void => {
  if (nextExperimentState(state, 'edit') === undefined) throw hostingError('experiment.closed', { name })
}

/** Of a finished file: one that trains takes none. */
export const demandHosting = (
  { name }: Pick<ObjectRow, 'name'>,
  { training }: Pick<store.ExperimentRow, 'training'>,
) => {
  if (training) throw hostingError('experiment.withTraining', { name })
}

/** The rows that it trains on, as their project. */
export const projectOf = (
  { name }: Pick<ObjectRow, 'name'>,
  { training, project_id: project }: Pick<store.ExperimentRow, 'training' | 'project_id'>,
): string => {
  if (!training) throw hostingError('experiment.withoutTraining', { name })
  if (project === null) throw hostingError('experiment.noRows', { name })
  return project
}

/** What an experiment lacks before anything can be said of it. */
export const missingIn = (
  { name }: Pick<ObjectRow, 'name'>,
  { training, project_id: project, trained_model_id: trained, file }: store.ExperimentRow,
): ModelsmithError | undefined => {
  if (!training) return file === null ? hostingError('experiment.noFile', { name }) : undefined
  if (project === null) return hostingError('experiment.noRows', { name })
  return trained === null ? hostingError('experiment.noModel', { name }) : undefined
}

/** What answers: a file, or a model that was trained here; and the model under the names of the algorithm that was chosen. */
export const answering = (
  object: Pick<ObjectRow, 'name'>,
  row: store.ExperimentRow,
): { readonly model: HostedModel } & ({ readonly file: store.StoredModelFile } | { readonly trained: string }) => {
  const { file, trained_model_id: trained } = row
  const model = store.modelOf(row)
  const missing = missingIn(object, row)
  if (missing !== undefined) throw missing
  if (model !== null && trained !== null) return { trained, model }
  if (model !== null && file !== null) return { file, model }
  // A file that only code reads, under an algorithm without any.
  throw hostingError('experiment.noFile', { name: object.name })
}
