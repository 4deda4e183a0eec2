import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { authorise, authoriseUse } from '../../infra/rights/objects.ts'
import { type Principal, principalOf } from '../../infra/rights/principal.ts'
import { openCredential } from '../credentials/index.ts'
import { batchError } from './errors.ts'
import type { BatchPayload } from './payload.ts'
import * as store from './store.ts'

const typeOf = { postgres: 'database', s3: 's3' } as const

/** That these may be read and written with their credentials: whoever may let one reach a task may let it reach a batch. */
export const demandCredentials = async (
  queries: Queries,
  caller: Principal,
  ends: readonly (BatchPayload['source'] | BatchPayload['sink'])[],
): Promise<void> => {
  for (const end of ends) {
    if (end.kind !== 'postgres' && end.kind !== 's3') continue
    await authoriseUse(queries, caller, 'share', 'credential', end.credentialId)
    const type = await store.credentialType(queries, end.credentialId)
    const expected = typeOf[end.kind]
    if (type !== undefined && type !== expected) throw batchError('batch.credentialType', { type, expected })
  }
}

/** What a credential holds, for a job of somebody who may still give it to others. */
export const fieldsFor = async (
  settings: Context['settings'],
  queries: Queries,
  id: string,
  owner: string,
): Promise<Readonly<Partial<Record<string, string>>>> => {
  await authorise(queries, await principalOf(queries, owner), 'share', 'credential', id)
  return openCredential({ settings }, queries, id)
}
