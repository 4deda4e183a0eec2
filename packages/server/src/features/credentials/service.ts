import type { BodyOf, Credential, CredentialGrant, Endpoints } from '@modelsmith/api'
import { may } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller } from '../../infra/http/handler.ts'
import {
  announceChange,
  authorise,
  authoriseCreate,
  authoriseUse,
  createObject,
  findObjects,
  referenceOf,
  removeObject,
  touch,
} from '../../infra/rights/objects.ts'
import { open, readKeys, seal } from '../../infra/secrets/seal.ts'
import * as store from './store.ts'

type Fields = BodyOf<Endpoints['createCredential']>['fields']

export const createCredentials = ({ database, settings }: Pick<Context, 'database' | 'settings'>) => {
  const sealed = (id: string, fields: Fields) => ({
    names: Object.keys(fields).sort(),
    sealed: seal(readKeys(settings.secretsKeyFile), id, JSON.stringify(fields)),
  })

  const read = async (caller: Caller, id: string): Promise<Credential> => {
    const object = await authorise(database, caller, 'view', 'credential', id)
    const [row] = await store.findCredentials(database, [id])
    return store.toCredential(object, row as store.CredentialRow)
  }

  return {
    read,

    async create(caller: Caller, body: BodyOf<Endpoints['createCredential']>): Promise<Credential> {
      authoriseCreate(caller, 'credential')
      const id = await database.transaction(async (queries) => {
        const made = await createObject(queries, caller, 'credential', body.name, body.description)
        await store.insertCredential(queries, made, body.type, sealed(made, body.fields))
        return made
      })
      return read(caller, id)
    },

    async change(caller: Caller, id: string, body: BodyOf<Endpoints['changeCredential']>, seen: number) {
      await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, 'edit', 'credential', id)
        await touch(queries, object, seen, { name: body.name, description: body.description })
        if (body.fields !== undefined) await store.setFields(queries, id, sealed(id, body.fields))
      })
      return read(caller, id)
    },

    async remove(caller: Caller, id: string, seen: number): Promise<void> {
      await database.transaction(async (queries) => {
        await removeObject(queries, await authorise(queries, caller, 'delete', 'credential', id), seen)
        await store.removeCredential(queries, id)
      })
    },

    async grants(caller: Caller, id: string): Promise<CredentialGrant[]> {
      await authorise(database, caller, 'view', 'credential', id)
      const rows = await store.listGrants(database, id)
      const tasks = await findObjects(
        database,
        caller,
        rows.map(({ task_id }) => task_id),
      )
      const seen = new Set(tasks.filter((task) => may(caller, 'view', referenceOf(task))).map((task) => task.id))
      return rows.map((row) =>
        store.toGrant(seen.has(row.task_id) ? row : { ...row, task_name: 'A task that you may not see' }),
      )
    },

    /** Whoever may give others the credential may give it to a task that they may edit: it changes what the task's runs are given. */
    async grant(caller: Caller, id: string, body: BodyOf<Endpoints['grantCredential']>) {
      const { taskVersionId, prefix, predictions = false } = body
      await database.transaction(async (queries) => {
        await authoriseUse(queries, caller, 'share', 'credential', id)
        const task = await store.taskOfVersion(queries, taskVersionId)
        const asked = { kind: 'task version', id: taskVersionId }
        if (task === undefined) throw infraError('object.notFound', asked)
        await authorise(queries, caller, 'edit', 'task', task, asked)
        await store.putGrant(queries, { credential: id, version: taskVersionId, prefix, predictions, by: caller.id })
        await announceChange(queries, id)
      })
      const grants = (await store.listGrants(database, id)).map(store.toGrant)
      return grants.find((grant) => grant.taskVersionId === taskVersionId) as CredentialGrant
    },

    async revoke(caller: Caller, id: string, taskVersionId: string): Promise<void> {
      await database.transaction(async (queries) => {
        await authorise(queries, caller, 'share', 'credential', id)
        if ((await store.removeGrant(queries, id, taskVersionId)) === 0)
          throw infraError('object.notFound', { kind: 'task version', id: taskVersionId })
        await announceChange(queries, id)
      })
    },
  }
}
export type Credentials = ReturnType<typeof createCredentials>

/** What a credential holds, for a job that uses it on behalf of somebody who may. */
export const openCredential = async (
  { settings }: Pick<Context, 'settings'>,
  queries: Queries,
  id: string,
): Promise<Fields> => {
  const row = await store.sealedOf(queries, id)
  if (row === undefined) throw infraError('object.notFound', { kind: 'credential', id })
  return JSON.parse(open(readKeys(settings.secretsKeyFile), id, { keyId: row.key_id, bytes: row.sealed })) as Fields
}

/** The variables of each of these versions of tasks that has any; only a job that runs them asks. */
export const variablesFor = async (
  { settings }: Pick<Context, 'settings'>,
  queries: Queries,
  organisation: string,
  versions: readonly string[],
  hookOf: store.HookOf,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> => {
  const found = new Map<string, Record<string, string>>()
  const rows = await store.sealedFor(queries, organisation, versions, hookOf)
  if (rows.length === 0) return found
  const keys = readKeys(settings.secretsKeyFile)
  for (const { id, version, prefix, key_id, sealed } of rows) {
    const fields = JSON.parse(open(keys, id, { keyId: key_id, bytes: sealed })) as Fields
    const named = Object.entries(fields).map(([field, value]) => [store.variableOf(prefix, field), value])
    // What was granted first stands, whatever fields another credential gains later.
    found.set(version, { ...Object.fromEntries(named), ...found.get(version) })
  }
  return found
}
