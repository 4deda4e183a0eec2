import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ArchiveManifest } from '@modelsmith/api'
import { usualConfiguration } from '@modelsmith/domain'
import { manifestFile } from '@modelsmith/runner'
import { archiveLimits } from '@modelsmith/serving'
import type { Context } from '../../infra/context.ts'
import type { Bytes, Caller } from '../../infra/http/handler.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { authorise } from '../../infra/rights/objects.ts'
import { fingerprintOf, publicKeyOf, readSigningKey, signText } from '../../infra/secrets/signing.ts'
import { lineageOf } from '../deployments/index.ts'
import { hostingError, type ModelReleaseRow, releasedFiles, releaseWithModel } from '../hosting/index.ts'
import { blueprintText, findModel, modelError, type ModelRow, type ZipEntry, zip, zipBytes } from '../models/index.ts'
import { hiddenOfProject } from '../sensitive-columns/index.ts'
import type { Tasks } from '../tasks/index.ts'
import { notCarried, readCarried } from './carried-folder.ts'
import { environmentsHere } from './environments.ts'
import { registryError } from './errors.ts'
import { metricsOf } from './metrics.ts'
import { archiveReadMe } from './read-me.ts'
import { servedFolder } from './served-folder.ts'

const textEntry = (path: string, text: string): ZipEntry => {
  const bytes = Buffer.from(text)
  return { path, size: bytes.length, read: () => bytes }
}
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Releases as archives that another installation can trust. */
export const createExport = (
  { database, objects, library, settings }: Pick<Context, 'database' | 'objects' | 'library' | 'settings'>,
  tasks: Pick<Tasks, 'demandAll'>,
) => {
  /** Whoever takes a release away takes all that is in it: the training's own files and the code, too. */
  const demandWhole = async (caller: Caller, { serving }: ModelReleaseRow): Promise<ModelRow | undefined> => {
    const { coded, trained } = serving
    if (coded?.code) await tasks.demandAll(caller, [coded.code.taskVersionId], 'download')
    if (trained === undefined || trained.modelId === null) return undefined
    await authorise(database, caller, 'download', 'model', trained.modelId)
    const row = (await findModel(database, trained.modelId)) as ModelRow
    const hidden = await hiddenOfProject(database, caller, row.project_id)
    if (hidden.size > 0) throw modelError('model.sensitive', { columns: [...hidden] })
    await tasks.demandAll(
      caller,
      row.graph.nodes.map(({ taskVersion }) => taskVersion),
      'download',
    )
    return row
  }

  /** Names of the environments of a folder that code answers from, if all of it can be carried. */
  const environmentsOf = async (files: readonly StoredFile[]): Promise<readonly string[]> => {
    const model = files.find(({ path }) => path === manifestFile)
    if (model === undefined) throw registryError('archive.noModel', { path: manifestFile })
    const read = readCarried(await readFile(await objects.pathOf(model.key), 'utf8'))
    const findings = 'findings' in read ? read.findings : notCarried(read.manifest)
    if (findings.length > 0) throw registryError('archive.refused', { count: findings.length }, { findings })
    return 'manifest' in read ? read.manifest.nodes.map(({ environment }) => environment) : []
  }

  return async (caller: Caller, id: string): Promise<Bytes> => {
    const { release: row, object, row: model } = await releaseWithModel(database, caller, 'download', id)
    const { number, published_at: publishedAt, serving, origin } = row
    if (number === null || publishedAt === null) throw hostingError('release.notPublished', { state: row.state })
    const trained = await demandWhole(caller, row)
    const served = releasedFiles(serving)
    const isCode = serving.coded !== undefined || serving.trained !== undefined
    const names = isCode ? await environmentsOf(served) : []
    const answering = { model_release_id: id, model_id: null, hosted: serving }
    const key = readSigningKey(settings.signingKeyFile)
    const publicKey = publicKeyOf(key)
    const blueprint = trained === undefined ? [] : [['blueprint.yaml', blueprintText(object.name, trained)] as const]
    const about: Omit<ArchiveManifest, 'files'> = {
      format: 'modelsmith-release',
      version: 1,
      installation: { address: settings.address, fingerprint: fingerprintOf(publicKey) },
      exportedAt: new Date().toISOString(),
      exportedBy: caller.person.name,
      model: { id: object.id, name: object.name, alias: model.alias, description: object.description },
      release: {
        id,
        number,
        description: row.description,
        publishedAt: publishedAt.toISOString(),
        experiment: row.experiment_name,
        algorithm: serving.algorithm,
        application: serving.application,
        configuration: serving.configuration ?? usualConfiguration,
        targetType: serving.outcome.targetType,
        classes: [...serving.outcome.classes],
        proof: serving.proof,
      },
      answeredBy: isCode ? 'code' : 'native',
      file: serving.file === null ? null : fileOf(serving.file),
      outputs: [...(serving.coded?.outputs ?? [])],
      environments: await environmentsHere(settings.dataDir, names),
      metrics: trained === undefined ? (origin?.metrics ?? []) : metricsOf(trained),
      lineage: await lineageOf(database, caller, library, answering),
    }
    const texts = [['README.md', archiveReadMe(about)] as const, ...blueprint]
    const files: ArchiveManifest['files'] = [
      ...texts.map(([path, text]) => ({ path, bytes: Buffer.byteLength(text), sha256: hashOf(text) })),
      // An object's key is the SHA-256 of its bytes.
      ...served.map(({ path, bytes, key: sha256 }) => ({ path: `${servedFolder}/${path}`, bytes, sha256 })),
    ]
    const manifest = `${JSON.stringify({ ...about, files }, null, 2)}\n`
    const signature = { algorithm: 'Ed25519', publicKey, signature: signText(key, Buffer.from(manifest)) }
    const entries: ZipEntry[] = [
      textEntry('manifest.json', manifest),
      textEntry('signature.json', `${JSON.stringify(signature, null, 2)}\n`),
      ...texts.map(([path, text]) => textEntry(path, text)),
      ...served.map(({ path, bytes, key: stored }) => ({
        path: `${servedFolder}/${path}`,
        size: bytes,
        read: () => objects.read(stored),
      })),
    ]
    const bytes = zipBytes(entries)
    if (bytes > archiveLimits.bytes || entries.length > archiveLimits.files)
      throw registryError('archive.size', { bytes, files: entries.length })
    return {
      stream: Readable.from(zip(entries), { objectMode: false }),
      type: 'application/zip',
      fileName: `${id}.zip`,
      headers: { 'content-length': String(bytes) },
    }
  }
}

const fileOf = ({
  fileName,
  bytes,
  sha256,
  format,
  compression,
  uploadedAt,
}: NonNullable<ArchiveManifest['file']>) => ({
  fileName,
  bytes,
  sha256,
  format,
  compression,
  uploadedAt,
})
