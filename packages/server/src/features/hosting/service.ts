import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Application, Experiment, ExperimentCheck, HostedModel, PredictionAnswer } from '@modelsmith/api'
import { checkApplication, fieldsOf, initialApplication, isError, nextExperimentState } from '@modelsmith/domain'
import { nativeAlgorithms } from '@modelsmith/scoring'
import type { Outcome } from '@modelsmith/serving'
import {
  type Cell,
  createCsvReader,
  csvHead,
  type Finding,
  ModelsmithError,
  rowsFromTable,
  sniffCsv,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, UploadedFile } from '../../infra/http/handler.ts'
import { newId } from '../../infra/ids.ts'
import { hold, letGo } from '../../infra/objects/references.ts'
import {
  authorise,
  authoriseUse,
  insertObject,
  type ObjectRow,
  touch,
  touchByPlatform,
} from '../../infra/rights/objects.ts'
import { placesOf } from '../../infra/settings.ts'
import { findJob, queueJob, toJob } from '../jobs/index.ts'
import { hostingError } from './errors.ts'
import { answerNames, prove, splitExpected } from './proof.ts'
import { createReaders } from './readers.ts'
import * as store from './store.ts'

type Action = Parameters<typeof authorise>[2]
type Rows = readonly Readonly<Record<string, Cell>>[]
/** Rows of a request: as JSON, or as the bytes of a CSV file. */
export type GivenRows = { readonly rows: Rows } | { readonly csv: Buffer }

const endings = ['.pkl', '.pickle', '.joblib', '.sav', '.zip', '.txt', '.json', '.ubj', '.model', '.bin', '.cbm']
const partBytes = 4 * 2 ** 20

export const createHosting = ({ database, objects, settings }: Context) => {
  const readers = createReaders(settings)
  const { uploads } = placesOf(settings)

  const registeredModel = async (
    queries: Queries,
    caller: Caller,
    action: Action,
    id: string,
    asked = { kind: 'registeredModel', id },
  ) => {
    const object = await authorise(queries, caller, action, 'registeredModel', id, asked)
    const row = (await store.findRegisteredModel(queries, id)) as store.RegisteredModelRow
    return { object, row }
  }

  const experiment = async (
    queries: Queries,
    caller: Caller,
    action: Action,
    id: string,
    asked = { kind: 'experiment', id },
  ) => {
    const object = await authorise(queries, caller, action, 'experiment', id, asked)
    const row = (await store.findExperiment(queries, id)) as store.ExperimentRow
    return { object, row }
  }

  const read = async (caller: Caller, id: string): Promise<Experiment> => {
    const { object, row } = await experiment(database, caller, 'view', id)
    return store.toExperiment(object, row)
  }

  const demandOpen = ({ name }: Pick<ObjectRow, 'name'>, { state }: store.ExperimentRow) => {
    if (nextExperimentState(state, 'edit') === undefined) throw hostingError('experiment.closed', { name })
  }
  const withFile = ({ name }: Pick<ObjectRow, 'name'>, { file, model }: store.ExperimentRow) => {
    if (file === null || model === null) throw hostingError('experiment.noFile', { name })
    return { file, model }
  }

  /** Inspects a file on disk; a refused one leaves nothing behind. */
  const takeFile = async (
    caller: Caller,
    id: string,
    { path: name, file: path, bytes, sha256 }: UploadedFile,
    release: readonly string[] = [],
  ) => {
    const described = await readers.ask<'describe'>({ kind: 'describe', path })
    if ('problem' in described) throw ModelsmithError.fromJSON(described.problem)
    const stored = await objects.putFile(path)
    await database.transaction(async (queries) => {
      const { object } = await experiment(queries, caller, 'edit', id)
      const row = (await store.lockExperiment(queries, id)) as store.ExperimentRow
      demandOpen(object, row)
      const { model, format, compression } = described
      const uploadedAt = new Date().toISOString()
      const isSameInputs = JSON.stringify(row.model?.inputs) === JSON.stringify(model.inputs)
      await store.setFile(queries, id, {
        file: { key: stored.key, fileName: basename(name), bytes, sha256, format, compression, uploadedAt },
        model,
        algorithm: model.algorithm,
        application: isSameInputs ? row.application : plain(initialApplication(model)),
      })
      await letGo(queries, [id, ...release])
      for (const each of release) await store.removeFileUpload(queries, each)
      await hold(queries, id, [stored])
      await touchByPlatform(queries, id)
    })
    return read(caller, id)
  }

  const demandSize = (bytes: number) => {
    if (bytes > settings.modelMb * 2 ** 20) throw hostingError('experiment.fileSize', { bytes, mb: settings.modelMb })
  }
  const demandName = (name: string) => {
    if (!endings.includes(extname(name).toLowerCase()))
      throw hostingError('experiment.fileName', { name: basename(name), known: endings.join(', ') })
  }

  const toUpload = (row: store.FileUploadRow) => ({
    id: row.id,
    experimentId: row.experiment_id,
    fileName: row.file_name,
    bytes: row.bytes,
    received: row.received,
    partBytes,
  })
  const fileUpload = async (queries: Queries, caller: Caller, action: Action, id: string) => {
    const row = await store.findFileUpload(queries, id)
    const asked = { kind: 'file upload', id }
    if (row === undefined) throw infraError('object.notFound', asked)
    return {
      row,
      ...(await experiment(queries, caller, action, row.experiment_id, asked).then(({ object, row: owner }) => ({
        object,
        owner,
      }))),
    }
  }

  /** Everything that stands against a use of the experiment, errors first. */
  const findingsOf = ({
    model,
    algorithm,
    application,
    proof,
  }: store.ExperimentRow & { model: NonNullable<store.ExperimentRow['model']> }): Finding[] => {
    const found: Finding[] = []
    if (algorithm !== model.algorithm)
      found.push(
        plainFinding(hostingError('experiment.algorithm', { chosen: algorithm ?? 'none', found: model.algorithm })),
      )
    found.push(...checkApplication(model, application))
    if (proof?.state === 'refuted')
      found.push(plainFinding(hostingError('experiment.refuted', { rows: proof.differing })))
    if (proof === null) found.push({ ...plainFinding(hostingError('experiment.notProven', {})), severity: 'warning' })
    return found
  }
  const demandUsable = (findings: readonly Finding[]) => {
    const wrong = findings.filter(isError)
    if (wrong.length > 0) throw hostingError('experiment.notReady', { count: wrong.length }, { findings: wrong })
  }

  const answer = async (
    row: store.ExperimentRow,
    file: store.StoredModelFile,
    given: GivenRows,
  ): Promise<PredictionAnswer['predictions']> =>
    readers.ask<'answer'>({
      kind: 'answer',
      path: await objects.pathOf(file.key),
      application: row.application,
      ...('csv' in given
        ? { body: given.csv, type: 'text/csv' }
        : { body: Buffer.from(JSON.stringify({ rows: given.rows })), type: 'application/json' }),
    })

  /** The experiment as it can be asked: with a file, and fields for all that it takes. */
  const usable = async (caller: Caller, id: string, action: Action) => {
    const { object, row } = await experiment(database, caller, action, id)
    const { file, model } = withFile(object, row)
    demandUsable(checkApplication(model, row.application))
    return { object, row, file, model }
  }

  return {
    registeredModel,
    experiment,
    read,

    async createExperiment(caller: Caller, model: string, name: string | undefined, description: string | undefined) {
      const id = await database.transaction(async (queries) => {
        await registeredModel(queries, caller, 'run', model)
        const number = await store.nextExperimentNumber(queries, model)
        const made = newId('experiment')
        await insertObject(queries, {
          id: made,
          kind: 'experiment',
          name: name ?? `Experiment ${number}`,
          description: description ?? '',
          owner: caller.id,
          organisation: caller.organisation,
          workspace: caller.workspace,
          within: model,
        })
        await store.insertExperiment(queries, { id: made, model, number })
        return made
      })
      return read(caller, id)
    },

    async change(
      caller: Caller,
      id: string,
      seen: number,
      change: { name?: string; description?: string; algorithm?: string; application?: Application },
    ) {
      await database.transaction(async (queries) => {
        const { object, row } = await experiment(queries, caller, 'edit', id)
        await touch(queries, object, seen, change)
        if (change.algorithm === undefined && change.application === undefined) return
        demandOpen(object, row)
        const { model } = withFile(object, row)
        const { algorithm = row.algorithm ?? model.algorithm, application = row.application } = change
        if (!nativeAlgorithms.some((each) => each.id === algorithm))
          throw hostingError('experiment.unknownAlgorithm', { id: algorithm })
        if (algorithm !== model.algorithm)
          throw hostingError('experiment.algorithm', { chosen: algorithm, found: model.algorithm })
        // What is not named yet may be named later; what is wrong is wrong now.
        demandUsable(checkApplication(model, application).filter(({ code }) => !isUnfinished(code)))
        await store.setChoices(queries, id, { algorithm, application })
      })
      return read(caller, id)
    },

    async upload(caller: Caller, id: string, files: readonly UploadedFile[]) {
      const { object, row } = await experiment(database, caller, 'edit', id)
      demandOpen(object, row)
      const [file] = files
      if (file === undefined || files.length > 1) throw hostingError('experiment.oneFile', { count: files.length })
      demandSize(file.bytes)
      demandName(file.path)
      return takeFile(caller, id, file)
    },

    async beginUpload(
      caller: Caller,
      id: string,
      { fileName, bytes, sha256 }: { fileName: string; bytes: number; sha256: string },
    ) {
      const { object, row } = await experiment(database, caller, 'edit', id)
      demandOpen(object, row)
      demandSize(bytes)
      demandName(fileName)
      const upload = { id: newId('fileUpload'), experiment_id: id, file_name: basename(fileName), bytes, sha256 }
      return toUpload((await store.insertFileUpload(database, upload)) as store.FileUploadRow)
    },

    async readUpload(caller: Caller, id: string) {
      return toUpload((await fileUpload(database, caller, 'view', id)).row)
    },

    async addPart(caller: Caller, id: string, offset: number, part: Buffer) {
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

    async finishUpload(caller: Caller, id: string) {
      const { row, object, owner } = await fileUpload(database, caller, 'edit', id)
      demandOpen(object, owner)
      if (row.received !== row.bytes)
        throw hostingError('upload.notWhole', { received: row.received, bytes: row.bytes })
      const folder = join(uploads, randomUUID())
      await mkdir(folder, { recursive: true })
      const forget = () =>
        database.transaction(async (queries) => {
          await letGo(queries, [id])
          await store.removeFileUpload(queries, id)
        })
      try {
        const path = join(folder, 'model')
        await pipeline(Readable.from(partsOf(row.parts)), createWriteStream(path, { mode: 0o644 }))
        const { key } = await hashOf(path)
        if (key !== row.sha256) throw hostingError('upload.changed', {})
        return await takeFile(
          caller,
          row.experiment_id,
          { path: row.file_name, file: path, bytes: row.bytes, sha256: key },
          [id],
        )
      } catch (error) {
        // A file that is refused is not kept in parts either; one that could not be read now may be asked for again.
        if (error instanceof ModelsmithError && error.kind !== 'unavailable' && error.code !== 'experiment.busy')
          await forget()
        throw error
      } finally {
        await rm(folder, { recursive: true, force: true })
      }

      async function* partsOf(keys: readonly string[]) {
        for (const key of keys) yield* objects.read(key)
      }
    },

    async tryRows(caller: Caller, id: string, given: GivenRows) {
      const { row, file } = await usable(caller, id, 'view')
      return { predictions: await answer(row, file, given) }
    },

    async prove(caller: Caller, id: string, given: GivenRows) {
      const { object, row, file, model } = await usable(caller, id, 'edit')
      demandOpen(object, row)
      const fields = fieldsOf(row.application)
      const answers = answerNames(model)
      const rows = 'csv' in given ? rowsOfCsv(given.csv, fields, answers) : given.rows
      const { asked, expected, columns } = splitExpected(
        rows,
        answers,
        fields.map(({ name }) => name),
      )
      const proof = prove(await answer(row, file, { rows: asked }), expected, columns, new Date().toISOString())
      await database.transaction(async (queries) => {
        const now = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        demandOpen(object, now)
        // What was compared is what stands there still.
        if (now.file?.key !== file.key || JSON.stringify(now.application) !== JSON.stringify(row.application))
          throw infraError('object.changed', { seen: `version ${object.version}`, now: object.version + 1 })
        await store.setProof(queries, id, proof)
        await touchByPlatform(queries, id)
      })
      return read(caller, id)
    },

    async check(caller: Caller, id: string): Promise<ExperimentCheck> {
      const { object, row } = await experiment(database, caller, 'view', id)
      const { model } = row
      const findings =
        model === null
          ? [plainFinding(hostingError('experiment.noFile', { name: object.name }))]
          : findingsOf({ ...row, model })
      return { findings: findings as ExperimentCheck['findings'], fields: [...fieldsOf(row.application)] }
    },

    async submit(caller: Caller, id: string, seen: number) {
      await database.transaction(async (queries) => {
        const { object } = await experiment(queries, caller, 'edit', id)
        const row = (await store.lockExperiment(queries, id)) as store.ExperimentRow
        const { model } = withFile(object, row)
        const next = nextExperimentState(row.state, 'submit')
        if (next === undefined) throw hostingError('experiment.closed', { name: object.name })
        demandUsable(findingsOf({ ...row, model }))
        await touch(queries, object, seen)
        await store.setState(queries, id, next)
      })
      return read(caller, id)
    },

    /** Begins a release: nothing answers by it until its test run has succeeded. */
    async release(
      caller: Caller,
      model: string,
      { experimentId, description = '', rows }: { experimentId: string; description?: string; rows?: Rows },
    ) {
      const begun = await database.transaction(async (queries) => {
        await registeredModel(queries, caller, 'edit', model)
        await authoriseUse(queries, caller, 'view', 'experiment', experimentId)
        const { object, row } = await experiment(queries, caller, 'view', experimentId)
        if (row.registered_model_id !== model)
          throw infraError('object.notFound', { kind: 'experiment', id: experimentId })
        if (nextExperimentState(row.state, 'release') === undefined)
          throw hostingError('release.notCandidate', { name: object.name })
        const { file, model: hosted } = withFile(object, row)
        const { application, proof } = row
        const id = newId('modelRelease')
        const serving = {
          file,
          algorithm: hosted.algorithm,
          application,
          outcome: outcomeOf(hosted, application),
          proof,
        }
        const made = await store.insertModelRelease(queries, {
          id,
          model,
          experiment: experimentId,
          description,
          serving,
        })
        if (made === undefined) throw hostingError('release.another', {})
        await hold(queries, id, [file])
        const job = await queueJob(queries, {
          kind: 'publishRelease',
          title: `Publish ${object.name}`,
          owner: caller.id,
          organisation: caller.organisation,
          subject: { kind: 'registeredModel', id: model },
          payload: { release: id, rows: rows ?? [] },
        })
        await store.setReleaseJob(queries, id, job)
        await touchByPlatform(queries, model)
        return { id, job }
      })
      return {
        release: store.toModelRelease((await store.findModelRelease(database, begun.id)) as store.ModelReleaseRow),
        job: toJob((await findJob(database, begun.job)) as NonNullable<Awaited<ReturnType<typeof findJob>>>),
      }
    },

    async modelRelease(queries: Queries, caller: Caller, action: Action, id: string): Promise<store.ModelReleaseRow> {
      const row = await store.findModelRelease(queries, id)
      const asked = { kind: 'release', id }
      if (row === undefined) throw infraError('object.notFound', asked)
      await registeredModel(queries, caller, action, row.registered_model_id, asked)
      return row
    },
  }
}

export type Hosting = ReturnType<typeof createHosting>

const plain = (application: ReturnType<typeof initialApplication>): Application =>
  structuredClone(application) as Application

/** How the prediction process is to write what the model answers. */
const outcomeOf = ({ answer, targetType, classes }: HostedModel, { passThrough }: Application): Outcome => ({
  targetType,
  classes,
  ...(answer === 'label' ? { labels: 'alone' as const } : {}),
  ...(answer === 'labelWithProbabilities' ? { labels: 'with probabilities' as const } : {}),
  ...(answer === 'outputs' ? { outputs: true as const } : {}),
  ...(passThrough.length === 0 ? {} : { passedThrough: passThrough.length }),
})

const plainFinding = ({ code, message, hint }: ModelsmithError): Finding => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
})

const isUnfinished = (code: string): boolean => code === 'application.noField' || code === 'application.noFields'

const hashOf = async (path: string) => {
  const { createHash } = await import('node:crypto')
  const { createReadStream } = await import('node:fs')
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { key: hash.digest('hex') }
}

/** Rows of a CSV file with fields and expected answers; other columns are left alone. */
const rowsOfCsv = (bytes: Buffer, fields: ReturnType<typeof fieldsOf>, answers: readonly string[]): Rows => {
  const data = new Uint8Array(bytes)
  const dialect = sniffCsv(data)
  const head = csvHead(data, dialect.delimiter.charCodeAt(0), true)?.names ?? []
  const expected = head.filter(
    (name) => (answers.length === 0 || answers.includes(name)) && !fields.some((field) => field.name === name),
  )
  const columns = [
    ...fields.map(({ name, type }) => ({ name, type })),
    ...expected.map((name) => ({ name, type: 'text' as const })),
  ]
  const reader = createCsvReader({ schema: { columns }, dialect })
  return [...reader.push(data), ...reader.end()].flatMap((table) =>
    rowsFromTable(table).map((cells) => Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? null]))),
  )
}
