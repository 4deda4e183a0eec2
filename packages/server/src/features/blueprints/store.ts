import type { Blueprint, BlueprintVersion } from '@modelsmith/api'
import type { BlueprintGraph } from '@modelsmith/domain'
import { json, type Queries, type Sql, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type GraphRow = {
  readonly id: string
  readonly blueprint_id: string
  readonly number: number
  readonly graph: BlueprintGraph
  readonly created_at: Date
}

const columns = sql`o.blueprint_id as id, o.blueprint_id, o.number, o.graph, o.created_at`

export const toBlueprint = (object: ObjectRow, latest: GraphRow): Blueprint => ({
  ...objectFields(object),
  description: object.description,
  graph: latest.graph,
  number: latest.number,
})

export const toVersion = ({ blueprint_id, number, graph, created_at }: GraphRow): BlueprintVersion => ({
  blueprintId: blueprint_id,
  number,
  graph,
  createdAt: created_at.toISOString(),
})

export const insertVersion = (queries: Queries, blueprint: string, graph: BlueprintGraph) =>
  queries.run(sql`
    insert into blueprint_version (blueprint_id, number, graph, created_at)
    select ${blueprint}, coalesce(max(number), 0) + 1, ${json(graph)}::jsonb, now() from blueprint_version where blueprint_id = ${blueprint}`)

export const findLatest = (queries: Queries, blueprint: string) =>
  queries.first<GraphRow>(
    sql`select ${columns} from blueprint_version o where o.blueprint_id = ${blueprint} order by o.number desc limit 1`,
  )

export const findVersion = (queries: Queries, blueprint: string, number: number) =>
  queries.first<GraphRow>(
    sql`select ${columns} from blueprint_version o where o.blueprint_id = ${blueprint} and o.number = ${number}`,
  )

export const latestOf = (queries: Queries, blueprints: readonly string[]) =>
  queries.rows<GraphRow>(
    sql`select distinct on (o.blueprint_id) ${columns} from blueprint_version o where o.blueprint_id = any(${blueprints}) order by o.blueprint_id, o.number desc`,
  )

export const listVersions = (queries: Queries, blueprint: string, after: Sql, limit: number) =>
  queries.rows<GraphRow>(sql`
    select o.* from (select *, lpad(number::text, 10, '0') as id from blueprint_version where blueprint_id = ${blueprint}) o
    where true ${after} order by o.created_at desc, o.id desc limit ${limit}`)

/** The graph that a run trains, or that a model came of. */
export const findTrained = async (queries: Queries, id: string): Promise<BlueprintGraph | undefined> =>
  (
    await queries.first<{ graph: BlueprintGraph }>(
      sql`select graph from training_run where id = ${id} or model_id = ${id}`,
    )
  )?.graph
