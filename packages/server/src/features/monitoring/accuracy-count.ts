import { type Measured, type MeasuredRow, measuresOf } from '@modelsmith/domain'
import { type LoggedRows, type Outcome, scoreColumns } from '@modelsmith/serving'
import { canonicalLabel, rowsFromTable, type Table } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { isStorable } from '../../infra/database/text.ts'
import * as store from './accuracy-store.ts'

/** What an index of PostgreSQL takes; a longer id names nothing. */
export const mostIdBytes = 1000
export const isUsableId = (id: string): boolean => isStorable(id) && Buffer.byteLength(id) <= mostIdBytes

/** What of a model's answers can be held against actual values; undefined of transforms, and of several targets at once. */
export const measuredOf = ({ targetType, classes, outputs }: Outcome): Measured | undefined => {
  if (outputs === true || targetType === 'anomaly' || targetType === 'transform') return undefined
  if (targetType === 'binary' || targetType === 'multiclass')
    return { kind: 'classes', classes: classes.map(canonicalLabel) }
  return targetType === 'regression' ? { kind: 'regression' } : undefined
}

/** What a model said of each row; what is not finite is nothing that was said. */
export const answersOf = (scores: Table, outcome: Outcome): MeasuredRow[] => {
  const { predictions, probabilities } = scoreColumns(scores, outcome)
  return predictions.map((prediction, row) => {
    const isNumber = typeof prediction === 'number'
    const shares = probabilities.map((each) => each[row] as number)
    const isUsable = (isNumber ? [prediction] : shares).every(Number.isFinite)
    return {
      prediction: isNumber && isUsable ? prediction : null,
      label: !isNumber && isUsable ? canonicalLabel(prediction) : null,
      probabilities: isUsable && shares.length > 0 ? shares : null,
    }
  })
}

export type LoggedPredictions = {
  readonly releaseId: string
  readonly requestId: string
  readonly at: string
  readonly hour: string
  readonly rows: LoggedRows
}

/** The predictions of a request that have an association id. */
export const predictionsIn = ({ rows, ...request }: LoggedPredictions): store.Prediction[] => {
  const { scores, outcome, ids } = rows
  if (ids === undefined || measuredOf(outcome) === undefined) return []
  const answers = answersOf(scores, outcome)
  return rowsFromTable(ids).flatMap(([id = null], row) =>
    id === null || !isUsableId(String(id))
      ? []
      : [{ ...request, associationId: String(id), row, ...(answers[row] as MeasuredRow) }],
  )
}

type Ordered = Pick<store.Prediction, 'at' | 'requestId' | 'row'>

/** Of two predictions of one id the later one stands; which came to be known first does not matter. */
export const isLater = (a: Ordered, b: Ordered): boolean => {
  if (a.at !== b.at) return a.at > b.at
  return a.requestId === b.requestId ? a.row > b.row : a.requestId > b.requestId
}

const measured = (outcome: Outcome | undefined, row: store.Prediction, actual: string | undefined): number[] | null => {
  const how = outcome === undefined ? undefined : measuredOf(outcome)
  return how === undefined || actual === undefined ? null : (measuresOf(how, row, actual) ?? null)
}

/** Notes predictions with ids, and counts those whose actual value is known already. Under the lock of `countRequests`. */
export const countPredictions = async (
  queries: Queries,
  deployment: string,
  requests: readonly LoggedPredictions[],
): Promise<void> => {
  const newest = new Map<string, store.Prediction>()
  const outcomes = new Map<string, Outcome>()
  for (const request of requests) {
    for (const prediction of predictionsIn(request)) {
      const other = newest.get(prediction.associationId)
      if (other === undefined || isLater(prediction, other)) newest.set(prediction.associationId, prediction)
      outcomes.set(request.releaseId, request.rows.outcome)
    }
  }
  if (newest.size === 0) return
  for (const [release, outcome] of outcomes) await store.keepOutcome(queries, release, outcome)
  const ids = [...newest.keys()].toSorted()
  const before = await store.predictionsOf(queries, deployment, ids)
  const actuals = await store.actualsOf(queries, deployment, ids)
  const changes: store.Change[] = []
  const put: store.StoredPrediction[] = []
  for (const id of ids) {
    const prediction = newest.get(id) as store.Prediction
    const old = before.get(id)
    if (old !== undefined && !isLater(prediction, old)) continue
    if (old !== undefined) changes.push({ ...placeOf(old), sign: -1, prediction: true, measures: old.measures })
    const measures = measured(outcomes.get(prediction.releaseId), prediction, actuals.get(id))
    changes.push({ ...placeOf(prediction), sign: 1, prediction: true, measures })
    put.push({ ...prediction, measures })
  }
  await store.putPredictions(queries, deployment, put)
  await store.matchActuals(queries, deployment, ids)
  await store.addChanges(queries, deployment, changes)
}

const placeOf = ({ releaseId, hour }: store.Prediction) => ({ releaseId, hour })

export type Given = { readonly id: string; readonly value: string }

/** Takes actual values; says of how many ids what. */
export const countActuals = async (queries: Queries, deployment: string, given: readonly Given[]) => {
  const ids = given.map(({ id }) => id)
  const known = await store.actualsOf(queries, deployment, ids)
  const predictions = await store.predictionsOf(queries, deployment, ids)
  const outcomes = await store.outcomesOf(queries, [
    ...new Set([...predictions.values()].map(({ releaseId }) => releaseId)),
  ])
  const fresh = given.filter(({ id, value }) => known.get(id) !== value)
  const changes: store.Change[] = []
  const measures: { id: string; m: number[] | null }[] = []
  for (const { id, value } of fresh) {
    const prediction = predictions.get(id)
    if (prediction === undefined) continue
    const next = measured(outcomes.get(prediction.releaseId), prediction, value)
    const place = placeOf(prediction)
    if (prediction.measures !== null)
      changes.push({ ...place, sign: -1, prediction: false, measures: prediction.measures })
    if (next !== null) changes.push({ ...place, sign: 1, prediction: false, measures: next })
    measures.push({ id, m: next })
  }
  await store.putActuals(
    queries,
    deployment,
    fresh.map((each) => ({ ...each, matched: predictions.has(each.id) })),
  )
  await store.setMeasures(queries, deployment, measures)
  await store.addChanges(queries, deployment, changes)
  const waiting = ids.filter((id) => !predictions.has(id))
  const usable = new Map(measures.map(({ id, m }) => [id, m !== null]))
  return {
    received: given.length,
    new: fresh.filter(({ id }) => !known.has(id)).length,
    corrected: fresh.filter(({ id }) => known.has(id)).length,
    repeated: given.length - fresh.length,
    matched: given.length - waiting.length,
    unusable: [...usable.values()].filter((each) => !each).length,
    unknown: waiting.length,
    unknownIds: waiting.slice(0, mostUnknown),
  }
}

const mostUnknown = 1000
