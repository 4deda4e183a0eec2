import { comparisonSums, distanceOf, larger, type Measured, type MeasuredRow, measuresOf } from '@modelsmith/domain'
import type { Outcome } from '@modelsmith/serving'
import { canonicalLabel } from '@modelsmith/table'
import { json, type Queries, sql } from '../../infra/database/database.ts'
import { alone, answersOf, isLater, type Prediction, predictionsIn } from '../monitoring/index.ts'
import type { AskedRequest, Scored } from './score-rows.ts'
import { type ChallengerRow, markScored, moveOn, outcomeOf } from './store.ts'

/** How the answers of a model are compared; undefined of transforms, and of several targets at once. */
export const comparableOf = ({ targetType, classes, outputs }: Outcome): Measured | undefined => {
  if (outputs === true || targetType === 'transform') return undefined
  if (targetType === 'binary' || targetType === 'multiclass')
    return { kind: 'classes', classes: classes.map(canonicalLabel) }
  return { kind: 'regression' }
}

/** A part of the kept rows, and what came of each of its requests. */
export type ScoredPart = {
  readonly sequence: number
  readonly hour: string
  readonly requests: readonly (AskedRequest & { readonly scored: Scored })[]
}

type Hour = {
  readonly release: string
  readonly hour: string
  rows: number
  failed: number
  sums: number[]
  largest: number | null
}
type Failed = { readonly hour: string; readonly code: string; message: string; rows: number }

/**
 * Counts what a challenger has scored, in the transaction that notes it as scored: parts that were counted before, by whomever, count
 * nothing again. The rows that count, and those that failed.
 */
export const countScored = async (
  queries: Queries,
  challenger: ChallengerRow,
  parts: readonly ScoredPart[],
  { isNew }: { readonly isNew: boolean },
): Promise<{ readonly rows: number; readonly failed: number }> => {
  // With those who count actual values: one that comes meanwhile finds the prediction, or is found by it.
  await alone(queries)
  const sequences = parts.map(({ sequence }) => sequence)
  const marked = await markScored(queries, challenger.id, sequences)
  if (isNew) await moveOn(queries, challenger.id, Math.max(...sequences))
  const own = parts.filter(({ sequence }) => marked.has(sequence))
  const hours = [...hoursOf(challenger, own).values()]
  await addHours(queries, challenger.id, hours)
  await addErrors(queries, challenger.id, [...errorsOf(own).values()])
  await putPredictions(queries, challenger, own)
  return {
    rows: hours.reduce((sum, { rows }) => sum + rows, 0),
    failed: hours.reduce((sum, { failed }) => sum + failed, 0),
  }
}

const hoursOf = (challenger: ChallengerRow, parts: readonly ScoredPart[]): Map<string, Hour> => {
  const outcome = outcomeOf(challenger)
  const how = comparableOf(outcome)
  const hours = new Map<string, Hour>()
  for (const { hour, requests } of parts)
    for (const { entry, rows, scored } of requests) {
      const key = `${hour} ${entry.releaseId}`
      const counts = hours.get(key) ?? { release: entry.releaseId, hour, rows: 0, failed: 0, sums: [], largest: null }
      hours.set(key, counts)
      if ('failure' in scored) {
        counts.failed += entry.rows
        continue
      }
      counts.rows += entry.rows
      if (how === undefined || comparableOf(rows.outcome)?.kind !== how.kind) continue
      const champion = inOrderOf(how, rows.outcome, answersOf(rows.scores, rows.outcome))
      answersOf(scored.scores, outcome).forEach((answer, row) => {
        const other = champion[row] as MeasuredRow
        const sums = comparisonSums(how, answer, other)
        if (sums === undefined) return
        counts.largest = larger(counts.largest, distanceOf(how, answer, other))
        sums.forEach((value, at) => (counts.sums[at] = (counts.sums[at] ?? 0) + value))
      })
    }
  return hours
}

/** Probabilities in the order of the challenger's classes. */
const inOrderOf = (how: Measured, { classes }: Outcome, answers: readonly MeasuredRow[]): readonly MeasuredRow[] => {
  if (how.kind !== 'classes') return answers
  const own = classes.map(canonicalLabel)
  const places = how.classes.map((label) => own.indexOf(label))
  if (places.every((place, at) => place === at)) return answers
  return answers.map((answer) => ({
    ...answer,
    probabilities: places.includes(-1)
      ? null
      : answer.probabilities && places.map((place) => answer.probabilities?.[place] as number),
  }))
}

const errorsOf = (parts: readonly ScoredPart[]): Map<string, Failed> => {
  const errors = new Map<string, Failed>()
  for (const { hour, requests } of parts)
    for (const { entry, scored } of requests) {
      if (!('failure' in scored)) continue
      const { code, message } = scored.failure
      const key = `${hour} ${code}`
      const counts = errors.get(key) ?? { hour, code, message, rows: 0 }
      errors.set(key, counts)
      counts.rows += entry.rows
      counts.message = message
    }
  return errors
}

const addHours = (queries: Queries, challenger: string, hours: readonly Hour[]) =>
  queries.run(sql`
    insert into challenger_hour as t (challenger_id, release_id, hour, rows, failed, largest, sums)
    select ${challenger}, x.release, x.hour, x.rows, x.failed, x.largest, array(select v::numeric from jsonb_array_elements_text(x.sums) with ordinality as e(v, n) order by n)
    from jsonb_to_recordset(${json(hours)}::jsonb) as x(release text, hour timestamptz, rows bigint, failed bigint, largest float8, sums jsonb)
    on conflict (challenger_id, hour, release_id) do update set rows = t.rows + excluded.rows, failed = t.failed + excluded.failed,
      largest = greatest(t.largest, excluded.largest), sums = add_sums(t.sums, excluded.sums)`)

const mostMessage = 2000

const addErrors = (queries: Queries, challenger: string, errors: readonly Failed[]) =>
  queries.run(sql`
    insert into challenger_error as t (challenger_id, hour, code, message, rows)
    select ${challenger}, x.hour, x.code, x.message, x.rows
    from jsonb_to_recordset(${json(errors.map((each) => ({ ...each, message: storable(each.message) })))}::jsonb)
      as x(hour timestamptz, code text, message text, rows bigint)
    on conflict (challenger_id, hour, code) do update set rows = t.rows + excluded.rows, message = excluded.message`)

/** PostgreSQL has no U+0000, and no half of a surrogate pair. */
const storable = (text: string): string => text.slice(0, mostMessage).replaceAll('\0', '').toWellFormed()

type Row = {
  readonly association_id: string
  readonly at: Date
  readonly request_id: string
  readonly row: number
}

/** Keeps what it said of rows with an association id, as the champion's predictions are kept: of each id the latest. */
const putPredictions = async (
  queries: Queries,
  challenger: ChallengerRow,
  parts: readonly ScoredPart[],
): Promise<void> => {
  const outcome = outcomeOf(challenger)
  const newest = new Map<string, Prediction>()
  for (const { hour, requests } of parts)
    for (const { entry, rows, scored } of requests) {
      if ('failure' in scored) continue
      const { releaseId, requestId, at } = entry
      const asked = { releaseId, requestId, at, hour, rows: { ...rows, scores: scored.scores, outcome } }
      for (const prediction of predictionsIn(asked)) {
        const other = newest.get(prediction.associationId)
        if (other === undefined || isLater(prediction, other)) newest.set(prediction.associationId, prediction)
      }
    }
  if (newest.size === 0) return
  const ids = [...newest.keys()]
  const before = await queries.rows<Row>(
    sql`select association_id, at, request_id, row from challenger_prediction where challenger_id = ${challenger.id} and association_id = any(${ids})`,
  )
  for (const { association_id: id, at, request_id: requestId, row } of before)
    if (!isLater(newest.get(id) as Prediction, { at: at.toISOString(), requestId, row })) newest.delete(id)
  const actuals = await queries.rows<{ association_id: string; value: string }>(
    sql`select association_id, value from monitoring_actual where deployment_id = ${challenger.deployment_id} and association_id = any(${ids})`,
  )
  const actualOf = new Map(actuals.map(({ association_id, value }) => [association_id, value]))
  const put = [...newest.values()].map((prediction) => ({
    ...prediction,
    measures: measuresFor(challenger, prediction, actualOf.get(prediction.associationId)),
  }))
  await queries.run(sql`
    insert into challenger_prediction as t (challenger_id, association_id, hour, at, request_id, row, prediction, label, probabilities, measures)
    select ${challenger.id}, x."associationId", x.hour, x.at, x."requestId", x.row, x.prediction, x.label, ${numbers('probabilities')}, ${numbers('measures')}
    from jsonb_to_recordset(${json(put)}::jsonb) as x("associationId" text, hour timestamptz, at timestamptz, "requestId" text, row integer,
      prediction float8, label text, probabilities jsonb, measures jsonb)
    on conflict (challenger_id, association_id) do update set hour = excluded.hour, at = excluded.at, request_id = excluded.request_id, row = excluded.row,
      prediction = excluded.prediction, label = excluded.label, probabilities = excluded.probabilities, measures = excluded.measures`)
}

const numbers = (column: 'probabilities' | 'measures') => {
  const value = column === 'probabilities' ? sql`x.probabilities` : sql`x.measures`
  return sql`case when jsonb_typeof(${value}) = 'array' then array(select v::float8 from jsonb_array_elements_text(${value}) with ordinality as e(v, n) order by n) end`
}

/** What a prediction adds to the sums of accuracy, once its actual value is known. */
export const measuresFor = (
  challenger: Pick<ChallengerRow, 'manifest' | 'hosted'>,
  prediction: MeasuredRow,
  actual: string | undefined,
): readonly number[] | null => {
  const how = comparableOf(outcomeOf(challenger))
  return how === undefined || actual === undefined ? null : (measuresOf(how, prediction, actual) ?? null)
}
