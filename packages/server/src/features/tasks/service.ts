import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PushedCommit, Task, TaskComparison, TaskOrigin, TaskUploaded, TaskVersion } from '@modelsmith/api'
import {
  canonicalJson,
  changeMetadata,
  checkEnvironment,
  checkFolderSize,
  checkTaskFolder,
  type EnvironmentContent,
  environmentOf,
  isError,
  may,
  metadataFile,
  type TaskFolder,
  type TaskMetadata,
} from '@modelsmith/domain'
import type { Finding } from '@modelsmith/table'
import type { EngineTask, LibraryTask } from '@modelsmith/engine'
import { builtInNames, listEnvironments } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { type Queries, sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import { type StoredFile, takeFolder } from '../../infra/objects/step-cache.ts'
import { authorise, authoriseCreate, insertObject, referenceOf, touchByPlatform } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { allowed } from '../../infra/rights/visible.ts'
import { customContents, demandNetwork, resolveEnvironment } from '../environments/index.ts'
import { queueJob } from '../jobs/index.ts'
import { readArchive, type TaskFile } from './archive.ts'
import { compareVersions } from './comparison.ts'
import { applyEdit, readEdit, type TaskEdit } from './edit.ts'
import { taskError } from './errors.ts'
import * as store from './store.ts'
import { customVersions } from './placements.ts'
import { fillTemplate } from './templates.ts'

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
  predictionParameters: [],
  metrics: [],
  environment: entry.environment,
  requirements: null,
  group: entry.group,
  citation: entry.citation ?? null,
  files: [],
  contentHash: codeHash,
  warnings: [],
  note: null,
  origin: null,
  access: 'full',
  owner: null,
  createdAt: null,
})

const shownBytes = 2 ** 20

/** Whose a task is to be. */
type Owner = { readonly id: string; readonly organisation: string; readonly workspace: string }

/** A folder that keeps the contract, with its files in the store. */
type Checked = {
  readonly task: TaskFolder
  readonly metadata: TaskMetadata
  readonly files: readonly StoredFile[]
  readonly contentHash: string
  readonly warnings: readonly Finding[]
}

type Versioned = { readonly note: string | null; readonly origin: TaskOrigin | null }

type Fields = Readonly<Record<string, string>>

/** What the form of an upload says of a version. */
const versioned = (fields: Fields): Versioned => {
  const { commit, commitState, commitRemote, commitFolder } = fields as {
    commit?: string
    commitState?: PushedCommit['state']
    commitRemote?: string
    commitFolder?: string
  }
  const pushed = { state: commitState ?? 'unknown', remote: commitRemote ?? null, folder: commitFolder ?? '' }
  return { note: fields['note'] ?? null, origin: commit === undefined ? null : { kind: 'push', commit, ...pushed } }
}

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

  const storedFiles = (row: store.TaskVersionRow): Promise<TaskFile[]> =>
    Promise.all(
      row.files.map(async ({ path, key }) => ({
        path,
        bytes: new Uint8Array(await readFile(await objects.pathOf(key))),
      })),
    )

  /** Undefined when it is not UTF-8, or too large to show. */
  const textOf = async ({ key, bytes }: StoredFile): Promise<string | undefined> =>
    bytes > shownBytes ? undefined : decode(await readFile(await objects.pathOf(key)))

  const environments = async (person: Principal, known: string | undefined): Promise<EnvironmentContent[]> => [
    // What a task requires is put on top of a built-in environment; a custom one has what it has.
    ...(await listEnvironments(settings.dataDir)).map(({ name, language }) => ({
      name,
      language,
      packages: undefined,
    })),
    ...(await customContents(database, person, known)),
  ]

  const findingsOf = async (given: readonly TaskFile[], person: Principal, known: string | undefined) => {
    const { task, findings } = checkTaskFolder(given, { needsMetadata: true })
    return {
      task,
      findings: [...findings, ...(task === undefined ? [] : checkEnvironment(task, await environments(person, known)))],
    }
  }

  /**
   * Puts the files of a folder that keeps the contract into the store; refuses another with all that is wrong. `before` is what the
   * folder is to come after.
   */
  const check = async (
    given: readonly TaskFile[],
    person: Principal,
    before?: store.TaskVersionRow,
  ): Promise<Checked> => {
    const { task, findings } = await findingsOf(given, person, before === undefined ? undefined : environmentOf(before))
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
    caller: Pick<Owner, 'id' | 'organisation'>,
    id: string,
    checked: Checked,
    { note, origin }: Versioned,
  ): Promise<boolean> => {
    await store.lockTask(queries, id)
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
      origin,
    })
    await hold(queries, version, checked.files)
    if (checked.task.requirements.length > 0 && (await builtInNames()).includes(environmentOf(checked.task))) {
      const job = await queueJob(queries, {
        kind: 'prepareRequirements',
        title: `Prepare what ${checked.metadata.name} requires`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'task', id },
        payload: { taskVersion: version },
      })
      await store.setEnvironmentJob(queries, version, job)
    }
    return true
  }

  /** A new task with its first version. */
  const addTask = async (
    queries: Queries,
    owner: Owner,
    checked: Checked,
    { id, name, ...versioned }: Versioned & { readonly id: string; readonly name: string | undefined },
  ): Promise<void> => {
    const { name: own, description = '' } = checked.metadata
    await insertObject(queries, {
      id,
      kind: 'task',
      name: name ?? own,
      description,
      owner: owner.id,
      organisation: owner.organisation,
      workspace: owner.workspace,
    })
    await addVersion(queries, owner, id, checked, versioned)
  }

  const makeTask = async (caller: Caller, checked: Checked, made: Versioned & { name?: string | undefined }) => {
    const id = newId('task')
    await database.transaction((queries) => addTask(queries, caller, checked, { name: undefined, ...made, id }))
    return read(caller, id)
  }

  /** Somebody else saved a version since the one that an edit began from: nothing is saved over theirs unseen. */
  const demandLatest = async (queries: Queries, base: store.TaskVersionRow, edit: TaskEdit): Promise<void> => {
    const latest = (await store.findLatest(queries, base.task_id)) as store.TaskVersionRow
    if (latest.id === base.id) return
    const keys = (row: store.TaskVersionRow) => new Map(row.files.map(({ path, key }) => [path, key]))
    const [old, now] = [keys(base), keys(latest)]
    const touched = new Set([...edit.put.map(({ path }) => path), ...edit.remove, ...Object.keys(edit.rename)])
    const both = [...touched].filter((path) => old.get(path) !== now.get(path)).sort()
    const values = { name: base.task_name, seen: store.numberOf(base), now: store.numberOf(latest) }
    throw taskError('task.changed', values, {
      findings: both.map(
        (path): Finding => taskError('task.changedFile', { path }, { place: { file: path } }).toJSON(),
      ),
    })
  }

  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'task', id)
    return store.toTask(object, (await store.findLatest(database, id)) as store.TaskVersionRow)
  }

  /** A version that the caller may see or execute: one of the library, or of a task. */
  const version = async (caller: Caller, id: string): Promise<TaskVersion> => {
    const known = (await described(caller, [id])).get(id)
    if (known === undefined) throw infraError('object.notFound', { kind: 'task version', id })
    return known
  }

  /** A version of a task to which the caller may do this. */
  const row = async (
    caller: Principal,
    id: string,
    action: 'view' | 'use' | 'download' = 'view',
  ): Promise<store.TaskVersionRow> => {
    const found = await store.findTaskVersion(database, id)
    const asked = { kind: 'task version', id }
    if (found === undefined) throw infraError('object.notFound', asked)
    await authorise(database, caller, action, 'task', found.task_id, asked)
    return found
  }

  /** Versions by their ids, as far as the caller may see or execute them; those of the library are everybody's. */
  const described = async (caller: Principal, ids: readonly string[]): Promise<Map<string, TaskVersion>> => {
    const found = new Map<string, TaskVersion>()
    for (const task of library) if (ids.includes(task.id)) found.set(task.id, toLibraryVersion(task))
    for (const { version: known, object } of await customVersions(database, caller, ids)) {
      if (may(caller, 'view', referenceOf(object))) found.set(known.id, store.toTaskVersion(known))
      else if (may(caller, 'execute', referenceOf(object))) found.set(known.id, store.toExecutedVersion(known))
    }
    return found
  }

  return {
    read,
    version,
    row,

    check,
    addTask,
    addVersion,
    storedFiles,
    textOf,

    async upload(caller: Caller, uploads: readonly UploadedFile[], fields: Fields): Promise<TaskUploaded> {
      authoriseCreate(caller, 'task')
      const checked = await check(await filesOf(uploads), caller)
      return { task: await makeTask(caller, checked, { name: fields['name'], ...versioned(fields) }), created: true }
    },

    async uploadVersion(
      caller: Caller,
      id: string,
      uploads: readonly UploadedFile[],
      fields: Fields,
    ): Promise<TaskUploaded> {
      await authorise(database, caller, 'edit', 'task', id)
      const checked = await check(await filesOf(uploads), caller, await store.findLatest(database, id))
      const created = await database.transaction(async (queries) => {
        const made = await addVersion(queries, caller, id, checked, versioned(fields))
        if (made) await touchByPlatform(queries, id)
        return made
      })
      return { task: await read(caller, id), created }
    },

    async create(caller: Caller, template: string, metadata: TaskMetadata): Promise<TaskUploaded> {
      authoriseCreate(caller, 'task')
      const checked = await check(await fillTemplate(template, metadata), caller)
      const origin: TaskOrigin = { kind: 'template', template }
      return { task: await makeTask(caller, checked, { note: null, origin }), created: true }
    },

    async edit(
      caller: Caller,
      id: string,
      uploads: readonly UploadedFile[],
      fields: Readonly<Record<string, string>>,
    ): Promise<TaskUploaded> {
      await authorise(database, caller, 'edit', 'task', id)
      const base = await row(caller, fields['base'] ?? '')
      if (base.task_id !== id) throw infraError('object.notFound', { kind: 'task version', id: base.id })
      const put = await Promise.all(
        uploads.map(async ({ path, file }) => ({ path, bytes: new Uint8Array(await readFile(file)) })),
      )
      const edit: TaskEdit = { ...readEdit(fields), put, environment: fields['environment'] }
      await demandLatest(database, base, edit)
      const checked = await check(applyEdit(await storedFiles(base), edit), caller, base)
      const origin: TaskOrigin = { kind: 'edit', versionId: base.id, number: store.numberOf(base) }
      const created = await database.transaction(async (queries) => {
        await store.lockTask(queries, id)
        await demandLatest(queries, base, edit)
        const made = await addVersion(queries, caller, id, checked, { note: fields['note'] ?? null, origin })
        if (made) await touchByPlatform(queries, id)
        return made
      })
      return { task: await read(caller, id), created }
    },

    async clone(caller: Caller, id: string, name: string | undefined): Promise<Task> {
      authoriseCreate(caller, 'task')
      const from = await row(caller, id, 'use')
      const called = name ?? `${from.task_name} (copy)`.slice(-255)
      const files = (await storedFiles(from)).map((file) =>
        // `push` finds a task by the name in its metadata: a copy that kept it would be sent to the original.
        file.path === metadataFile
          ? { ...file, bytes: Buffer.from(changeMetadata(decode(file.bytes) ?? '', { name: called })) }
          : file,
      )
      const origin: TaskOrigin = {
        kind: 'clone',
        versionId: from.id,
        taskId: from.task_id,
        taskName: from.task_name,
        number: store.numberOf(from),
      }
      return makeTask(caller, await check(files, caller, from), { name: called, note: null, origin })
    },

    async compare(caller: Caller, id: string, other: string): Promise<TaskComparison> {
      return compareVersions(await row(caller, id), await row(caller, other), textOf)
    },

    async checkVersion(caller: Caller, id: string) {
      const version = await row(caller, id)
      const { findings } = await findingsOf(await storedFiles(version), caller, environmentOf(version))
      return {
        valid: !findings.some(isError),
        findings: findings.map((finding) => ({ ...finding })) as TaskVersion['warnings'],
      }
    },

    async available(caller: Caller): Promise<TaskVersion[]> {
      const { rows } = await listAll(caller)
      return [...library.map(toLibraryVersion), ...rows.map(store.toTaskVersion)]
    },

    described,

    /** The versions of a task of the library, by `builtin:<name>`; none where it is no such task. */
    builtInVersions: (id: string) =>
      library
        .filter(({ entry }) => `builtin:${entry.name}` === id)
        .map((task) => ({ id: task.id, major: task.entry.version, minor: 0 })),

    /** Refuses unless the caller may do this to the task of every version; one that is gone is nobody's. */
    async demandAll(caller: Principal, ids: readonly string[], action: 'view' | 'download'): Promise<void> {
      for (const { version: known, object } of await customVersions(database, caller, ids))
        if (!may(caller, action, referenceOf(object))) await row(caller, known.id, action)
    },

    /** Those of the versions whose code the caller may not see. */
    async unseen(caller: Principal, ids: readonly string[]): Promise<ReadonlySet<string>> {
      const versions = await customVersions(database, caller, ids)
      return new Set(
        versions.filter(({ object }) => !may(caller, 'view', referenceOf(object))).map(({ version: { id } }) => id),
      )
    },
  }

  async function listAll(caller: Caller) {
    const ids = await database.rows<{ id: string }>(sql`
      select o.id from object o where o.kind = 'task' and o.deleted_at is null and o.archived_at is null
        and ${allowed(caller, 'use', ['task'])} order by o.name`)
    return {
      rows: await store.latestOf(
        database,
        ids.map(({ id }) => id),
      ),
    }
  }
}

export type Tasks = ReturnType<typeof createTasks>

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The version of a task that something keeps whoever looks at it; nobody deletes a task that is in use. */
export const keptTaskVersion = async (queries: Queries, id: string): Promise<TaskVersion> => {
  const row = await store.findTaskVersion(queries, id)
  if (row === undefined) throw infraError('object.notFound', { kind: 'task version', id })
  return store.toTaskVersion(row)
}

/** The version of a task that the caller may use for what the transaction makes; until it ends nobody deletes the task. */
export const useTaskVersion = async (queries: Queries, caller: Principal, id: string): Promise<TaskVersion> => {
  const row = await store.findTaskVersion(queries, id)
  const asked = { kind: 'task version', id }
  if (row === undefined) throw infraError('object.notFound', asked)
  await queries.run(sql`select 1 from object where id = ${row.task_id} for share`)
  await authorise(queries, caller, 'use', 'task', row.task_id, asked)
  return store.toTaskVersion(row)
}

/** Task versions as the engine runs them: library tasks as they are, custom ones with their files put into a folder by content. */
export const engineTasks = async (
  { database, objects, library, settings }: Pick<Context, 'database' | 'objects' | 'library' | 'settings'>,
  ids: readonly string[],
  folder: string,
  organisation: string,
): Promise<Map<string, EngineTask>> => {
  const tasks = new Map<string, EngineTask>()
  const builtIn = new Set((await listEnvironments(settings.dataDir)).map(({ name }) => name))
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
    const network = row.metadata.network ?? 'isolated'
    if (network === 'public') await demandNetwork(database, id, version.taskName)
    tasks.set(id, {
      id,
      name: version.taskName,
      kind: 'custom',
      targetTypes: version.targetTypes,
      typeSchema: version.typeSchema,
      hyperparameters: version.hyperparameters,
      predictionParameters: version.predictionParameters,
      environment: await resolveEnvironment(database, organisation, version.environment, row.language, builtIn),
      network,
      codeDir,
      codeHash: version.contentHash,
      ...(row.environment_lock === null ? {} : { lock: row.environment_lock }),
    })
  }
  return tasks
}
