import type { KeptRow, KeptRows } from '@modelsmith/api'
import type { Queries } from '../../infra/database/database.ts'
import { requestError } from './errors.ts'
import { findRows, type FoundRows, type Wanted } from './find-rows.ts'
import { shownColumns, shownRows } from './shown-rows.ts'
import type { Sight } from './sight.ts'
import type { Place } from './store.ts'

type Page = Pick<KeptRows, 'items' | 'nextCursor' | 'columns' | 'searchedTo'>

/** A page answers after about so long, with what was found until then. */
const patienceMs = 2000

export const listRows = async (
  queries: Queries,
  wanted: Wanted,
  { cursor, limit = 50 }: { readonly cursor?: string; readonly limit?: number },
  sight: Sight,
): Promise<Page> => {
  const began = Date.now()
  const items: KeptRow[] = []
  const schemas: FoundRows['request']['rows']['inputs']['schema'][] = []
  const ended = (place: Place | undefined): Page => ({
    items,
    columns: shownColumns(schemas, sight),
    nextCursor: place === undefined ? null : cursorOf(place),
    searchedTo: place?.hour.toISOString() ?? null,
  })
  for await (const { part, found } of findRows(queries, wanted, cursor === undefined ? undefined : placeOf(cursor))) {
    for (const each of found) {
      const taken = first(each, limit - items.length)
      items.push(...shownRows(taken, sight))
      schemas.push(each.request.rows.inputs.schema)
      if (items.length < limit) continue
      return ended({ ...part, passed: each.before + (taken.rows.at(-1) as number) + 1 })
    }
    if (Date.now() - began > patienceMs) return ended({ ...part, sequence: part.sequence - 1, passed: 0 })
  }
  return ended(undefined)
}

const first = (found: FoundRows, most: number): FoundRows => ({
  ...found,
  rows: found.rows.slice(0, most),
  ids: found.ids.slice(0, most),
  actuals: found.actuals.slice(0, most),
})

const cursorOf = ({ hour, sequence, passed }: Place): string =>
  Buffer.from(JSON.stringify([hour.toISOString(), sequence, passed])).toString('base64url')

const placeOf = (cursor: string): Place => {
  try {
    const [at, sequence, passed] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const hour = new Date(String(at))
    if (
      Number.isSafeInteger(sequence) &&
      Number.isSafeInteger(passed) &&
      /^\d{4}-/.test(String(at)) &&
      hour.toISOString() === at
    )
      return { hour, sequence: sequence as number, passed: passed as number }
  } catch {
    // Said below.
  }
  throw requestError('rows.cursor', {})
}
