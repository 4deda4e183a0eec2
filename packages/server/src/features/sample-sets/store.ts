import type { SampleSet } from '@modelsmith/api'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { type ObjectRow, objectFields } from '../../infra/rights/objects.ts'

export type SampleSetRow = {
  readonly id: string
  readonly dataset_versions: readonly string[]
  readonly fields: SampleSet['fields']
  readonly labels: SampleSet['labels']
}

export const toSampleSet = (object: ObjectRow, row: SampleSetRow): SampleSet => ({
  ...objectFields(object),
  description: object.description,
  datasetVersionIds: [...row.dataset_versions],
  fields: row.fields,
  labels: row.labels,
})

export const putSampleSet = (queries: Queries, { id, dataset_versions, fields, labels }: SampleSetRow) =>
  queries.run(sql`
    insert into sample_set (id, dataset_versions, fields, labels)
    values (${id}, ${json(dataset_versions)}, ${json(fields)}, ${json(labels)})
    on conflict (id) do update set dataset_versions = excluded.dataset_versions, fields = excluded.fields, labels = excluded.labels`)

export const findSampleSet = (queries: Queries, id: string) =>
  queries.first<SampleSetRow>(sql`select * from sample_set where id = ${id}`)
export const sampleSetsOf = (queries: Queries, ids: readonly string[]) =>
  queries.rows<SampleSetRow>(sql`select * from sample_set where id = any(${ids})`)
