import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelRelease, Origin } from '@modelsmith/api'
import { archiveLimits } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller, Upload } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold } from '../../infra/objects/references.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { authoriseCreate, createObject, touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import {
  findModelRelease,
  importedBefore,
  insertImported,
  insertRegisteredModel,
  lockModel,
  type ModelReleaseRow,
  type Readers,
  registeredModel,
  releasedFiles,
  toModelRelease,
} from '../hosting/index.ts'
import { registryError } from './errors.ts'
import { type OpenedArchive, openArchive } from './open-archive.ts'
import { servedIn, servedPaths } from './served-in.ts'
import { trustedByKey } from './store.ts'

type Fields = { readonly registeredModelId?: string; readonly name?: string }

/** Takes releases that a trusted installation has exported: whole, or nothing of one. */
export const createImport = (context: Context, readers: Readers) => {
  const { database, objects, settings } = context

  /** Puts what answers into the store; the collector takes it away again where nothing comes of it. */
  const store = async (opened: OpenedArchive): Promise<StoredFile[]> => {
    const stored: StoredFile[] = []
    for (const [path, file] of servedPaths(opened.files)) stored.push({ path, ...(await objects.putFile(file)) })
    return stored.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** The line that it goes into; its row is held where there is one already. */
  const lineFor = async (queries: Queries, caller: Caller, fields: Fields, opened: OpenedArchive): Promise<string> => {
    const { model } = opened.manifest
    const { registeredModelId: id, name = model.name } = fields
    if (id === undefined) {
      const made = await createObject(queries, caller, 'registeredModel', name, model.description)
      await insertRegisteredModel(queries, { id: made, alias: model.alias })
      return made
    }
    await lockModel(queries, id)
    const { object } = await registeredModel(queries, caller, 'edit', id)
    const before = await importedBefore(queries, id, {
      fingerprint: opened.fingerprint,
      releaseId: opened.manifest.release.id,
    })
    if (before !== undefined) throw registryError('archive.twice', { name: object.name, number: before.number })
    return id
  }

  const demandRight = async (caller: Caller, { registeredModelId: id }: Fields): Promise<void> => {
    if (id === undefined) authoriseCreate(caller, 'registeredModel')
    else await registeredModel(database, caller, 'edit', id)
  }

  return async (caller: Caller, { files, fields }: Upload): Promise<ModelRelease> => {
    const asked = fields as Fields
    await demandRight(caller, asked)
    const [file] = files
    if (file === undefined || files.length > 1) throw registryError('archive.oneFile', { count: files.length })
    if (file.bytes > archiveLimits.bytes) throw registryError('archive.size', { bytes: file.bytes, files: 1 })
    const folder = join(placesOf(settings).uploads, randomUUID())
    await mkdir(folder, { recursive: true })
    try {
      const entries = await readers.ask<'unpack'>({ kind: 'unpack', path: file.file, into: folder })
      const opened = await openArchive(
        entries,
        async (key) => (await trustedByKey(database, caller.organisation, key))?.name,
      )
      const served = await servedIn(context, readers, caller.organisation, opened)
      const findings = [...opened.findings, ...('findings' in served ? served.findings : [])]
      if (findings.length > 0 || 'findings' in served)
        throw registryError('archive.refused', { count: findings.length }, { findings })
      const serving = served.serve(await store(opened))
      const id = newId('modelRelease')
      await database.transaction(async (queries) => {
        const model = await lineFor(queries, caller, asked, opened)
        const origin = { ...originOf(caller, opened), lineage: opened.manifest.lineage, archive: archiveOf(opened) }
        await insertImported(queries, { id, model, description: opened.manifest.release.description, serving, origin })
        await hold(queries, id, [...releasedFiles(serving), ...(serving.file === null ? [] : [serving.file])])
        await touchByPlatform(queries, model)
      })
      return toModelRelease((await findModelRelease(database, id)) as ModelReleaseRow)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const archiveOf = ({ manifest: { environments, files } }: OpenedArchive) => ({ environments, files })

const originOf = (caller: Caller, { installation, fingerprint, manifest }: OpenedArchive): Origin => {
  const { model, release, exportedAt, exportedBy, metrics } = manifest
  return {
    installation,
    address: manifest.installation.address,
    fingerprint,
    modelId: model.id,
    modelName: model.name,
    releaseId: release.id,
    releaseNumber: release.number,
    publishedAt: release.publishedAt,
    experiment: release.experiment,
    exportedAt,
    exportedBy,
    importedAt: new Date().toISOString(),
    importedBy: { id: caller.id, name: caller.person.name },
    metrics,
  }
}
