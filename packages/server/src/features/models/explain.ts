import type { Explanation } from '@modelsmith/api'
import { holdoutPart, mask, may, validationPart } from '@modelsmith/domain'
import { tableFromRows } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { findObjects, referenceOf } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { hiddenOf } from '../sensitive-columns/index.ts'
import type { ProjectRow } from '../projects/index.ts'
import { modelError } from './errors.ts'
import type { ExplainPayload } from './explain-job.ts'
import { isTrained, partRows } from './parts.ts'
import type { ModelRow } from './store.ts'

export const explainDefaults = {
  rows: [],
  values: [],
  part: 'validation',
  order: 'highest',
  count: 3,
  background: 50,
  pairs: 2,
  seed: 0,
  method: 'exact',
} as const satisfies Partial<ExplainPayload>

/** Rows that one request asks a model: minutes for a task that answers some 10,000 of them a second. */
const mostAsked = 5_000_000
/** Outputs of the rows that are asked to explain one: what is in memory at a time. */
const mostHeld = 50_000_000

/** Before a job is made of it. */
export const demandExplainable = (payload: ExplainPayload, model: ModelRow, project: ProjectRow): void => {
  demandRows(payload, model, project)
  demandFew(payload, model, project)
}

/** That there is an end to what the model is asked, and room for what it answers. */
const demandFew = (
  { rows: numbers, values, count, background: most, pairs }: ExplainPayload,
  { manifest }: ModelRow,
  { partition, classes }: ProjectRow,
): void => {
  const rows = numbers.length + values.length || count
  const features = manifest.inputs.length
  const background = Math.min(most, partRows({ partition }, isTrained).length)
  const outputs = Math.max(1, classes.length)
  const each = background * 2 * pairs * features
  const limit = Math.min(mostAsked, Math.floor(mostHeld / outputs) * rows)
  if (rows * each > limit)
    throw modelError('model.tooMuchToExplain', {
      rows,
      features,
      background,
      pairs,
      asked: rows * each,
      outputs,
      limit,
    })
}

const demandRows = (
  { rows, values, part, order, changes }: ExplainPayload,
  { manifest, holdout_unlocked }: ModelRow,
  { partition, target_type }: ProjectRow,
): void => {
  const schema = { columns: manifest.inputs }
  tableFromRows(schema, [...values, ...(changes === undefined ? [] : [changes])])
  const absent = rows.filter((row) => row >= partition.length)
  if (absent.length > 0) throw modelError('model.noSuchRow', { rows: absent, most: partition.length - 1 })
  const held = holdout_unlocked ? [] : rows.filter((row) => partition.readInt8(row) === holdoutPart)
  if (held.length > 0) throw modelError('model.holdoutRows', { rows: held })
  if (rows.length > 0 || values.length > 0) return
  if (part === 'holdout' && !holdout_unlocked) throw modelError('model.holdoutLocked', {})
  if (order === 'worst' && target_type === 'anomaly') throw modelError('model.noTruth', {})
  if (!partition.includes(part === 'holdout' ? holdoutPart : validationPart))
    throw modelError('model.noneToExplain', { part })
}

/** Columns of the project's rows that the caller does not see: all of them where one of its datasets is not theirs to see. */
export const hiddenFrom = async (
  queries: Queries,
  caller: Principal,
  { dataset_id, further_datasets }: Pick<ProjectRow, 'dataset_id' | 'further_datasets'>,
): Promise<(name: string) => boolean> => {
  const datasets = [dataset_id, ...further_datasets]
  const objects = await findObjects(queries, caller, datasets)
  const seen = new Set(objects.filter((row) => may(caller, 'view', referenceOf(row))).map(({ id }) => id))
  if (!datasets.every((id) => seen.has(id))) return () => true
  const hidden = await hiddenOf(queries, caller, datasets)
  return (name) => hidden.has(name)
}

/** What was given with the request is the caller's own. */
export const maskExplanation = (
  explanation: Explanation,
  target: string | null,
  isHidden: (name: string) => boolean,
): Explanation => {
  if (explanation.row === null) return explanation
  const { features, values, changed, actual } = explanation
  const own = new Set(changed)
  return {
    ...explanation,
    values: values.map((value, index) => {
      const name = features[index] as string
      return value !== null && isHidden(name) && !own.has(name) ? mask : value
    }),
    actual: actual !== null && target !== null && isHidden(target) ? mask : actual,
  }
}
