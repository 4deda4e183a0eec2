import type { Outcome } from '@modelsmith/serving'
import type { MeasuredRow } from '@modelsmith/domain'
import { json, type Queries, sql } from '../../infra/database/database.ts'

export type Prediction = MeasuredRow & {
  readonly associationId: string
  readonly releaseId: string
  readonly hour: string
  readonly at: string
  readonly requestId: string
  readonly row: number
}

export type StoredPrediction = Prediction & { readonly measures: readonly number[] | null }

/** What an hour of a release gains or loses. */
export type Change = {
  readonly releaseId: string
  readonly hour: string
  readonly sign: 1 | -1
  /** Whether the prediction itself comes or goes, not its measures alone. */
  readonly prediction: boolean
  readonly measures: readonly number[] | null
}

type Row = {
  readonly association_id: string
  readonly release_id: string
  readonly hour: Date
  readonly at: Date
  readonly request_id: string
  readonly row: number
  readonly prediction: number | null
  readonly label: string | null
  readonly probabilities: readonly number[] | null
  readonly measures: readonly number[] | null
}

export const keepOutcome = (queries: Queries, release: string, outcome: Outcome) =>
  queries.run(
    sql`insert into monitoring_outcome (release_id, outcome) values (${release}, ${json(outcome)}) on conflict do nothing`,
  )

export const outcomesOf = async (queries: Queries, releases: readonly string[]): Promise<Map<string, Outcome>> => {
  const rows = await queries.rows<{ release_id: string; outcome: Outcome }>(
    sql`select release_id, outcome from monitoring_outcome where release_id = any(${releases})`,
  )
  return new Map(rows.map(({ release_id, outcome }) => [release_id, outcome]))
}

/** The predictions of these ids, by id. */
export const predictionsOf = async (
  queries: Queries,
  deployment: string,
  ids: readonly string[],
): Promise<Map<string, StoredPrediction>> => {
  const rows = await queries.rows<Row>(sql`
    select association_id, release_id, hour, at, request_id, row, prediction, label, probabilities, measures
    from monitoring_prediction where deployment_id = ${deployment} and association_id = any(${ids})`)
  return new Map(
    rows.map(({ association_id, release_id, hour, at, request_id, ...others }) => [
      association_id,
      {
        ...others,
        associationId: association_id,
        releaseId: release_id,
        hour: hour.toISOString(),
        at: at.toISOString(),
        requestId: request_id,
      },
    ]),
  )
}

const numbersList = sql`case when jsonb_typeof(x.p) = 'array' then array(select v::float8 from jsonb_array_elements_text(x.p) with ordinality as e(v, n) order by n) end`

export const putPredictions = (queries: Queries, deployment: string, predictions: readonly StoredPrediction[]) =>
  queries.run(sql`
    insert into monitoring_prediction as t (deployment_id, association_id, release_id, hour, at, request_id, row, prediction, label, probabilities, measures)
    select ${deployment}, x."associationId", x."releaseId", x.hour, x.at, x."requestId", x.row, x.prediction, x.label, ${numbersList},
      case when jsonb_typeof(x.measures) = 'array' then array(select v::float8 from jsonb_array_elements_text(x.measures) with ordinality as e(v, n) order by n) end
    from jsonb_to_recordset(${json(predictions.map(({ probabilities, ...each }) => ({ ...each, p: probabilities })))}::jsonb)
      as x("associationId" text, "releaseId" text, hour timestamptz, at timestamptz, "requestId" text, row integer, prediction float8, label text, p jsonb, measures jsonb)
    on conflict (deployment_id, association_id) do update set release_id = excluded.release_id, hour = excluded.hour, at = excluded.at,
      request_id = excluded.request_id, row = excluded.row, prediction = excluded.prediction, label = excluded.label,
      probabilities = excluded.probabilities, measures = excluded.measures`)

export const setMeasures = (
  queries: Queries,
  deployment: string,
  measures: readonly { readonly id: string; readonly m: readonly number[] | null }[],
) =>
  queries.run(sql`
    update monitoring_prediction t
    set measures = case when jsonb_typeof(x.m) = 'array' then array(select v::float8 from jsonb_array_elements_text(x.m) with ordinality as e(v, n) order by n) end
    from jsonb_to_recordset(${json(measures)}::jsonb) as x(id text, m jsonb)
    where t.deployment_id = ${deployment} and t.association_id = x.id`)

export const actualsOf = async (
  queries: Queries,
  deployment: string,
  ids: readonly string[],
): Promise<Map<string, string>> => {
  const rows = await queries.rows<{ association_id: string; value: string }>(
    sql`select association_id, value from monitoring_actual where deployment_id = ${deployment} and association_id = any(${ids})`,
  )
  return new Map(rows.map(({ association_id, value }) => [association_id, value]))
}

export const putActuals = (
  queries: Queries,
  deployment: string,
  actuals: readonly { readonly id: string; readonly value: string; readonly matched: boolean }[],
) =>
  queries.run(sql`
    insert into monitoring_actual (deployment_id, association_id, value, matched, received_at)
    select ${deployment}, x.id, x.value, x.matched, now() from jsonb_to_recordset(${json(actuals)}::jsonb) as x(id text, value text, matched boolean)
    on conflict (deployment_id, association_id) do update set value = excluded.value, matched = excluded.matched, received_at = excluded.received_at`)

export const matchActuals = (queries: Queries, deployment: string, ids: readonly string[]) =>
  queries.run(
    sql`update monitoring_actual set matched = true where deployment_id = ${deployment} and association_id = any(${ids}) and not matched`,
  )

/** Numbers travel as the decimals that JSON writes, and are added up as such. */
export const addChanges = async (queries: Queries, deployment: string, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return
  const rows = changes.map(({ releaseId, hour, sign, prediction, measures }) => ({
    r: releaseId,
    h: hour,
    s: sign,
    p: prediction ? sign : 0,
    a: measures === null ? 0 : sign,
    m: measures ?? [],
  }))
  await queries.run(sql`
    insert into monitoring_accuracy as t (deployment_id, release_id, hour, predictions, actuals, sums)
    with x as materialized (select * from jsonb_to_recordset(${json(rows)}::jsonb) as x(r text, h timestamptz, s integer, p integer, a integer, m jsonb)),
      counts as (select r, h, sum(p) as p, sum(a) as a from x group by 1, 2),
      places as (select r, h, n, sum(v::numeric * s) as total from x, jsonb_array_elements_text(x.m) with ordinality as e(v, n) group by 1, 2, 3),
      sums as (select r, h, array_agg(total order by n) as sums from places group by 1, 2)
    select ${deployment}, c.r, c.h, c.p, c.a, coalesce(s.sums, '{}') from counts c left join sums s using (r, h) order by 3, 2
    on conflict (deployment_id, hour, release_id) do update set predictions = t.predictions + excluded.predictions,
      actuals = t.actuals + excluded.actuals, sums = add_sums(t.sums, excluded.sums)`)
}
