import type { Outcome } from '@modelsmith/serving'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import type { HourCounts } from './aggregate.ts'
import type { BaselineFeature } from './baseline.ts'

export type BaselineRow = {
  readonly id: string
  readonly deployment_id: string
  readonly release_id: string
  readonly source: 'training' | 'dataset' | 'firstRows'
  readonly dataset_version_id: string | null
  readonly wanted_rows: number | null
  readonly state: 'waiting' | 'ready' | 'failed'
  readonly problem: string | null
  readonly rows: number | null
  readonly features: readonly BaselineFeature[] | null
  readonly created_at: Date
}

/** What a deployment is set to be measured against. */
export type BaselineSetting =
  | { readonly source: 'training' }
  | { readonly source: 'dataset'; readonly datasetVersionId: string }
  | { readonly source: 'firstRows'; readonly rows: number }

export const defaultFirstRows = 1000

/** One at a time writes counts: what is counted and what waits for a baseline never pass each other. */
export const alone = (queries: Queries) => queries.run(sql`select pg_advisory_xact_lock(hashtext('monitoring'))`)

export const databaseNow = async (queries: Queries): Promise<Date> =>
  ((await queries.first<{ now: Date }>(sql`select now() as now`)) as { now: Date }).now

/** The newest baseline of each of these releases; one is made where there is none. */
export const demandBaselines = async (queries: Queries, releases: readonly string[]): Promise<BaselineRow[]> => {
  await addBaselines(queries, releases)
  return queries.rows<BaselineRow>(sql`
    select distinct on (release_id) * from monitoring_baseline where release_id = any(${releases})
    order by release_id, created_at desc, id desc`)
}

const addBaselines = async (queries: Queries, releases: readonly string[]): Promise<void> => {
  const bare = await queries.rows<{
    id: string
    deployment_id: string
    trained: boolean
    baseline: BaselineSetting | null
  }>(
    sql`select r.id, r.deployment_id, num_nonnulls(r.model_id, mr.model_id) > 0 as trained, d.baseline
      from release r join deployment d on d.id = r.deployment_id left join model_release mr on mr.id = r.model_release_id
      where r.id = any(${releases}) and not exists (select 1 from monitoring_baseline b where b.release_id = r.id)`,
  )
  for (const { id, deployment_id, trained, baseline } of bare)
    await insertBaseline(queries, deployment_id, id, settingFor(trained, baseline))
}

const settingFor = (trained: boolean, setting: BaselineSetting | null): BaselineSetting => {
  if (setting !== null && (trained || setting.source !== 'training')) return setting
  return trained ? { source: 'training' } : { source: 'firstRows', rows: defaultFirstRows }
}

export const insertBaseline = (queries: Queries, deployment: string, release: string, setting: BaselineSetting) =>
  queries.run(sql`
    insert into monitoring_baseline (id, deployment_id, release_id, source, dataset_version_id, wanted_rows, state, created_at)
    values (${newId('baseline')}, ${deployment}, ${release}, ${setting.source},
      ${setting.source === 'dataset' ? setting.datasetVersionId : null}, ${setting.source === 'firstRows' ? setting.rows : null}, 'waiting', now())`)

/** Releases that answer and have no baseline yet. */
export const bareReleases = async (queries: Queries): Promise<string[]> =>
  (
    await queries.rows<{ id: string }>(sql`
      select r.id from release r join object o on o.id = r.deployment_id
      where r.state = 'latest' and o.deleted_at is null and not exists (select 1 from monitoring_baseline b where b.release_id = r.id)`)
  ).map(({ id }) => id)

/** Baselines that can be computed now, without waiting for rows. */
export const computableBaselines = (queries: Queries) =>
  queries.rows<BaselineRow>(
    sql`select * from monitoring_baseline where state = 'waiting' and source <> 'firstRows' order by created_at, id`,
  )

export const setBaselineReady = (queries: Queries, id: string, rows: number, features: readonly BaselineFeature[]) =>
  queries.run(sql`
    update monitoring_baseline set state = 'ready', rows = ${rows}, features = ${json(features)} where id = ${id} and state = 'waiting'`)

export const setBaselineFailed = (queries: Queries, id: string, problem: string) =>
  queries.run(
    sql`update monitoring_baseline set state = 'failed', problem = ${problem} where id = ${id} and state = 'waiting'`,
  )

export type HeldRow = { readonly request_id: string; readonly hour: Date; readonly segment: Buffer }

export const holdRows = (
  queries: Queries,
  baseline: string,
  row: { readonly requestId: string; readonly hour: string; readonly rows: number; readonly segment: Buffer },
) =>
  queries.run(sql`
    insert into monitoring_held (request_id, baseline_id, hour, rows, segment)
    values (${row.requestId}, ${baseline}, ${row.hour}, ${row.rows}, ${row.segment}) on conflict do nothing`)

export const heldCount = async (queries: Queries, baseline: string): Promise<number> =>
  (
    (await queries.first<{ rows: number }>(
      sql`select coalesce(sum(rows), 0)::bigint as rows from monitoring_held where baseline_id = ${baseline}`,
    )) as { rows: number }
  ).rows

/** What waited for a baseline, in the order of time; it waits no more. */
export const takeHeld = async (queries: Queries, baseline: string): Promise<HeldRow[]> =>
  (
    await queries.rows<HeldRow>(
      sql`delete from monitoring_held where baseline_id = ${baseline} returning request_id, hour, segment`,
    )
  ).toSorted((a, b) => a.hour.getTime() - b.hour.getTime() || (a.request_id < b.request_id ? -1 : 1))

export const addHours = async (queries: Queries, hours: readonly HourCounts[]): Promise<void> => {
  const key = ({ deploymentId, releaseId, hour }: HourCounts) => ({ d: deploymentId, r: releaseId, h: hour })
  const plain = hours.map((each) => ({
    ...key(each),
    n: each.requests,
    w: each.rows,
    e: each.errors,
    a: each.ahead,
    f: each.fallbacks,
  }))
  const errors = hours.flatMap((each) => [...each.errorCodes].map(([c, n]) => ({ ...key(each), c, n })))
  const latency = hours.flatMap((each) => [...each.latencyBins].map(([b, n]) => ({ ...key(each), b, n })))
  await queries.run(sql`
    insert into monitoring_hour as t (deployment_id, release_id, hour, requests, rows, errors, ahead, fallbacks)
    select d, r, h, n, w, e, a, f from jsonb_to_recordset(${json(plain)}::jsonb) as x(d text, r text, h timestamptz, n bigint, w bigint, e bigint, a bigint, f bigint)
    on conflict (deployment_id, hour, release_id) do update set requests = t.requests + excluded.requests, rows = t.rows + excluded.rows,
      errors = t.errors + excluded.errors, ahead = t.ahead + excluded.ahead, fallbacks = t.fallbacks + excluded.fallbacks`)
  await queries.run(sql`
    insert into monitoring_error as t (deployment_id, release_id, hour, code, requests)
    select d, r, h, c, n from jsonb_to_recordset(${json(errors)}::jsonb) as x(d text, r text, h timestamptz, c text, n bigint)
    on conflict (deployment_id, hour, release_id, code) do update set requests = t.requests + excluded.requests`)
  await queries.run(sql`
    insert into monitoring_latency as t (deployment_id, release_id, hour, bin, requests)
    select d, r, h, b, n from jsonb_to_recordset(${json(latency)}::jsonb) as x(d text, r text, h timestamptz, b integer, n bigint)
    on conflict (deployment_id, hour, release_id, bin) do update set requests = t.requests + excluded.requests`)
}

export const addFeatureCounts = async (
  queries: Queries,
  baseline: string,
  hour: string,
  counts: readonly (readonly number[])[],
): Promise<void> => {
  const features = counts.map((each, feature) => ({ feature, counts: each }))
  await queries.run(sql`
    insert into monitoring_count as t (baseline_id, hour, feature, counts)
    select ${baseline}, ${hour}, x.feature, array(select jsonb_array_elements_text(x.counts)::bigint)
    from jsonb_to_recordset(${json(features)}::jsonb) as x(feature smallint, counts jsonb)
    on conflict (baseline_id, hour, feature) do update set counts = add_counts(t.counts, excluded.counts)`)
}

export const isTrained = async (queries: Queries, release: string): Promise<boolean> =>
  (await queries.first(sql`
    select 1 from release r left join model_release mr on mr.id = r.model_release_id
    where r.id = ${release} and num_nonnulls(r.model_id, mr.model_id) > 0`)) !== undefined

/** For the releases to come. */
export const setDeploymentBaseline = (queries: Queries, deployment: string, setting: BaselineSetting) =>
  queries.run(sql`update deployment set baseline = ${json(setting)} where id = ${deployment}`)

/** Another takes the place of a baseline: one that was never ready counts nothing, and what waited for it is let go. */
export const leaveBaseline = async (queries: Queries, release: string): Promise<void> => {
  await queries.run(sql`
    delete from monitoring_held where baseline_id in (select id from monitoring_baseline where release_id = ${release} and state = 'waiting')`)
  await queries.run(sql`delete from monitoring_baseline where release_id = ${release} and state = 'waiting'`)
}

/** What a release answers, as the model says it. */
export const outcomeOf = async (queries: Queries, release: string): Promise<Outcome> => {
  const row = await queries.first<{ manifest: Outcome | null; hosted: { outcome: Outcome } | null }>(sql`
    select m.manifest, mr.serving as hosted from release r left join model m on m.id = r.model_id
    left join model_release mr on mr.id = r.model_release_id where r.id = ${release}`)
  const outcome = row?.manifest ?? row?.hosted?.outcome
  if (outcome === undefined) throw new Error('A release of nothing.')
  return outcome
}
