import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileUpload } from '@modelsmith/api'
import { ModelsmithError } from '@modelsmith/table'
import type { Described } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import { authoriseUse, touchByPlatform } from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { demandModelFilesRun } from '../organisation/index.ts'
import { demandHosting, demandOpen, experiment, fileUpload } from './access.ts'
import { isCoded, type SavedModel } from './coded/coded-file.ts'
import { applicationUnder } from './experiments.ts'
import { hostingError } from './errors.ts'
import type { Readers } from './readers.ts'
import * as store from './store.ts'

const endings = ['.pkl', '.pickle', '.joblib', '.sav', '.zip', '.txt', '.json', '.ubj', '.model', '.bin', '.cbm']
const partBytes = 4 * 2 ** 20

/** How a model file comes: in one piece or in parts, inspected before anything of it is kept. */
export const createUploads = ({ database, objects, settings }: Context, readers: Readers) => {
  const { uploads } = placesOf(settings)

  /** Inspects a file on disk; a refused one leaves nothing behind, but where only code can tell whether it is any good. */
  const takeFile = async (
    caller: Caller,
    id: string,
    { path: name, file: path, bytes, sha256 }: UploadedFile,
    uploading?: string,
  ): Promise<void> => {
    const described = await readers.ask<'describe'>({ kind: 'describe', path })
    const problem = 'problem' in described ? described.problem : undefined
    // Only code reads a file that is refused here, and only where somebody has allowed that it is run.
    if (problem !== undefined) {
      const { custom_algorithm } = (await store.findExperiment(database, id)) as store.ExperimentRow
      if (!isCoded(custom_algorithm)) {
        const refusal = ModelsmithError.fromJSON(problem)
        if (isForCode(refusal) && uploading === undefined)
          await keepWhole(id, { path: name, file: path, bytes, sha256 })
        throw refusal
      }
      await demandModelFilesRun(database, caller.organisation)
    }
    const stored = await objects.putFile(path)
    await database.transaction(async (queries) => {
      const object = await authoriseUse(queries, caller, 'edit', 'experiment', id)
      const row = (await store.lockExperiment(queries, id)) as store.ExperimentRow
      demandOpen(object, row)
      const { custom_algorithm } = row
      if (problem !== undefined && !isCoded(custom_algorithm)) throw ModelsmithError.fromJSON(problem)
      const { format, compression } = described
      const model = 'model' in described ? described.model : null
      const uploadedAt = new Date().toISOString()
      const about = { key: stored.key, fileName: basename(name), bytes, sha256, format, compression, uploadedAt }
      const file = { ...about, saved: savedOf(described) }
      const [before, now] = [store.modelOf(row), store.modelOf({ file, model, custom_algorithm })]
      const isSameInputs = JSON.stringify(before?.inputs) === JSON.stringify(now?.inputs)
      await store.setFile(queries, id, {
        file,
        model,
        // A defined algorithm stays chosen: whether the file is one of it, the check says.
        algorithm: custom_algorithm?.id ?? model?.algorithm ?? null,
        application: isSameInputs ? row.application : applicationUnder({ file, model, custom_algorithm }),
      })
      // What waited for this choice waits no more; what others are sending goes on.
      const done = (await store.fileUploadsOf(queries, id))
        .filter((each) => each.id === uploading || each.received === each.bytes)
        .map((each) => each.id)
      await letGo(queries, [id, ...done])
      for (const each of done) await store.removeFileUpload(queries, each)
      await hold(queries, id, [stored])
      await touchByPlatform(queries, id)
    })
  }

  /** Keeps a file that came in one piece as an upload that has all its parts. */
  const keepWhole = async (id: string, { path: name, file: path, bytes, sha256 }: UploadedFile): Promise<void> => {
    const stored = await objects.putFile(path)
    await database.transaction(async (queries) => {
      const upload = { id: newId('fileUpload'), experiment_id: id, file_name: basename(name), bytes, sha256 }
      const row = (await store.insertFileUpload(queries, upload)) as store.FileUploadRow
      await store.setWhole(queries, row.id, stored.key, bytes)
      await letGo(queries, [row.id])
      await hold(queries, row.id, [stored])
    })
  }

  const demandSize = (bytes: number) => {
    if (bytes > settings.modelMb * 2 ** 20) throw hostingError('experiment.fileSize', { bytes, mb: settings.modelMb })
  }

  return {
    async upload(caller: Caller, id: string, files: readonly UploadedFile[]): Promise<void> {
      const { object, row } = await experiment(database, caller, 'edit', id)
      demandOpen(object, row)
      demandHosting(object, row)
      const [file] = files
      if (file === undefined || files.length > 1) throw hostingError('experiment.oneFile', { count: files.length })
      demandSize(file.bytes)
      demandName(file.path, row)
      await takeFile(caller, id, file)
    },

    async beginUpload(
      caller: Caller,
      id: string,
      { fileName, bytes, sha256 }: { fileName: string; bytes: number; sha256: string },
    ): Promise<FileUpload> {
      const { object, row } = await experiment(database, caller, 'edit', id)
      demandOpen(object, row)
      demandHosting(object, row)
      demandSize(bytes)
      demandName(fileName, row)
      const upload = { id: newId('fileUpload'), experiment_id: id, file_name: basename(fileName), bytes, sha256 }
      return toUpload((await store.insertFileUpload(database, upload)) as store.FileUploadRow)
    },

    /** Files that are on their way, and those that wait for an algorithm whose code reads them; the newest first. */
    async listUploads(caller: Caller, id: string): Promise<{ items: FileUpload[] }> {
      await experiment(database, caller, 'view', id)
      return { items: (await store.fileUploadsOf(database, id)).map(toUpload) }
    },

    async readUpload(caller: Caller, id: string): Promise<FileUpload> {
      return toUpload((await fileUpload(database, caller, 'view', id)).row)
    },

    async addPart(caller: Caller, id: string, offset: number, part: Buffer): Promise<FileUpload> {
      const { row: before } = await fileUpload(database, caller, 'edit', id)
      const most = Math.min(partBytes, before.bytes - before.received)
      if (offset !== before.received) throw hostingError('upload.offset', { offset, received: before.received })
      if (part.length === 0 || part.length > most) throw hostingError('upload.part', { bytes: part.length, most })
      const stored = await objects.putBytes(part)
      return database.transaction(async (queries) => {
        const row = await store.lockFileUpload(queries, id)
        if (row === undefined) throw infraError('object.notFound', { kind: 'file upload', id })
        if (offset !== row.received) throw hostingError('upload.offset', { offset, received: row.received })
        await store.addPart(queries, id, stored.key, part.length)
        await hold(queries, id, [stored])
        return toUpload({ ...row, received: row.received + part.length })
      })
    },

    /** Puts the parts together and takes the file; tells of which experiment it is. */
    async finishUpload(caller: Caller, id: string): Promise<string> {
      const { row, object, owner } = await fileUpload(database, caller, 'edit', id)
      demandOpen(object, owner)
      if (row.received !== row.bytes)
        throw hostingError('upload.notWhole', { received: row.received, bytes: row.bytes })
      const folder = join(uploads, randomUUID())
      await mkdir(folder, { recursive: true })
      try {
        const file = join(folder, 'model')
        await pipeline(Readable.from(partsOf(row.parts)), createWriteStream(file, { mode: 0o644 }))
        const sha256 = await hashOf(file)
        if (sha256 !== row.sha256) throw hostingError('upload.changed', {})
        await takeFile(caller, row.experiment_id, { path: row.file_name, file, bytes: row.bytes, sha256 }, id)
        return row.experiment_id
      } catch (error) {
        // A file that is refused is not kept in parts either; one that could not be read now, or only by code, may be asked for again.
        if (
          error instanceof ModelsmithError &&
          error.kind !== 'unavailable' &&
          error.code !== 'experiment.busy' &&
          !isForCode(error)
        )
          await database.transaction(async (queries) => {
            await letGo(queries, [id])
            await store.removeFileUpload(queries, id)
          })
        throw error
      } finally {
        await rm(folder, { recursive: true, force: true })
      }

      async function* partsOf(keys: readonly string[]) {
        for (const key of keys) yield* objects.read(key)
      }
    },
  }
}

/** Whether a file was refused because nothing reads it natively: its own library, run by the code of an algorithm, may. */
const isForCode = ({ kind }: ModelsmithError): boolean => kind === 'unsupported'

/** Code reads what it can: only that the file has a name of its own matters to it. */
const demandName = (name: string, { custom_algorithm: custom }: Pick<store.ExperimentRow, 'custom_algorithm'>) => {
  const ending = extname(basename(name)).toLowerCase()
  if (isCoded(custom) ? ending === '' : !endings.includes(ending))
    throw hostingError('experiment.fileName', { name: basename(name), known: endings.join(', ') })
}

/** What reading tells of a file, for whoever has it run. */
const savedOf = (described: Described): SavedModel => {
  if ('model' in described) {
    const { library, libraryVersion, className } = described.model
    return { library, libraryVersion, className, problem: null }
  }
  const { saved, problem } = described
  return {
    library: saved?.library ?? null,
    libraryVersion: saved?.version ?? null,
    className: saved?.className ?? null,
    problem: problem.message,
  }
}

const toUpload = (row: store.FileUploadRow): FileUpload => ({
  id: row.id,
  experimentId: row.experiment_id,
  fileName: row.file_name,
  bytes: row.bytes,
  received: row.received,
  partBytes,
})

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
