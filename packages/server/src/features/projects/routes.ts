import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise, listObjects, removeObject } from '../../infra/rights/objects.ts'
import type { Projects } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listProjects'
  | 'createProject'
  | 'getProject'
  | 'changeProject'
  | 'deleteProject'
  | 'train'
  | 'getLeaderboard'
  | 'getTrainingRun'

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
  createProject: ({ caller, body }) => projects.create(caller, body),
  getProject: ({ caller, params }) => projects.read(caller, params.id),
  changeProject: ({ caller, params, body, ifMatch }) => projects.change(caller, params.id, body, ifMatch),
  deleteProject: async ({ caller, params, ifMatch }) => {
    await database.transaction(async (queries) => {
      const row = await authorise(queries, caller, 'delete', 'project', params.id)
      const user = await store.deploymentOf(queries, params.id)
      if (user !== undefined)
        throw infraError('object.inUse', { kind: 'project', name: row.name, by: `the deployment "${user.name}"` })
      await removeObject(queries, row, ifMatch)
    })
  },
  train: ({ caller, params, body }) => projects.train(caller, params.id, body),
  getLeaderboard: ({ caller, params, query }) => projects.leaderboard(caller, params.id, query.metric),
  getTrainingRun: ({ caller, params }) => projects.run(caller, params.id),
})
