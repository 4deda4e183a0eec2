import { json, type Queries, sql } from '../../infra/database/database.ts'
import type { Given } from '../monitoring/index.ts'
import { measuresFor } from './count.ts'
import { challengersOf } from './store.ts'

type Row = {
  readonly challenger_id: string
  readonly association_id: string
  readonly prediction: number | null
  readonly label: string | null
  readonly probabilities: readonly number[] | null
}

/** Holds what challengers said against actual values that have come, for the first time or corrected. */
export const measureChallengers = async (
  queries: Queries,
  deployment: string,
  given: readonly Given[],
): Promise<void> => {
  const challengers = new Map((await challengersOf(queries, deployment)).map((each) => [each.id, each]))
  if (challengers.size === 0) return
  const actuals = new Map(given.map(({ id, value }) => [id, value]))
  const rows = await queries.rows<Row>(sql`
    select challenger_id, association_id, prediction, label, probabilities from challenger_prediction
    where challenger_id = any(${[...challengers.keys()]}) and association_id = any(${[...actuals.keys()]})`)
  const measured = rows.flatMap((row) => {
    const challenger = challengers.get(row.challenger_id)
    if (challenger === undefined) return []
    const m = measuresFor(challenger, row, actuals.get(row.association_id))
    return [{ c: row.challenger_id, id: row.association_id, m }]
  })
  await queries.run(sql`
    update challenger_prediction t
    set measures = case when jsonb_typeof(x.m) = 'array' then array(select v::float8 from jsonb_array_elements_text(x.m) with ordinality as e(v, n) order by n) end
    from jsonb_to_recordset(${json(measured)}::jsonb) as x(c text, id text, m jsonb)
    where t.challenger_id = x.c and t.association_id = x.id`)
}
