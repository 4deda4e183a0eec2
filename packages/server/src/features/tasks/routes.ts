import { listEnvironments, readEnvironmentLock } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { letGo } from '../../infra/objects/references.ts'
import { authorise, listObjects, pageOf, removeObject, touch, wordsFor } from '../../infra/rights/objects.ts'
import { writeArchive } from './archive.ts'
import { taskError } from './errors.ts'
import type { TaskImports } from './git/imports.ts'
import type { Tasks } from './service.ts'
import * as store from './store.ts'
import { listTemplates } from './templates.ts'

type Operations =
  | 'listTasks'
  | 'uploadTask'
  | 'getTask'
  | 'changeTask'
  | 'deleteTask'
  | 'uploadTaskVersion'
  | 'listTaskTemplates'
  | 'createTask'
  | 'importTask'
  | 'importTaskVersion'
  | 'editTask'
  | 'listTaskUses'
  | 'listTaskVersions'
  | 'listTaskVersionsAvailable'
  | 'getTaskVersion'
  | 'checkTaskVersion'
  | 'compareTaskVersions'
  | 'cloneTaskVersion'
  | 'getTaskFile'
  | 'downloadTaskVersion'
  | 'listEnvironments'
  | 'downloadEnvironmentLock'

export const taskRoutes = (
  { database, settings }: Context,
  tasks: Tasks,
  imports: TaskImports,
): Routes<Operations> => ({
  listTasks: async ({ caller, query }) => {
    const page = await listObjects(database, caller, 'task', query)
    const latest = new Map(
      (
        await store.latestOf(
          database,
          page.items.map(({ id }) => id),
        )
      ).map((row) => [row.task_id, row]),
    )
    return {
      items: page.items.map((row) => store.toTask(row, latest.get(row.id) as store.TaskVersionRow)),
      nextCursor: page.nextCursor,
    }
  },
  uploadTask: ({ caller, upload }) => tasks.upload(caller, upload.files, upload.fields),
  getTask: ({ caller, params }) => tasks.read(caller, params.id),
  changeTask: async ({ caller, params, body, ifMatch }) => {
    await database.transaction(async (queries) => {
      await touch(queries, await authorise(queries, caller, 'edit', 'task', params.id), ifMatch, body)
      if (body.archived !== undefined) await store.setArchived(queries, params.id, body.archived)
    })
    return tasks.read(caller, params.id)
  },
  deleteTask: async ({ caller, params, ifMatch }) => {
    await database.transaction(async (queries) => {
      const row = await authorise(queries, caller, 'delete', 'task', params.id)
      const user = await store.userOf(queries, params.id)
      if (user !== undefined)
        throw infraError('object.inUse', { kind: 'task', name: row.name, by: await wordsFor(queries, caller, user) })
      await removeObject(queries, row, ifMatch)
      await letGo(queries, await store.versionIds(queries, params.id))
    })
  },
  uploadTaskVersion: ({ caller, params, upload }) =>
    tasks.uploadVersion(caller, params.id, upload.files, upload.fields),
  listTaskTemplates: async () => ({ items: await listTemplates() }),
  createTask: ({ caller, body }) => tasks.create(caller, body.template, body.metadata),
  importTask: ({ caller, body }) => imports.start(caller, body),
  importTaskVersion: ({ caller, params, body }) => imports.startVersion(caller, params.id, body),
  editTask: ({ caller, params, upload }) => tasks.edit(caller, params.id, upload.files, upload.fields),
  listTaskUses: async ({ caller, params }) => {
    const builtIn = tasks.builtInVersions(params.id)
    if (builtIn.length === 0) await authorise(database, caller, 'view', 'task', params.id)
    return { items: await store.listUses(database, caller, params.id, builtIn) }
  },
  listTaskVersions: async ({ caller, params, query }) => {
    await authorise(database, caller, 'view', 'task', params.id)
    const page = await pageOf(query, (after, limit) => store.listVersions(database, params.id, after, limit))
    return { items: page.items.map(store.toTaskVersion), nextCursor: page.nextCursor }
  },
  listTaskVersionsAvailable: async ({ caller }) => ({ items: await tasks.available(caller) }),
  getTaskVersion: ({ caller, params }) => tasks.version(caller, params.id),
  checkTaskVersion: ({ caller, params }) => tasks.checkVersion(caller, params.id),
  compareTaskVersions: ({ caller, params, query }) => tasks.compare(caller, params.id, query.with),
  cloneTaskVersion: ({ caller, params, body }) => tasks.clone(caller, params.id, body.name),
  getTaskFile: async ({ caller, params, query }) => {
    const row = await tasks.row(caller, params.id)
    const file = row.files.find(({ path }) => path === query.path)
    if (file === undefined) throw taskError('task.noFile', { path: query.path })
    const text = await tasks.textOf(file)
    return { path: file.path, text: text ?? null, bytes: file.bytes }
  },
  downloadTaskVersion: async ({ caller, params }) => {
    const row = await tasks.row(caller, params.id, 'download')
    const files = await tasks.storedFiles(row)
    return {
      stream: Buffer.from(writeArchive(files)),
      type: 'application/zip',
      fileName: `${row.task_name} ${store.numberOf(row)}.zip`,
    }
  },
  listEnvironments: async () => ({
    items: (await listEnvironments(settings.dataDir)).map(
      ({ name, description, language, installed, interpreter, pythons, downloadMb, diskMb, packages }) => ({
        name,
        description,
        language,
        state: installed ? 'ready' : 'notInstalled',
        interpreter: interpreter ?? null,
        pythons: [...pythons],
        downloadMb: downloadMb ?? null,
        diskMb: diskMb ?? null,
        // A package of Debian has more, such as its hash, which the lock tells.
        packages: packages.map((each) => ({ name: each.name, version: each.version })),
        error: null,
      }),
    ),
  }),
  downloadEnvironmentLock: async ({ params, query }) => ({
    stream: Buffer.from(await readEnvironmentLock(settings.dataDir, params.name, query.python)),
    type: 'text/plain; charset=utf-8',
    fileName: `${params.name}.lock`,
  }),
})
