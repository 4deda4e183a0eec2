import type { Deployment, PredictionRequest } from '@modelsmith/api'
import { mask } from '@modelsmith/domain'
import { useCall } from '../../app/client.ts'
import { formatValue } from '../../ui/format.ts'

export type Row = Extract<PredictionRequest, { rows: unknown }>['rows'][number]

export type Examples = {
  /** What a column usually holds, by its name. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** The first row of the data that the model learned from. */
  readonly row: Row | undefined
}

/** What is known of the columns from the project's data; nothing where one may not see it. */
export const useExamples = ({ release, inputs }: Deployment): Examples => {
  const model = useCall('getModel', { params: { id: release.modelId } }, { enabled: release.modelKind === 'model' })
  const projectId = model.data?.projectId
  const project = useCall('getProject', { params: { id: projectId ?? '' } }, { enabled: projectId !== undefined })
  const data = project.data?.datasetVersionId
  const params = { id: data ?? '' }
  const profile = useCall('getDatasetProfile', { params }, { enabled: data !== undefined })
  const first = useCall('getDatasetRows', { params, query: { offset: 0, limit: 1 } }, { enabled: data !== undefined })
  const values = new Map(
    profile.data?.columns.map(({ name, numeric, top }) => [
      name,
      numeric === null ? top.map(({ value }) => value) : [formatValue(numeric.quantiles.p50)],
    ]),
  )
  const cells = first.data?.rows[0]
  if (cells === undefined) return { values, row: undefined }
  const known = new Map(first.data?.columns.map(({ name }, index) => [name, cells[index] ?? null]))
  const row = inputs.map(({ name, type }): [string, Row[string]] => [name, asType(known.get(name) ?? null, type)])
  return { values, row: Object.fromEntries(row) }
}

/** The dataset may be read in other types by now than the project froze. */
const asType = (value: Row[string], type: Deployment['inputs'][number]['type']): Row[string] => {
  if (value === null) return null
  if (type === 'number' || type === 'integer') return typeof value === 'number' ? value : null
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  return value === mask ? null : String(value)
}
