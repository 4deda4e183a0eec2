import { createHash } from 'node:crypto'
import { type Database, json, sql } from '../database/database.ts'
import { infraError } from '../errors.ts'

/** Runs a creation once for each key of a person, and gives the first answer again to a repetition. */
export type Idempotency = (
  person: string,
  key: string,
  request: unknown,
  run: () => Promise<unknown>,
) => Promise<unknown>

export const createIdempotency =
  (database: Database): Idempotency =>
  async (person, key, request, run) => {
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex')
    await database.run(sql`delete from idempotency_key where created_at < now() - interval '24 hours'`)
    const fresh = await database.run(sql`
      insert into idempotency_key (person_id, key, request_sha256, created_at) values (${person}, ${key}, ${hash}, now())
      on conflict do nothing`)
    if (fresh === 0) {
      const known = await database.first<{ request_sha256: string; answer: unknown }>(
        sql`select request_sha256, answer from idempotency_key where person_id = ${person} and key = ${key}`,
      )
      if (known === undefined || known.request_sha256 !== hash || known.answer === null)
        throw infraError('request.idempotency', {})
      return known.answer
    }
    try {
      const answer = await run()
      await database.run(
        sql`update idempotency_key set status = 1, answer = ${json(answer)} where person_id = ${person} and key = ${key}`,
      )
      return answer
    } catch (error) {
      // What failed may be tried again under the same key.
      await database.run(sql`delete from idempotency_key where person_id = ${person} and key = ${key}`)
      throw error
    }
  }
