import { readFile } from 'node:fs/promises'
import { type PackageLanguage, packageName } from '@modelsmith/domain'
import { type EnvironmentDescription, type EnvironmentLock, listEnvironments, manifestFile } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import { imagePackages, isImage } from '../environments/index.ts'
import { baseOf } from './environments.ts'

/** What one environment of something that is served has here. */
export type ServedEnvironment = {
  /** As the folder names it. */
  readonly key: string
  /** As people know it. */
  readonly name: string
  readonly language: PackageLanguage
  readonly packages: readonly { readonly name: string; readonly version: string }[]
}

type BuiltIn = ReadonlyMap<string, Pick<EnvironmentDescription, 'language' | 'packages'>>
/** What the built-in environments have here. */
export const builtInPackages = async ({ settings }: Pick<Context, 'settings'>): Promise<BuiltIn> =>
  new Map((await listEnvironments(settings.dataDir)).map((each) => [each.name, each]))

/**
 * Packages of the environments that the code of a served folder runs in, as they are here now; nothing of what is scored natively.
 * Packages that a lock brings stand in place of those of the environment below it.
 */
export const servedEnvironments = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  files: readonly StoredFile[],
  known: BuiltIn,
): Promise<{ readonly environments: readonly ServedEnvironment[]; readonly gone: readonly string[] }> => {
  const read = async (path: string): Promise<unknown> => {
    const file = files.find((each) => each.path === path)
    return file === undefined ? undefined : JSON.parse(await readFile(await objects.pathOf(file.key), 'utf8'))
  }
  const manifest = (await read(manifestFile)) as { nodes: readonly { environment: string }[] } | undefined
  const names = new Set((manifest?.nodes ?? []).map(({ environment }) => environment))
  const found: ServedEnvironment[] = []
  const gone: string[] = []
  for (const name of names) {
    if (isImage(name)) {
      const image = await imagePackages(database, name)
      if (image === undefined) gone.push(name)
      else found.push({ key: name, ...image })
      continue
    }
    const base = known.get(baseOf(name))
    if (base === undefined) {
      gone.push(name)
      continue
    }
    const { language } = base
    const lock = (await read(`environments/${name}.json`)) as EnvironmentLock | undefined
    const brought = (lock?.packages ?? []).map(({ name: of, version }) => ({ name: of, version }))
    const own = new Set(brought.map((each) => packageName(each.name, language)))
    const kept = base.packages.filter((each) => !own.has(packageName(each.name, language)))
    found.push({
      key: name,
      name,
      language,
      packages: [...kept.map(({ name: of, version }) => ({ name: of, version })), ...brought],
    })
  }
  return { environments: found, gone }
}
