import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskUploaded, TaskVersion } from '@modelsmith/api'
import { canonicalJson, checkEnvironment, checkFolderSize, checkTaskFolder, isError } from '@modelsmith/domain'
import type { EngineTask, LibraryTask } from '@modelsmith/engine'
import { listEnvironments } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { type StoredFile, takeFolder } from '../../infra/objects/step-cache.ts'
import { authorise, authoriseCreate, createObject, touchByPlatform } from '../../infra/rights/objects.ts'
import { readArchive, type TaskFile } from './archive.ts'
import { taskError } from './errors.ts'
import * as store from './store.ts'

const toLibraryVersion = ({ entry, codeHash, id }: LibraryTask): TaskVersion => ({
  id,
  taskId: `builtin:${entry.name}`,
  taskName: entry.title,
  kind: 'builtin',
  number: `${entry.version}.0`,
  description: entry.description,
  language: 'python',
  targetTypes: entry.targetTypes,
  typeSchema: entry.typeSchema ?? {},
  hyperparameters: entry.hyperparameters,
  environment: entry.environment,
  group: entry.group,
  citation: entry.citation ?? null,
  files: [],
  contentHash: codeHash,
  warnings: [],
  note: null,
  createdAt: null,
})

export const createTasks = ({
  database,
  objects,
  library,
  settings,
}: Pick<Context, 'database' | 'objects' | 'library' | 'settings'>) => {
  const filesOf = async (uploads: readonly UploadedFile[]): Promise<TaskFile[]> => {
    const [only] = uploads
    if (only === undefined) throw taskError('task.empty', {})
    const findings = checkFolderSize(uploads.map(({ bytes }) => bytes))
    if (findings.length > 0) throw taskError('task.folder', { count: findings.length }, { findings })
    if (uploads.length === 1 && only.path.toLowerCase().endsWith('.zip')) return readArchive(await readFile(only.file))
    return Promise.all(uploads.map(async ({ path, file }) => ({ path, bytes: await readFile(file) })))
  }

  const environments = async () =>
    (await listEnvironments(settings.dataDir)).map(({ name, language, installed, packages }) => ({
      name,
      language,
      packages: installed ? packages : undefined,
    }))

  /** A folder that keeps the contract, its files in the store. */
  const check = async (uploads: readonly UploadedFile[]) => {
    const { task, findings: inFolder } = checkTaskFolder(await filesOf(uploads), { needsMetadata: true })
    const findings = [...inFolder, ...(task === undefined ? [] : checkEnvironment(task, await environments()))]
    const errors = findings.filter(isError)
    if (task === undefined || task.metadata === undefined || errors.length > 0)
      throw taskError('task.folder', { count: Math.max(1, errors.length) }, { findings: errors })
    const files: StoredFile[] = []
    for (const { path, bytes } of task.files) files.push({ path, ...(await objects.putBytes(bytes)) })
    const contentHash = createHash('sha256')
      .update(canonicalJson(files.map(({ path, key }) => [path, key])))
      .digest('hex')
    return {
      task,
      metadata: task.metadata,
      files,
      contentHash,
      warnings: findings.filter((finding) => !isError(finding)),
    }
  }

  const addVersion = async (
    queries: Queries,
    id: string,
    checked: Awaited<ReturnType<typeof check>>,
    note: string | null,
  ): Promise<boolean> => {
    const latest = await store.findLatest(queries, id)
    if (latest?.content_hash === checked.contentHash) return false
    const minor = checked.metadata.majorVersion === false && latest !== undefined
    const version = newId('taskVersion')
    await store.insertVersion(queries, {
      id: version,
      task_id: id,
      major: latest === undefined ? 1 : latest.major + (minor ? 0 : 1),
      minor: minor ? latest.minor + 1 : 0,
      language: checked.task.language,
      metadata: checked.metadata,
      target_types: checked.task.targetTypes,
      files: checked.files,
      content_hash: checked.contentHash,
      warnings: checked.warnings,
      note,
    })
    await hold(queries, version, checked.files)
    return true
  }

  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'task', id)
    return store.toTask(object, (await store.findLatest(database, id)) as store.TaskVersionRow)
  }

  /** A version that the caller may see: one of the library, or of a task of theirs. */
  const version = async (caller: Caller, id: string): Promise<TaskVersion> => {
    const builtin = library.find((task) => task.id === id)
    if (builtin !== undefined) return toLibraryVersion(builtin)
    return store.toTaskVersion(await row(caller, id))
  }

  const row = async (caller: Caller, id: string): Promise<store.TaskVersionRow> => {
    const found = await store.findTaskVersion(database, id)
    const asked = { kind: 'task version', id }
    if (found === undefined) throw infraError('object.notFound', asked)
    await authorise(database, caller, 'view', 'task', found.task_id, asked)
    return found
  }

  return {
    read,
    version,
    row,

    async upload(
      caller: Caller,
      uploads: readonly UploadedFile[],
      name: string | undefined,
      note: string | null,
    ): Promise<TaskUploaded> {
      authoriseCreate(caller, 'task')
      const checked = await check(uploads)
      const id = await database.transaction(async (queries) => {
        const made = await createObject(
          queries,
          caller,
          'task',
          name ?? checked.metadata.name,
          checked.metadata.description ?? '',
        )
        await addVersion(queries, made, checked, note)
        return made
      })
      return { task: await read(caller, id), created: true }
    },

    async uploadVersion(
      caller: Caller,
      id: string,
      uploads: readonly UploadedFile[],
      note: string | null,
    ): Promise<TaskUploaded> {
      await authorise(database, caller, 'edit', 'task', id)
      const checked = await check(uploads)
      const created = await database.transaction(async (queries) => {
        const made = await addVersion(queries, id, checked, note)
        if (made) await touchByPlatform(queries, id)
        return made
      })
      return { task: await read(caller, id), created }
    },

    async available(caller: Caller): Promise<TaskVersion[]> {
      const { rows } = await listAll(caller)
      return [...library.map(toLibraryVersion), ...rows.map(store.toTaskVersion)]
    },

    /** The versions that a graph names, of those that the caller may use. */
    async described(caller: Caller, ids: readonly string[]): Promise<Map<string, TaskVersion>> {
      const found = new Map<string, TaskVersion>()
      for (const id of new Set(ids)) {
        const known = await version(caller, id).catch(() => undefined)
        if (known !== undefined) found.set(id, known)
      }
      return found
    },
  }

  async function listAll(caller: Caller) {
    const ids = await database.rows<{ id: string }>({
      text: "select id from object where kind = 'task' and organisation_id = $1 and deleted_at is null order by name",
      values: [caller.organisation],
    })
    return {
      rows: await store.latestOf(
        database,
        ids.map(({ id }) => id),
      ),
    }
  }
}

export type Tasks = ReturnType<typeof createTasks>

/** Task versions as the engine runs them: library tasks as they are, custom ones with their files put into a folder by content. */
export const engineTasks = async (
  { database, objects, library }: Pick<Context, 'database' | 'objects' | 'library'>,
  ids: readonly string[],
  folder: string,
): Promise<Map<string, EngineTask>> => {
  const tasks = new Map<string, EngineTask>()
  for (const id of new Set(ids)) {
    const builtin = library.find((task) => task.id === id)
    if (builtin !== undefined) {
      tasks.set(id, builtin)
      continue
    }
    const row = await store.findTaskVersion(database, id)
    if (row === undefined) continue
    const codeDir = join(folder, row.content_hash)
    if (!existsSync(codeDir)) {
      const making = `${codeDir}.${process.pid}.new`
      await rm(making, { recursive: true, force: true })
      await mkdir(making, { recursive: true, mode: 0o755 })
      await takeFolder(objects, row.files, making)
      await rename(making, codeDir).catch(() => rm(making, { recursive: true, force: true }))
    }
    const version = store.toTaskVersion(row)
    tasks.set(id, {
      id,
      name: version.taskName,
      kind: 'custom',
      targetTypes: version.targetTypes,
      typeSchema: version.typeSchema,
      hyperparameters: version.hyperparameters,
      environment: version.environment,
      codeDir,
      codeHash: version.contentHash,
    })
  }
  return tasks
}
