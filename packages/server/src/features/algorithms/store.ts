import type { CustomAlgorithm, UsedAlgorithm } from '@modelsmith/api'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type AlgorithmRow = {
  readonly id: string
  readonly native_algorithm: string
  readonly definition: CustomAlgorithm['definition']
}

export const toCustomAlgorithm = (object: ObjectRow, row: AlgorithmRow): CustomAlgorithm => ({
  ...objectFields(object),
  description: object.description,
  nativeAlgorithm: row.native_algorithm,
  definition: row.definition,
})

/** What an experiment keeps of the algorithm that it chose. */
export const toUsedAlgorithm = ({ id, name, version }: ObjectRow, row: AlgorithmRow): UsedAlgorithm => ({
  id,
  name,
  version,
  nativeAlgorithm: row.native_algorithm,
  definition: row.definition,
})

export const insertAlgorithm = (queries: Queries, row: AlgorithmRow) =>
  queries.run(
    sql`insert into algorithm (id, native_algorithm, definition) values (${row.id}, ${row.native_algorithm}, ${json(row.definition)})`,
  )
export const findAlgorithm = (queries: Queries, id: string) =>
  queries.first<AlgorithmRow>(sql`select * from algorithm where id = ${id}`)
export const algorithmsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<AlgorithmRow>(sql`select * from algorithm where id = any(${ids})`)
export const changeAlgorithm = (queries: Queries, { id, native_algorithm, definition }: AlgorithmRow) =>
  queries.run(
    sql`update algorithm set native_algorithm = ${native_algorithm}, definition = ${json(definition)} where id = ${id}`,
  )
