import type { DeploymentAccuracy } from '@modelsmith/api'
import { type Measured, scoresOfSums } from '@modelsmith/domain'
import { type Queries, sql } from '../../infra/database/database.ts'
import { measuredOf } from './accuracy-count.ts'
import { outcomesOf } from './accuracy-store.ts'
import { type Range, rangeFields } from './range.ts'
import { releasesOf, stepOf, within } from './reads.ts'

type Sums = {
  readonly at: Date | null
  readonly release_id: string
  readonly predictions: number
  readonly actuals: number
  readonly sums: readonly number[] | null
  /** Of regression: squared distances of the actual values from their mean, as exact as decimals are. */
  readonly spread: number | null
}

/** Sums of a release over the range (`at` is null) and over each step. */
const readSums = (queries: Queries, deployment: string, range: Range) =>
  queries.rows<Sums>(sql`
    with hours as materialized (
      select ${stepOf(range)} as at, release_id, predictions, actuals, sums from monitoring_accuracy where deployment_id = ${deployment} and ${within(range)}),
    counts as (select at, release_id, sum(predictions)::bigint as predictions, sum(actuals)::bigint as actuals from hours group by grouping sets ((at, release_id), (release_id))),
    places as (select at, release_id, n, sum(v) as total from hours, unnest(sums) with ordinality as u(v, n) group by grouping sets ((at, release_id, n), (release_id, n))),
    totals as (select at, release_id, array_agg(total order by n) as sums from places group by 1, 2)
    select c.*, t.sums::float8[] as sums, case when c.actuals > 0 then (t.sums[4] - t.sums[3] * t.sums[3] / c.actuals)::float8 end as spread
    from counts c left join totals t on t.release_id = c.release_id and t.at is not distinct from c.at order by c.at, c.release_id`)

/** Metrics of each release over a time of predictions, with the rows that they stand on. */
export const accuracyOf = async (
  queries: Queries,
  deployment: string,
  release: string | undefined,
  range: Range,
): Promise<DeploymentAccuracy> => {
  const [all, releases, waiting] = await Promise.all([
    readSums(queries, deployment, range),
    releasesOf(queries, deployment),
    queries.first<{ count: number }>(
      sql`select count(*)::bigint as count from monitoring_actual where deployment_id = ${deployment} and not matched`,
    ),
  ])
  const sums = all.filter(({ release_id }) => release === undefined || release_id === release)
  const outcomes = await outcomesOf(queries, [...new Set(sums.map(({ release_id }) => release_id))])
  const numbers = new Map(releases.map(({ id, number }) => [id, number]))
  const toEntry = ({ release_id, predictions, actuals, sums: own, spread }: Sums) => {
    const outcome = outcomes.get(release_id)
    const how: Measured | undefined = outcome === undefined ? undefined : measuredOf(outcome)
    const scores = how === undefined ? {} : scoresOfSums(how, actuals, own ?? [], spread ?? 0)
    return { releaseId: release_id, number: numbers.get(release_id) ?? 0, predictions, actuals, scores }
  }
  return {
    ...rangeFields(range),
    waitingActuals: waiting?.count ?? 0,
    releases: sums
      .filter(({ at }) => at === null)
      .map(toEntry)
      .toSorted((a, b) => b.number - a.number),
    series: sums.flatMap((each) => (each.at === null ? [] : [{ at: each.at.toISOString(), ...toEntry(each) }])),
  }
}
