import type { Context } from '../../infra/context.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise, listObjects } from '../../infra/rights/objects.ts'
import { addEvaluation, removeEvaluation, toEvaluation } from './evaluations.ts'
import type { Projects } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listProjects'
  | 'createProject'
  | 'getProject'
  | 'changeProject'
  | 'deleteProject'
  | 'train'
  | 'retrain'
  | 'getRepository'
  | 'trainRepository'
  | 'getLeaderboard'
  | 'getTrainingRun'
  | 'addEvaluation'
  | 'removeEvaluation'
  | 'starTrainingRun'
  | 'unstarTrainingRun'

export const projectRoutes = ({ database }: Context, projects: Projects): Routes<Operations> => ({
  listProjects: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'project', query)
    const rows = new Map(
      (
        await store.projectsOf(
          database,
          page.items.map(({ id }) => id),
        )
      ).map((row) => [row.id, row]),
    )
    return {
      items: page.items.map((object) => store.toProject(object, rows.get(object.id) as store.ProjectRow)),
      nextCursor: page.nextCursor,
    }
  },
  createProject: ({ caller, body, signal }) => projects.create(caller, body, signal),
  getProject: ({ caller, params }) => projects.read(caller, params.id),
  changeProject: ({ caller, params, body, ifMatch }) => projects.change(caller, params.id, body, ifMatch),
  deleteProject: ({ caller, params, ifMatch }) => projects.remove(caller, params.id, ifMatch),
  train: ({ caller, params, body }) => projects.train(caller, params.id, body),
  retrain: ({ caller, params }) => projects.retrain(caller, params.id),
  getRepository: ({ caller, params }) => projects.repository(caller, params.id),
  trainRepository: ({ caller, params, body }) => projects.trainRepository(caller, params.id, body),
  getLeaderboard: ({ caller, params, query }) => projects.leaderboard(caller, params.id, query.metric),
  getTrainingRun: ({ caller, params }) => projects.run(caller, params.id),
  addEvaluation: async ({ caller, params, body }) =>
    toEvaluation(await database.transaction((queries) => addEvaluation(queries, caller, params.id, body))),
  removeEvaluation: ({ caller, params, query }) =>
    database.transaction((queries) => removeEvaluation(queries, caller, params.id, query.evaluation)),
  starTrainingRun: async ({ caller, params }) => {
    await authorise(database, caller, 'view', 'trainingRun', params.id)
    await store.star(database, caller.id, params.id)
  },
  unstarTrainingRun: async ({ caller, params }) => {
    await authorise(database, caller, 'view', 'trainingRun', params.id)
    await store.unstar(database, caller.id, params.id)
  },
})
