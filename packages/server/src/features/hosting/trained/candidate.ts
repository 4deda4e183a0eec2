import type { Application } from '@modelsmith/api'
import { checkApplication, initialApplication, predictionParametersOf } from '@modelsmith/domain'
import type { Queries } from '../../../infra/database/database.ts'
import type { Caller } from '../../../infra/http/handler.ts'
import { authoriseUse, type ObjectRow } from '../../../infra/rights/objects.ts'
import { findModel, type ModelRow } from '../../models/index.ts'
import { answering, projectOf } from '../access.ts'
import { hostingError } from '../errors.ts'
import { demandBegun } from '../findings.ts'
import * as store from '../store.ts'
import { trainedModel } from './trained-model.ts'

export type ChangeOfTrained = { readonly modelId?: string; readonly application?: Application }

/** Another candidate, or other fields of it. */
export const changeTrained = async (
  queries: Queries,
  caller: Caller,
  object: ObjectRow,
  row: store.ExperimentRow,
  { modelId, application }: ChangeOfTrained,
): Promise<void> => {
  projectOf(object, row)
  const chosen = modelId === undefined ? row : await candidate(queries, caller, object, row, modelId)
  const named = { ...chosen, application: application ?? chosen.application }
  demandBegun(checkApplication(answering(object, named).model, named.application))
  await store.setTrained(queries, row.id, named)
}

/** Whoever may deploy the model hands it to the experiment: from then on the roles on the registered model say who publishes it. */
const candidate = async (
  queries: Queries,
  caller: Caller,
  object: ObjectRow,
  row: store.ExperimentRow,
  id: string,
): Promise<store.ExperimentRow> => {
  const { name } = await authoriseUse(queries, caller, 'deploy', 'model', id)
  const found = (await findModel(queries, id)) as ModelRow
  if (found.project_id !== row.project_id) throw hostingError('experiment.otherModel', { model: id, name: object.name })
  const model = trainedModel(found.manifest, name)
  const isSameInputs = JSON.stringify(model.inputs) === JSON.stringify(row.model?.inputs)
  return {
    ...row,
    trained_model_id: id,
    model,
    algorithm: model.algorithm,
    application: isSameInputs ? row.application : (initialApplication(model) as Application),
  }
}

/** What a release keeps of a trained model: all that its answers depend on. */
export const servedModel = async (queries: Queries, id: string): Promise<store.ServedModel> => {
  const { manifest, files } = (await findModel(queries, id)) as ModelRow
  return { modelId: id, parameters: predictionParametersOf(manifest.nodes), files }
}
