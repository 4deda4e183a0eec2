import type { JobPorts } from '../jobs/index.ts'
import { sensitiveOf } from '../sensitive-columns/index.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { BatchPayload } from './payload.ts'

/** What of the rows of a batch the log may keep: who reads it need not see the sensitive columns of the dataset. */
export type Loggable = { readonly rows: boolean; readonly ids: boolean }

export const loggableOf = async (
  queries: Queries,
  { job, log }: Pick<JobPorts, 'job' | 'log'>,
  inputs: readonly string[],
): Promise<Loggable> => {
  const { dataset, association, logged } = job.payload as BatchPayload
  const sensitive = await sensitiveIn(queries, dataset)
  const read = inputs.filter((name) => sensitive.includes(name))
  const loggable = { rows: read.length === 0, ids: association !== null && !sensitive.includes(association) }
  const say = (text: string) => log.add({ source: 'platform', node: null, text })
  if (logged && !loggable.rows)
    say(`Monitoring counts these rows and keeps none of them: the model reads sensitive columns (${read.join(', ')}).`)
  else if (logged && association !== null && !loggable.ids)
    say(`Monitoring keeps these rows without their ids: the column ${association} is sensitive.`)
  return loggable
}

export const sensitiveIn = async (queries: Queries, dataset: string | undefined): Promise<readonly string[]> =>
  dataset === undefined ? [] : ((await sensitiveOf(queries, [dataset])).get(dataset) ?? [])
