import { readFile } from 'node:fs/promises'
import type { FolderFile } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { letGo } from '../../infra/objects/references.ts'
import { authorise, listObjects, pageOf, removeObject, touch, wordsFor } from '../../infra/rights/objects.ts'
import { createNetworkGrants, requests, toRequests } from './network.ts'
import { createEnvironments, type ReadArchive } from './service.ts'
import * as store from './store.ts'

type Operations =
  | 'listCustomEnvironments'
  | 'uploadEnvironment'
  | 'getEnvironment'
  | 'changeEnvironment'
  | 'deleteEnvironment'
  | 'uploadEnvironmentVersion'
  | 'listEnvironmentVersions'
  | 'getEnvironmentVersion'
  | 'buildEnvironmentVersion'
  | 'downloadEnvironmentVersion'
  | 'listNetworkRequests'
  | 'grantNetwork'
  | 'revokeNetwork'

export type Archives = {
  readonly readArchive: ReadArchive
  readonly writeArchive: (files: readonly FolderFile[]) => Uint8Array
}

export const environmentRoutes = (context: Context, { readArchive, writeArchive }: Archives): Routes<Operations> => {
  const { database, objects } = context
  const environments = createEnvironments(context, readArchive)
  const network = createNetworkGrants(context)
  return {
    listCustomEnvironments: async ({ caller, query }) => {
      const page = await listObjects(database, caller, 'environment', query)
      const rows = await store.latestOf(
        database,
        page.items.map(({ id }) => id),
      )
      const latest = new Map(rows.map((row) => [row.environment_id, row]))
      return {
        items: page.items.map((row) => store.toEnvironment(row, latest.get(row.id) as store.EnvironmentVersionRow)),
        nextCursor: page.nextCursor,
      }
    },
    uploadEnvironment: ({ caller, upload }) => environments.upload(caller, upload.files, upload.fields),
    getEnvironment: ({ caller, params }) => environments.read(caller, params.id),
    changeEnvironment: async ({ caller, params, body, ifMatch }) => {
      await database.transaction(async (queries) =>
        touch(queries, await authorise(queries, caller, 'edit', 'environment', params.id), ifMatch, body),
      )
      return environments.read(caller, params.id)
    },
    deleteEnvironment: async ({ caller, params, ifMatch }) => {
      await database.transaction(async (queries) => {
        const row = await authorise(queries, caller, 'delete', 'environment', params.id)
        await store.lockNames(queries, caller.organisation)
        const user = await store.userOf(queries, row)
        if (user !== undefined)
          throw infraError('object.inUse', {
            kind: 'environment',
            name: row.name,
            by: await wordsFor(queries, caller, user),
          })
        await removeObject(queries, row, ifMatch)
        await letGo(queries, await store.versionIds(queries, params.id))
      })
    },
    uploadEnvironmentVersion: ({ caller, params, upload }) =>
      environments.uploadVersion(caller, params.id, upload.files, upload.fields['note'] ?? null),
    listEnvironmentVersions: async ({ caller, params, query }) => {
      await authorise(database, caller, 'view', 'environment', params.id)
      const page = await pageOf(query, (after, limit) => store.listVersions(database, params.id, after, limit))
      return { items: page.items.map(store.toEnvironmentVersion), nextCursor: page.nextCursor }
    },
    getEnvironmentVersion: async ({ caller, params }) =>
      store.toEnvironmentVersion(await environments.version(caller, params.id)),
    buildEnvironmentVersion: ({ caller, params }) => environments.buildAgain(caller, params.id),
    downloadEnvironmentVersion: async ({ caller, params }) => {
      const row = await environments.version(caller, params.id, 'download')
      const files = await Promise.all(
        row.files.map(async ({ path, key }) => ({
          path,
          bytes: new Uint8Array(await readFile(await objects.pathOf(key))),
        })),
      )
      return {
        stream: Buffer.from(writeArchive(files)),
        type: 'application/zip',
        fileName: `${row.environment_name} ${row.number}.zip`,
      }
    },
    listNetworkRequests: async ({ caller, query }) => {
      const page = await pageOf(query, (after, limit) => requests(database, caller, after, limit))
      return { items: await toRequests(database, page.items), nextCursor: page.nextCursor }
    },
    grantNetwork: ({ caller, params, body }) => network.grant(caller, params.id, body.reason.trim()),
    revokeNetwork: ({ caller, params }) => network.revoke(caller, params.id),
  }
}
