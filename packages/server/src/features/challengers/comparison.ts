import type { ChallengerComparison } from '@modelsmith/api'
import { comparedOf, scoresOfSums } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { type DeploymentRow, findDeployment, servedId } from '../deployments/index.ts'
import { type Range, rangeFields, stepOf, within } from '../monitoring/index.ts'
import { comparableOf } from './count.ts'
import { type ChallengerRow, challengersOf, nameOfModel, outcomeOf } from './store.ts'
import { nameOf } from './words.ts'

type Sums = {
  readonly challenger_id: string
  /** Null: over the whole range. */
  readonly at: Date | null
  readonly rows: number
  readonly failed: number
  readonly largest: number | null
  readonly sums: readonly number[] | null
}

const readSums = (queries: Queries, challengers: readonly string[], range: Range) =>
  queries.rows<Sums>(sql`
    with hours as materialized (
      select ${stepOf(range)} as at, challenger_id, rows, failed, largest, sums from challenger_hour where challenger_id = any(${challengers}) and ${within(range)}),
    counts as (select at, challenger_id, sum(rows)::bigint as rows, sum(failed)::bigint as failed, max(largest) as largest from hours group by grouping sets ((at, challenger_id), (challenger_id))),
    places as (select at, challenger_id, n, sum(v) as total from hours, unnest(sums) with ordinality as u(v, n) group by grouping sets ((at, challenger_id, n), (challenger_id, n))),
    totals as (select at, challenger_id, array_agg(total order by n)::float8[] as sums from places group by 1, 2)
    select c.*, t.sums from counts c left join totals t on t.challenger_id = c.challenger_id and t.at is not distinct from c.at order by c.at, c.challenger_id`)

type Accuracy = {
  readonly challenger_id: string
  readonly rows: number
  readonly own: readonly number[]
  readonly champion: readonly number[]
  /** Of regression: squared distances of the actual values from their mean. */
  readonly spread: number | null
}

/** Sums over the rows that both answered in the same request, and whose actual value is known. */
const readAccuracy = (queries: Queries, deployment: string, challengers: readonly string[], range: Range) =>
  queries.rows<Accuracy>(sql`
    with pairs as materialized (
      select c.challenger_id, c.measures as own, m.measures as champion from challenger_prediction c
      join monitoring_prediction m on m.deployment_id = ${deployment} and m.association_id = c.association_id and m.request_id = c.request_id and m.row = c.row
      where c.challenger_id = any(${challengers}) and c.hour >= ${range.from.toISOString()}::timestamptz and c.hour < ${range.to.toISOString()}::timestamptz
        and c.measures is not null and m.measures is not null),
    counts as (select challenger_id, count(*) as rows from pairs group by 1),
    places as (select challenger_id, n, sum(o::numeric) as own, sum(c::numeric) as champion from pairs, unnest(own, champion) with ordinality as u(o, c, n) group by 1, 2),
    totals as (select challenger_id, array_agg(own order by n) as own, array_agg(champion order by n) as champion from places group by 1)
    select challenger_id, rows, own::float8[] as own, champion::float8[] as champion, (own[4] - own[3] * own[3] / rows)::float8 as spread
    from counts join totals using (challenger_id)`)

const readErrors = (queries: Queries, challengers: readonly string[], range: Range) =>
  queries.rows<{ challenger_id: string; code: string; message: string; rows: number }>(sql`
    select challenger_id, code, (array_agg(message order by hour desc))[1] as message, sum(rows)::bigint as rows
    from challenger_error where challenger_id = any(${challengers}) and ${within(range)} group by 1, 2 order by 4 desc, 2`)

const championRows = async (queries: Queries, deployment: string, range: Range): Promise<number> =>
  (
    (await queries.first<{ rows: number }>(
      sql`select coalesce(sum(rows), 0)::bigint as rows from monitoring_hour where deployment_id = ${deployment} and ${within(range)}`,
    )) as { rows: number }
  ).rows

/** What went wrong with rows, as somebody may read it. */
type Shown = (challenger: ChallengerRow, message: string) => Promise<string>

export const comparisonOf = async (
  queries: Queries,
  deployment: string,
  range: Range,
  shown: Shown,
): Promise<ChallengerComparison> => {
  const champion = (await findDeployment(queries, deployment)) as DeploymentRow
  const challengers = await challengersOf(queries, deployment)
  const ids = challengers.map(({ id }) => id)
  const sums = Map.groupBy(await readSums(queries, ids, range), ({ challenger_id }) => challenger_id)
  const accuracy = new Map(
    (await readAccuracy(queries, deployment, ids, range)).map((each) => [each.challenger_id, each]),
  )
  const errors = Map.groupBy(await readErrors(queries, ids, range), ({ challenger_id }) => challenger_id)
  const how = comparableOf(outcomeOf(champion))
  return {
    ...rangeFields(range),
    champion: {
      releaseId: champion.release_id,
      number: champion.release_number,
      name: await nameOfModel(queries, servedId(champion)),
      rows: await championRows(queries, deployment, range),
    },
    meanOf: how?.kind === 'classes' && how.classes.length === 2 ? (how.classes[1] ?? null) : null,
    challengers: await Promise.all(
      challengers.map(async (challenger) => {
        const own = sums.get(challenger.id) ?? []
        const whole = own.find(({ at }) => at === null)
        return {
          challengerId: challenger.id,
          name: nameOf(challenger),
          ...scoredOf(challenger, whole),
          errors: await Promise.all(
            (errors.get(challenger.id) ?? []).map(async ({ code, message, rows }) => ({
              code,
              message: await shown(challenger, message),
              rows,
            })),
          ),
          accuracy: accuracyOf(challenger, champion, accuracy.get(challenger.id)),
          series: own.flatMap((each) =>
            each.at === null ? [] : [{ at: each.at.toISOString(), ...scoredOf(challenger, each) }],
          ),
        }
      }),
    ),
  }
}

const scoredOf = (challenger: ChallengerRow, sums: Sums | undefined) => {
  const how = comparableOf(outcomeOf(challenger))
  const compared = how === undefined ? null : comparedOf(how, sums?.sums ?? [])
  return {
    rows: sums?.rows ?? 0,
    failed: sums?.failed ?? 0,
    compared: compared && {
      ...compared,
      largestDifference: sums?.largest ?? null,
      challenger: spreadOf(compared.challenger),
      champion: spreadOf(compared.champion),
    },
  }
}

const spreadOf = ({ mean, classes }: ReturnType<typeof comparedOf>['champion']) => ({
  mean,
  classes: classes.map((each) => ({ ...each })),
})

const accuracyOf = (challenger: ChallengerRow, champion: DeploymentRow, found: Accuracy | undefined) => {
  const [own, other] = [comparableOf(outcomeOf(challenger)), comparableOf(outcomeOf(champion))]
  if (found === undefined || own === undefined || other === undefined) return { rows: 0, challenger: {}, champion: {} }
  const spread = found.spread ?? 0
  return {
    rows: found.rows,
    challenger: scoresOfSums(own, found.rows, found.own, spread),
    champion: scoresOfSums(other, found.rows, found.champion, spread),
  }
}
