import type { BodyOf, Endpoints } from '@modelsmith/api'
import type { Context } from '../../../infra/context.ts'
import type { Caller } from '../../../infra/http/handler.ts'
import { findObjects, touchByPlatform } from '../../../infra/rights/objects.ts'
import type { Projects } from '../../projects/index.ts'
import type { SampleSets } from '../../sample-sets/index.ts'
import { demandOpen, experiment, projectOf } from '../access.ts'
import { hostingError } from '../errors.ts'
import * as store from '../store.ts'

type Rows = BodyOf<Endpoints['chooseExperimentRows']>
type Train = BodyOf<Endpoints['trainExperiment']>

/** What experiments with training need of other features. */
export type Neighbours = { readonly sampleSets: SampleSets; readonly projects: Pick<Projects, 'trainAll'> }

/** What an experiment trains on, and with what: rows are a project's, and so are trainings and their scores. */
export const createTraining = ({ database }: Pick<Context, 'database'>, { sampleSets, projects }: Neighbours) => ({
  /** Once: what is trained is compared on the same rows. */
  async chooseRows(caller: Caller, id: string, { sampleSetId, ...how }: Rows, signal: AbortSignal): Promise<void> {
    const { object, row } = await experiment(database, caller, 'edit', id)
    demandBare(object, row)
    const [model] = await findObjects(database, caller, [row.registered_model_id])
    const name = how.name ?? `${model?.name}, ${object.name}`.slice(0, 255)
    await sampleSets.project(caller, sampleSetId, { ...how, name }, signal, async (queries, { project, version }) => {
      demandBare(object, (await store.lockExperiment(queries, id)) as store.ExperimentRow)
      await store.setRows(queries, id, { sampleSetId, sampleSetVersion: version, projectId: project })
      await touchByPlatform(queries, id)
    })
  },

  async train(caller: Caller, id: string, { algorithms }: Train) {
    const { object, row } = await experiment(database, caller, 'edit', id)
    const project = projectOf(object, row)
    demandOpen(object, row)
    return projects.trainAll(caller, project, algorithms)
  },
})

const demandBare = (object: { readonly name: string }, row: store.ExperimentRow): void => {
  const { name } = object
  if (!row.training) throw hostingError('experiment.withoutTraining', { name })
  if (row.project_id !== null) throw hostingError('experiment.rowsChosen', { name })
  demandOpen(object, row)
}
