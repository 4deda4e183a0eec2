import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  buildImage,
  demandEngine,
  findEngine,
  isEngine,
  listImages,
  removeImage,
  type Environment,
  imageEnvironment,
  imageId,
  type Inventory,
  type EnvironmentLock,
  prepareEnvironment,
  takeInventory,
} from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { placesOf, type Settings } from '../../infra/settings.ts'
import { environmentError } from './errors.ts'
import { type EnvironmentVersionRow, findVersion, isWanted, languagesOf, referenceOf } from './store.ts'

/** What an engine knows the image of a version by. */
/** Under which images of environments lie in an engine. */
export const imageRepository = 'localhost/modelsmith/environment'
const tagOf = (version: string): string => `${imageRepository}:${version}`

/** What a plan and a model name it by: a version of an environment, for one of its languages. */
export const keyOf = (version: string, language: 'python' | 'r'): string => `${version}:${language}`

export const readKey = (key: string): { readonly version: string; readonly language: 'python' | 'r' } | undefined => {
  const [version = '', language] = key.split(':')
  if (!version.startsWith('environmentVersion_')) return undefined
  return { version, language: language === 'r' ? 'r' : 'python' }
}

/** Whether a model names an image so. */
export const isImage = (key: string): boolean => readKey(key) !== undefined

/** What an image has for the language that a model names it for; undefined where it is gone. */
export const imagePackages = async (
  queries: Queries,
  key: string,
): Promise<
  | {
      readonly name: string
      readonly language: 'python' | 'r'
      readonly packages: readonly { readonly name: string; readonly version: string }[]
    }
  | undefined
> => {
  const image = readKey(key)
  const row = image === undefined ? undefined : await findVersion(queries, image.version)
  const found = languagesOf(row?.inventory ?? null).find(({ language }) => language === image?.language)
  return row === undefined || found === undefined
    ? undefined
    : { name: referenceOf(row), language: found.language, packages: found.packages }
}

type EnvironmentRequest = {
  readonly name: string
  readonly lock?: EnvironmentLock | undefined
  readonly requirements?: readonly string[]
}

export type BuildPorts = { readonly signal: AbortSignal; readonly onLine: (line: string) => void }

/** An image of this machine; beside the images themselves, for processes that have no database. */
type Image = { readonly name: string; readonly id: string; readonly inventory: Inventory }

const recordOf = (settings: Settings, version: string): string => join(placesOf(settings).images, `${version}.json`)

/** Removes images of environments that were deleted: only a worker may ask the engine. */
export const removeUnusedImages = async ({
  database,
  settings,
}: Pick<Context, 'database' | 'settings'>): Promise<void> => {
  const engine = await findEngine()
  if (!isEngine(engine)) return
  for (const tag of await listImages(engine, imageRepository)) {
    const version = tag.slice(imageRepository.length + 1)
    if (await isWanted(database, version)) continue
    await removeImage(engine, tag)
    await rm(recordOf(settings, version), { force: true })
  }
}

/** Builds the image of a version on this machine, and looks at what it has. */
export const makeImage = async (
  { objects, settings }: Pick<Context, 'objects' | 'settings'>,
  row: EnvironmentVersionRow,
  { signal, onLine }: BuildPorts,
): Promise<Image> => {
  const engine = await demandEngine()
  onLine(`${engine.kind === 'docker' ? 'Docker' : 'Podman'} ${engine.version}`)
  const context = join(placesOf(settings).work, `image-${randomUUID()}`)
  try {
    await takeFolder(objects, row.files, context)
    const id = await buildImage(engine, {
      context,
      tag: tagOf(row.id),
      limits: {
        seconds: settings.buildMinutes * 60,
        diskMb: settings.buildMb,
        reserveMb: 1024,
        memoryMb: settings.buildMemoryMb,
      },
      signal,
      onLine,
    })
    const inventory = await takeInventory(engine, tagOf(row.id))
    const image = { name: referenceOf(row), id, inventory }
    await keepRecord(settings, row.id, image)
    return image
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

const keepRecord = async (settings: Settings, version: string, image: Image): Promise<void> => {
  const file = recordOf(settings, version)
  await mkdir(placesOf(settings).images, { recursive: true, mode: 0o755 })
  await writeFile(`${file}.${process.pid}`, JSON.stringify(image), { mode: 0o644 })
  await rename(`${file}.${process.pid}`, file)
}

/** The environment that a plan or a model names, made ready on this machine; an image that is not here is built from its folder. */
export const environmentFor = async (
  context: Pick<Context, 'database' | 'objects' | 'settings'>,
  { name, lock, requirements = [] }: EnvironmentRequest,
  ports: BuildPorts,
): Promise<Environment> => {
  const { database, settings } = context
  const key = readKey(name)
  if (key === undefined)
    return prepareEnvironment({
      name,
      lock,
      requirements,
      dataDir: settings.dataDir,
      forEveryone: true,
      onProgress: (step) => ports.onLine(`${name}: ${step}`),
    })
  const row = await findVersion(database, key.version)
  if (row === undefined) throw environmentError('environment.absent', { reference: key.version })
  if (row.state !== 'ready' || row.inventory === null)
    throw environmentError('environment.notReady', { reference: referenceOf(row), state: row.state })
  const here = await imageId(await demandEngine(), tagOf(row.id))
  const known = { name: referenceOf(row), id: here ?? '', inventory: row.inventory }
  if (here !== undefined) await keepRecord(settings, row.id, known)
  const image = here === undefined ? await makeImage(context, row, ports) : known
  return imageEnvironment({ ...image, image: tagOf(row.id) }, key.language)
}

/** The same for the prediction process, which has neither a database nor the right to build. */
export const environmentHere = async (
  settings: Settings,
  name: string,
  lock: EnvironmentLock | undefined,
): Promise<Environment> => {
  const key = readKey(name)
  if (key === undefined)
    return prepareEnvironment({ name, lock, requirements: [], dataDir: settings.dataDir, forEveryone: true })
  const text = await readFile(recordOf(settings, key.version), 'utf8').catch(() => {
    throw environmentError('environment.notReady', { reference: key.version, state: 'not on this machine yet' })
  })
  return imageEnvironment({ ...(JSON.parse(text) as Image), image: tagOf(key.version) }, key.language)
}
