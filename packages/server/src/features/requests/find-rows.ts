import { type LoggedRequest, readSegment } from '@modelsmith/serving'
import { type Cell, type Column, type ColumnSchema, cellReader } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import { type AskedRequest } from '../challengers/index.ts'
import { actualsOf, isUsableId, type Range } from '../monitoring/index.ts'
import type { RowFilter } from './filter.ts'
import { nextParts, type Part, type Place } from './store.ts'

export type Wanted = {
  readonly deployment: string
  readonly range: Pick<Range, 'from' | 'to'>
  readonly release: string | undefined
  readonly filter: RowFilter
  readonly actual: 'with' | 'without' | undefined
}

/** Rows of one request that fit, with what is known of each by its association id. */
export type FoundRows = {
  readonly request: AskedRequest
  readonly rows: readonly number[]
  readonly ids: readonly (string | null)[]
  readonly actuals: readonly (string | null)[]
  /** Rows of its part that lie before its own. */
  readonly before: number
}
export type FoundPart = { readonly part: Pick<Part, 'hour' | 'sequence'>; readonly found: readonly FoundRows[] }

/** Rows are read of those requests alone that are asked for. */
const isAsked = (request: LoggedRequest): request is LoggedRequest & AskedRequest => request.block !== undefined

/** The requests of a part with their rows, newest first. */
export const requestsIn = (segment: Uint8Array): AskedRequest[] =>
  readSegment(segment)
    .filter(isAsked)
    .toSorted((a, b) => (a.entry.at === b.entry.at ? 0 : a.entry.at > b.entry.at ? -1 : 1))

/** Kept rows that fit, newest first, part by part: memory holds what is read at once. Parts without any come too. */
export async function* findRows(
  queries: Queries,
  { deployment, range, release, filter, actual }: Wanted,
  start?: Place,
): AsyncGenerator<FoundPart> {
  let place = start
  for (;;) {
    const parts = await nextParts(queries, deployment, range, place)
    for (const { hour, sequence, segment } of parts) {
      const passed = place?.sequence === sequence ? place.passed : 0
      let before = 0
      const fitting: Omit<FoundRows, 'actuals'>[] = []
      for (const request of requestsIn(segment)) {
        const first = before
        before += request.entry.rows
        if (before <= passed || (release !== undefined && request.entry.releaseId !== release)) continue
        const fits = filter(request.rows)
        const rows = Array.from({ length: request.entry.rows }, (_, row) => row).filter(
          (row) => first + row >= passed && fits(row),
        )
        if (rows.length > 0) fitting.push({ request, rows, ids: idsOf(request, rows), before: first })
      }
      yield { part: { hour, sequence }, found: await withActuals(queries, deployment, fitting, actual) }
    }
    const last = parts.at(-1)
    if (last === undefined) return
    place = { hour: last.hour, sequence: last.sequence - 1, passed: 0 }
  }
}

export const idsOf = ({ rows: { ids } }: AskedRequest, rows: readonly number[]): (string | null)[] => {
  if (ids === undefined) return rows.map(() => null)
  const read = cellReader(ids.columns[0] as Column, ids.schema.columns[0] as ColumnSchema)
  return rows.map((row) => {
    const id: Cell = read(row)
    return id === null ? null : String(id)
  })
}

/** Actual values of rows, by their ids. */
export const actualsBy = async (
  queries: Queries,
  deployment: string,
  ids: readonly (string | null)[],
): Promise<(id: string | null) => string | null> => {
  const usable = [...new Set(ids.filter((id): id is string => id !== null && isUsableId(id)))]
  const known = usable.length === 0 ? new Map<string, string>() : await actualsOf(queries, deployment, usable)
  return (id) => (id === null ? null : (known.get(id) ?? null))
}

const withActuals = async (
  queries: Queries,
  deployment: string,
  fitting: readonly Omit<FoundRows, 'actuals'>[],
  actual: Wanted['actual'],
): Promise<FoundRows[]> => {
  const actualOf = await actualsBy(
    queries,
    deployment,
    fitting.flatMap(({ ids }) => ids),
  )
  return fitting.flatMap((each) => {
    const places = each.ids
      .map((id, place) => ({ place, value: actualOf(id) }))
      .filter(({ value }) => actual === undefined || (actual === 'with') === (value !== null))
    if (places.length === 0) return []
    return [
      {
        ...each,
        rows: places.map(({ place }) => each.rows[place] as number),
        ids: places.map(({ place }) => each.ids[place] ?? null),
        actuals: places.map(({ value }) => value),
      },
    ]
  })
}
