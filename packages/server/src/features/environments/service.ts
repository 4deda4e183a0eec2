import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Job } from '@modelsmith/api'
import {
  canonicalJson,
  checkContext,
  checkFolderSize,
  type FolderFile,
  isError,
  nextEnvironmentVersionState,
} from '@modelsmith/domain'
import { listEnvironments } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { authorise, authoriseCreate, createObject, touchByPlatform } from '../../infra/rights/objects.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { environmentError } from './errors.ts'
import * as store from './store.ts'

/** How the files of a zip are read. */
export type ReadArchive = (bytes: Uint8Array) => readonly FolderFile[]

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

export const createEnvironments = (
  { database, objects, settings }: Pick<Context, 'database' | 'objects' | 'settings'>,
  readArchive: ReadArchive,
) => {
  const filesOf = async (uploads: readonly UploadedFile[]): Promise<readonly FolderFile[]> => {
    const [only] = uploads
    if (only === undefined) throw environmentError('environment.empty', {})
    const findings = checkFolderSize(uploads.map(({ bytes }) => bytes))
    if (findings.length > 0) throw environmentError('environment.folder', { count: findings.length }, { findings })
    if (uploads.length === 1 && only.path.toLowerCase().endsWith('.zip')) return readArchive(await readFile(only.file))
    return Promise.all(uploads.map(async ({ path, file }) => ({ path, bytes: await readFile(file) })))
  }

  /** Puts the files of a folder that an image can be built from into the store; refuses another with all that is wrong. */
  const check = async (uploads: readonly UploadedFile[]) => {
    const { files, findings } = checkContext(await filesOf(uploads))
    const errors = findings.filter(isError)
    if (files === undefined || errors.length > 0)
      throw environmentError('environment.folder', { count: Math.max(1, errors.length) }, { findings: errors })
    const stored: StoredFile[] = []
    for (const { path, bytes } of files) stored.push({ path, ...(await objects.putBytes(bytes)) })
    const contentHash = createHash('sha256')
      .update(canonicalJson(stored.map(({ path, key }) => [path, key])))
      .digest('hex')
    return { files: stored, contentHash, warnings: findings.filter((finding) => !isError(finding)) }
  }

  const startBuild = async (
    queries: Queries,
    caller: Caller,
    row: Pick<store.EnvironmentVersionRow, 'id' | 'environment_id'>,
    reference: string,
  ) => {
    const job = await queueJob(queries, {
      kind: 'buildEnvironment',
      title: `Build ${reference}`,
      owner: caller.id,
      organisation: caller.organisation,
      subject: { kind: 'environment', id: row.environment_id },
      payload: { version: row.id },
    })
    await store.setBuilding(queries, row.id, job)
    return job
  }

  const addVersion = async (
    queries: Queries,
    caller: Caller,
    environment: { readonly id: string; readonly name: string },
    checked: Awaited<ReturnType<typeof check>>,
    note: string | null,
  ): Promise<string | undefined> => {
    await store.lockNames(queries, caller.organisation)
    const latest = await store.findLatest(queries, environment.id)
    if (latest?.content_hash === checked.contentHash) return undefined
    const id = newId('environmentVersion')
    const number = (latest?.number ?? 0) + 1
    const { files, contentHash, warnings } = checked
    await store.insertVersion(queries, {
      id,
      environment_id: environment.id,
      number,
      files,
      content_hash: contentHash,
      note,
      warnings,
    })
    await hold(queries, id, files)
    return startBuild(queries, caller, { id, environment_id: environment.id }, `${environment.name}@${number}`)
  }

  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'environment', id)
    return store.toEnvironment(object, (await store.findLatest(database, id)) as store.EnvironmentVersionRow)
  }

  /** A version of an environment to which the caller may do this. */
  const version = async (
    caller: Caller,
    id: string,
    action: 'view' | 'edit' | 'download' = 'view',
  ): Promise<store.EnvironmentVersionRow> => {
    const row = await store.findVersion(database, id)
    const asked = { kind: 'environment version', id }
    if (row === undefined) throw infraError('object.notFound', asked)
    await authorise(database, caller, action, 'environment', row.environment_id, asked)
    return row
  }

  const jobOf = async (id: string): Promise<Job> =>
    toJob((await findJob(database, id)) as NonNullable<Awaited<ReturnType<typeof findJob>>>) as Job

  const demandName = async (queries: Queries, organisation: string, name: string): Promise<void> => {
    if (!nameForm.test(name))
      throw environmentError('environment.name', { name, problem: 'it has other characters than tasks may write' })
    if ((await listEnvironments(settings.dataDir)).some((each) => each.name === name))
      throw environmentError('environment.name', { name, problem: 'a built-in environment has it' })
    await store.lockNames(queries, organisation)
    if (await store.isNameTaken(queries, organisation, name))
      throw environmentError('environment.name', {
        name,
        problem: 'another one of the organisation has it; whoever may change that one uploads a version of it',
      })
  }

  return {
    read,
    version,

    async upload(caller: Caller, uploads: readonly UploadedFile[], fields: Readonly<Record<string, string>>) {
      authoriseCreate(caller, 'environment')
      const name = fields['name'] ?? ''
      const checked = await check(uploads)
      const made = await database.transaction(async (queries) => {
        await demandName(queries, caller.organisation, name)
        const id = await createObject(queries, caller, 'environment', name, fields['description'] ?? '')
        return { id, job: await addVersion(queries, caller, { id, name }, checked, fields['note'] ?? null) }
      })
      return { environment: await read(caller, made.id), created: true, job: await jobOf(made.job ?? '') }
    },

    async uploadVersion(caller: Caller, id: string, uploads: readonly UploadedFile[], note: string | null) {
      const { name } = await authorise(database, caller, 'edit', 'environment', id)
      const checked = await check(uploads)
      const job = await database.transaction(async (queries) => {
        const started = await addVersion(queries, caller, { id, name }, checked, note)
        if (started !== undefined) await touchByPlatform(queries, id)
        return started
      })
      return {
        environment: await read(caller, id),
        created: job !== undefined,
        job: job === undefined ? null : await jobOf(job),
      }
    },

    async buildAgain(caller: Caller, id: string) {
      const row = await version(caller, id, 'edit')
      const job = await database.transaction(async (queries) => {
        await store.lockNames(queries, caller.organisation)
        const now = (await store.findVersion(queries, id)) as store.EnvironmentVersionRow
        if (nextEnvironmentVersionState(now.state, 'build') === undefined)
          throw environmentError('environment.building', { state: now.state })
        await touchByPlatform(queries, row.environment_id)
        return startBuild(queries, caller, row, store.referenceOf(row))
      })
      return { job: await jobOf(job) }
    },
  }
}
