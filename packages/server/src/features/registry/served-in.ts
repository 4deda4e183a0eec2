import { readFile } from 'node:fs/promises'
import type { ArchiveManifest, HostedModel, PublishConfiguration } from '@modelsmith/api'
import { checkApplication, checkConfiguration, predictionParametersOf } from '@modelsmith/domain'
import { type FittedManifest, manifestFile, nameOfLock } from '@modelsmith/runner'
import { servingPaths } from '@modelsmith/serving'
import type { Finding, ModelsmithError as Failure } from '@modelsmith/table'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import {
  givenBy,
  hostingError,
  outcomeOf,
  plainFinding,
  type Readers,
  type Served,
  trainedModel,
} from '../hosting/index.ts'
import { modelFilesForbidden } from '../organisation/index.ts'
import { notCarried, readCarried } from './carried-folder.ts'
import { otherEnvironments } from './environments.ts'
import { servedFolder } from './served-folder.ts'
import { registryError } from './errors.ts'
import type { OpenedArchive } from './open-archive.ts'

/** What is to be served of an archive, or all that stands against it. */
export type ServedIn =
  | { readonly serve: (files: readonly StoredFile[]) => Served }
  | { readonly findings: readonly Finding[] }

/** The paths that answer, without the folder that they lie in. */
export const servedPaths = (files: OpenedArchive['files']): readonly (readonly [string, string])[] =>
  [...files].flatMap(([path, file]) =>
    path.startsWith(`${servedFolder}/`) ? [[path.slice(servedFolder.length + 1), file] as const] : [],
  )

/** Looks at what the archive would have answer here: by the same child that reads uploads, or by code, where that is allowed. */
export const servedIn = async (
  context: Pick<Context, 'database' | 'settings'>,
  readers: Readers,
  organisation: string,
  archive: OpenedArchive,
): Promise<ServedIn> => {
  const { manifest } = archive
  return manifest.answeredBy === 'native'
    ? native(context.settings, readers, archive)
    : byCode(context, organisation, archive)
}

const native = async (
  { modelMb }: Context['settings'],
  readers: Readers,
  { manifest, files }: OpenedArchive,
): Promise<ServedIn> => {
  const path = files.get(`${servedFolder}/${servingPaths.modelFile}`)
  const { file, release } = manifest
  const listed = manifest.files.find((each) => each.path === `${servedFolder}/${servingPaths.modelFile}`)
  // A file that is damaged was told of already.
  if (listed !== undefined && path === undefined) return { findings: [] }
  if (path === undefined || file === null || listed?.sha256 !== file.sha256)
    return refused(registryError('archive.noModel', { path: `${servedFolder}/${servingPaths.modelFile}` }))
  if (file.bytes > modelMb * 2 ** 20)
    return refused(hostingError('experiment.fileSize', { bytes: file.bytes, mb: modelMb }))
  const described = await readers.ask<'describe'>({ kind: 'describe', path })
  if ('problem' in described) return refused(ModelsmithError.fromJSON(described.problem))
  const findings = against(release, described.model)
  if (findings.length > 0) return { findings }
  const { application, algorithm, configuration, proof } = release
  const outcome = { ...outcomeOf(described.model, application), ...givenBy(configuration) }
  return {
    serve: () => ({ file: { ...file, key: file.sha256 }, algorithm, application, configuration, outcome, proof }),
  }
}

/** What of the release does not suit the model as it is read here. */
const against = (
  { application, configuration, targetType, classes }: ArchiveManifest['release'],
  model: HostedModel,
): readonly Finding[] => {
  const other = otherKind({ targetType, classes }, model)
  return [
    ...(other === undefined ? [] : [other]),
    ...checkApplication(model, application),
    ...checkConfiguration(configuration as PublishConfiguration, model, application),
  ]
}

type Kind = Pick<ArchiveManifest['release'], 'targetType' | 'classes'>

const otherKind = (said: Kind, found: Kind): Finding | undefined => {
  const [told, read] = [wordsOf(said), wordsOf(found)]
  if (told === read) return undefined
  return plainFinding(registryError('archive.otherAnswers', { problem: `${read}, not ${told}` }))
}
const wordsOf = ({ targetType, classes }: Kind): string =>
  classes.length === 0 ? targetType : `${targetType} with the classes ${classes.join(', ')}`

const byCode = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  organisation: string,
  { manifest, files }: OpenedArchive,
): Promise<ServedIn> => {
  const forbidden = await modelFilesForbidden(database, organisation)
  const findings: Finding[] = forbidden === undefined ? [] : [plainFinding(forbidden)]
  const path = files.get(`${servedFolder}/${manifestFile}`)
  if (path === undefined) {
    const isListed = manifest.files.some((each) => each.path === `${servedFolder}/${manifestFile}`)
    const missing = registryError('archive.noModel', { path: `${servedFolder}/${manifestFile}` })
    return { findings: isListed ? findings : [...findings, plainFinding(missing)] }
  }
  const read = readCarried(await readFile(path, 'utf8'))
  if ('findings' in read) return { findings: [...findings, ...read.findings] }
  const { release, environments, file, outputs } = manifest
  const fitted = read.manifest
  findings.push(
    ...notCarried(fitted),
    ...(await otherLocks(fitted, files)),
    ...(await otherEnvironments(
      settings.dataDir,
      fitted.nodes.map(({ environment }) => environment),
      environments,
    )),
  )
  const model = modelOf(fitted, release.algorithm, outputs)
  findings.push(...againstCode(release, model, fitted, file === null))
  const isThere = file === null || manifest.files.some(({ sha256 }) => sha256 === file.sha256)
  if (!isThere) findings.push(plainFinding(registryError('archive.noModel', { path: file.fileName })))
  if (findings.length > 0) return { findings }
  const { application, algorithm, configuration, proof } = release
  const outcome = { ...outcomeOf(model, application, true), ...givenBy(configuration) }
  const parameters = predictionParametersOf(fitted.nodes)
  const served = { algorithm, application, configuration, outcome, proof }
  return {
    serve: (stored) =>
      file === null
        ? { ...served, file, trained: { modelId: null, parameters, files: stored } }
        : { ...served, file: { ...file, key: file.sha256 }, coded: { code: null, outputs, parameters, files: stored } },
  }
}

/** A model that code answers for, as an experiment would show it. */
const modelOf = (fitted: FittedManifest, name: string, outputs: HostedModel['outputs']): HostedModel => {
  const model = trainedModel(fitted, name)
  return fitted.targetType === 'transform' ? { ...model, answer: 'outputs', outputs } : { ...model, outputs }
}

/** The lock of packages on top of an environment is the one that the environment is named by. */
const otherLocks = async (
  { nodes }: Pick<FittedManifest, 'nodes'>,
  files: OpenedArchive['files'],
): Promise<readonly Finding[]> => {
  const wrong: Finding[] = []
  for (const environment of new Set(nodes.map((node) => node.environment))) {
    const lock = environment.includes('+') ? await lockOf(environment, files) : undefined
    if (environment.includes('+') && lock !== environment)
      wrong.push(plainFinding(registryError('archive.code', { problem: `the lock of ${environment} is another's` })))
  }
  return wrong
}

const lockOf = async (environment: string, files: OpenedArchive['files']): Promise<string | undefined> => {
  const path = files.get(`${servedFolder}/environments/${environment}.json`)
  if (path === undefined) return undefined
  try {
    return nameOfLock(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** A trained model has its own inputs; code that reads a file takes whatever fields there are. */
const againstCode = (
  release: ArchiveManifest['release'],
  model: HostedModel,
  { inputs }: Pick<FittedManifest, 'inputs'>,
  isTrained: boolean,
): readonly Finding[] => {
  if (isTrained) return against(release, model)
  const known = new Set(inputs.map(({ name }) => name))
  const strange = release.application.inputs.filter(({ input }) => !known.has(input)).map(({ input }) => input)
  const other = otherKind(release, model)
  return [
    ...(other === undefined ? [] : [other]),
    ...checkConfiguration(release.configuration as PublishConfiguration, model, release.application),
    ...(strange.length === 0
      ? []
      : [plainFinding(registryError('archive.otherAnswers', { problem: `no inputs ${strange.join(', ')}` }))]),
  ]
}

const refused = (error: Failure): ServedIn => ({ findings: [plainFinding(error)] })
