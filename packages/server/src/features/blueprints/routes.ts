import type { Context } from '../../infra/context.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { authorise, listObjects, pageOf, removeObject } from '../../infra/rights/objects.ts'
import type { Blueprints, Surroundings } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listBlueprints'
  | 'createBlueprint'
  | 'getBlueprint'
  | 'changeBlueprint'
  | 'deleteBlueprint'
  | 'listBlueprintVersions'
  | 'exportBlueprint'
  | 'importBlueprint'
  | 'importBlueprintVersion'
  | 'checkBlueprint'

export const blueprintRoutes = (
  { database }: Context,
  blueprints: Blueprints,
  /** What a project offers to a graph; asked of the projects feature by the entry point. */
  surroundingsOf: (caller: Caller, project: string) => Promise<Surroundings>,
): Routes<Operations> => ({
  listBlueprints: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'blueprint', query)
    const latest = new Map(
      (
        await store.latestOf(
          database,
          page.items.map(({ id }) => id),
        )
      ).map((row) => [row.blueprint_id, row]),
    )
    return {
      items: page.items.map((row) => store.toBlueprint(row, latest.get(row.id) as store.GraphRow)),
      nextCursor: page.nextCursor,
    }
  },
  createBlueprint: ({ caller, body }) => blueprints.create(caller, body),
  getBlueprint: ({ caller, params }) => blueprints.read(caller, params.id),
  changeBlueprint: ({ caller, params, body, ifMatch }) => blueprints.change(caller, params.id, body, ifMatch),
  deleteBlueprint: async ({ caller, params, ifMatch }) => {
    await database.transaction(async (queries) =>
      removeObject(queries, await authorise(queries, caller, 'delete', 'blueprint', params.id), ifMatch),
    )
  },
  listBlueprintVersions: async ({ caller, params, query }) => {
    await authorise(database, caller, 'view', 'blueprint', params.id)
    const page = await pageOf(query, (after, limit) => store.listVersions(database, params.id, after, limit))
    return { items: page.items.map(store.toVersion), nextCursor: page.nextCursor }
  },
  exportBlueprint: async ({ caller, params, query }) => {
    const { name, yaml } = await blueprints.exported(caller, params.id, query.number)
    return { stream: yaml, type: 'application/yaml', fileName: `${name}.yaml` }
  },
  importBlueprint: ({ caller, body }) => blueprints.createFrom(caller, body.yaml, body.from),
  importBlueprintVersion: ({ caller, params, body, ifMatch }) =>
    blueprints.changeTo(caller, params.id, body.yaml, ifMatch),
  checkBlueprint: async ({ caller, body }) =>
    blueprints.checkDrawn(
      caller,
      body.graph,
      body.projectId === undefined ? {} : await surroundingsOf(caller, body.projectId),
      body.from,
    ),
})
