import type { ModelsmithError } from '@modelsmith/table'
import { type BlueprintGraph, environmentOf, may } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import { findObjects, type HeldRow, referenceOf } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import * as store from './store.ts'

type Custom = { readonly version: store.TaskVersionRow; readonly object: HeldRow }

/** Versions of custom tasks with what the caller is to the task; those whose task is not there are left out. */
export const customVersions = async (
  queries: Queries,
  caller: Principal,
  ids: readonly string[],
): Promise<Custom[]> => {
  const versions = await store.findTaskVersions(queries, [...new Set(ids)])
  const objects = await findObjects(queries, caller, [...new Set(versions.map(({ task_id }) => task_id))])
  const byId = new Map(objects.map((row) => [row.id, row]))
  return versions.flatMap((version) => {
    const object = byId.get(version.task_id)
    return object === undefined ? [] : [{ version, object }]
  })
}

const versionsOf = ({ nodes }: BlueprintGraph): string[] => nodes.map(({ taskVersion }) => taskVersion)

/**
 * What is wrong with where a graph has a task that the caller may only execute: it stays in the nodes where it stood in the graph that
 * this one was made from. There its parameters may be set, and it may be replaced or removed; it is used nowhere else.
 */
export const misplaced = async (
  queries: Queries,
  caller: Principal,
  graph: BlueprintGraph,
  origin: BlueprintGraph = { nodes: [] },
): Promise<ModelsmithError[]> => {
  const stood = new Map(origin.nodes.map(({ id, taskVersion }) => [id, taskVersion]))
  const customs = await customVersions(queries, caller, versionsOf(graph))
  return customs.flatMap(({ version, object }) => {
    const reference = referenceOf(object)
    if (may(caller, 'use', reference) || !may(caller, 'execute', reference)) return []
    return graph.nodes
      .filter(({ id, taskVersion }) => taskVersion === version.id && stood.get(id) !== version.id)
      .map(({ id }) =>
        infraError(
          'object.executeOnly',
          { kind: 'task', name: object.name, owner: object.owner_name },
          { place: { node: id } },
        ),
      )
  })
}

export const demandPlaced = async (...asked: Parameters<typeof misplaced>): Promise<void> => {
  const [first] = await misplaced(...asked)
  if (first !== undefined) throw first
}

/**
 * Notes which tasks, with their environments, stand in a blueprint or project: whoever may see it may then execute them. Only what the
 * caller may use counts: a copy of somebody's blueprint passes on nothing.
 */
export const place = async (
  queries: Queries,
  caller: Principal,
  holder: string,
  graph: BlueprintGraph,
  keeps: 'these' | 'all',
): Promise<void> => {
  const customs = await customVersions(queries, caller, versionsOf(graph))
  const environmentsOf = async (versions: readonly Custom[]): Promise<HeldRow[]> => {
    const names = versions.map(({ version }) => environmentOf(version).split('@')[0] as string)
    const rows = await queries.rows<{ id: string }>(sql`
      select id from object where kind = 'environment' and organisation_id = ${caller.organisation} and deleted_at is null and name = any(${names})`)
    return findObjects(
      queries,
      caller,
      rows.map(({ id }) => id),
    )
  }
  const mayUse = (object: HeldRow): boolean => may(caller, 'use', referenceOf(object))
  if (keeps === 'these') {
    const standing = [...customs.map(({ object }) => object), ...(await environmentsOf(customs))].map(({ id }) => id)
    await queries.run(sql`delete from placement where holder_id = ${holder} and target_id <> all(${standing})`)
  }
  const usable = customs.filter(({ object }) => mayUse(object))
  const targets = [...usable.map(({ object }) => object), ...(await environmentsOf(usable))].filter(mayUse)
  for (const target of new Set(targets.map(({ id }) => id)))
    await queries.run(sql`
      insert into placement (target_id, holder_id, placed_by) values (${target}, ${holder}, ${caller.id}) on conflict do nothing`)
}
