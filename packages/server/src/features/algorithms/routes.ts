import type { algorithmEndpoints } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import {
  authorise,
  authoriseCreate,
  createObject,
  listObjects,
  removeObject,
  touch,
} from '../../infra/rights/objects.ts'
import { nativeAlgorithmList } from './native.ts'
import { type Chosen, define } from './service.ts'
import * as store from './store.ts'

export const algorithmRoutes = ({ database }: Context): Routes<keyof typeof algorithmEndpoints> => {
  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'algorithm', id)
    return store.toCustomAlgorithm(object, (await store.findAlgorithm(database, id)) as store.AlgorithmRow)
  }
  return {
    listAlgorithms: async () => ({ items: [...nativeAlgorithmList] }),
    listCustomAlgorithms: async ({ caller, query }) => {
      const { items, nextCursor } = await listObjects(database, caller, 'algorithm', query)
      const ids = items.map(({ id }) => id)
      const rows = new Map((await store.algorithmsOf(database, ids)).map((row) => [row.id, row]))
      return {
        items: items.map((object) => store.toCustomAlgorithm(object, rows.get(object.id) as store.AlgorithmRow)),
        nextCursor,
      }
    },
    createCustomAlgorithm: async ({ caller, body }) => {
      authoriseCreate(caller, 'algorithm')
      const id = await database.transaction(async (queries) => {
        const defined = await define(queries, caller, body, body.definition)
        const made = await createObject(queries, caller, 'algorithm', body.name, body.description)
        await store.insertAlgorithm(queries, { id: made, ...defined })
        return made
      })
      return read(caller, id)
    },
    getCustomAlgorithm: ({ caller, params }) => read(caller, params.id),
    changeCustomAlgorithm: async ({ caller, params: { id }, body, ifMatch }) => {
      await database.transaction(async (queries) => {
        await touch(queries, await authorise(queries, caller, 'edit', 'algorithm', id), ifMatch, body)
        const row = (await store.findAlgorithm(queries, id)) as store.AlgorithmRow
        const { definition = row.definition } = body
        const defined = await define(queries, caller, chosenBy(body) ?? chosenIn(row), definition, row.code)
        await store.changeAlgorithm(queries, { id, ...defined })
      })
      return read(caller, id)
    },
    deleteCustomAlgorithm: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) =>
        removeObject(queries, await authorise(queries, caller, 'delete', 'algorithm', params.id), ifMatch),
      )
    },
  }
}

/** What a change names; undefined where it leaves that as it is. */
const chosenBy = ({ nativeAlgorithm, taskVersionId }: Chosen): Chosen | undefined =>
  nativeAlgorithm === undefined && taskVersionId === undefined ? undefined : { nativeAlgorithm, taskVersionId }

const chosenIn = ({ native_algorithm, code }: store.AlgorithmRow): Chosen =>
  code === null ? { nativeAlgorithm: native_algorithm ?? undefined } : { taskVersionId: code.taskVersionId }
