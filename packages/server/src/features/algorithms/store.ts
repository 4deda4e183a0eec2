import type { AlgorithmCode, CustomAlgorithm, UsedAlgorithm } from '@modelsmith/api'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type AlgorithmRow = {
  readonly id: string
  readonly native_algorithm: string | null
  readonly code: AlgorithmCode | null
  readonly definition: CustomAlgorithm['definition']
}

export const toCustomAlgorithm = (object: ObjectRow, row: AlgorithmRow): CustomAlgorithm => ({
  ...objectFields(object),
  description: object.description,
  nativeAlgorithm: row.native_algorithm,
  code: row.code,
  definition: row.definition,
})

/** What an experiment keeps of the algorithm that it chose. */
export const toUsedAlgorithm = ({ id, name, version }: ObjectRow, row: AlgorithmRow): UsedAlgorithm => ({
  id,
  name,
  version,
  nativeAlgorithm: row.native_algorithm,
  code: row.code,
  definition: row.definition,
})

export const insertAlgorithm = (queries: Queries, { id, native_algorithm, code, definition }: AlgorithmRow) =>
  queries.run(sql`insert into algorithm (id, native_algorithm, code, definition)
    values (${id}, ${native_algorithm}, ${code === null ? null : json(code)}, ${json(definition)})`)
export const findAlgorithm = (queries: Queries, id: string) =>
  queries.first<AlgorithmRow>(sql`select * from algorithm where id = ${id}`)
export const algorithmsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<AlgorithmRow>(sql`select * from algorithm where id = any(${ids})`)
export const changeAlgorithm = (queries: Queries, { id, native_algorithm, code, definition }: AlgorithmRow) =>
  queries.run(sql`update algorithm set native_algorithm = ${native_algorithm}, code = ${code === null ? null : json(code)},
    definition = ${json(definition)} where id = ${id}`)
