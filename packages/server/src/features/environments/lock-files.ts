import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Environment, lockOf } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { authorise } from '../../infra/rights/objects.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { readKey } from './images.ts'
import { findVersion, languagesOf, referenceOf } from './store.ts'

/** Where the folder of a model has the lock of an environment. */
export const lockFileOf = (name: string): string => `environments/${name}.txt`

/**
 * Puts the locks of environments into the folder of a model: packages with their versions, and with hashes where they are fetched by
 * these. They are read now: what has the same name later may have other packages. Of a container image its version tells.
 */
export const writeLocks = async (
  { settings }: Pick<Context, 'settings'>,
  environments: ReadonlyMap<string, Environment>,
  folder: string,
): Promise<void> => {
  await mkdir(join(folder, 'environments'), { recursive: true })
  for (const [name, environment] of environments)
    if (readKey(name) === undefined)
      await writeFile(join(folder, lockFileOf(name)), await lockOf(settings.dataDir, environment))
}

/** What a container image has that a model names so, for whoever may take its folder away; undefined where it is none. */
export const imageLock = async (
  queries: Queries,
  caller: Principal,
  key: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> => {
  const image = readKey(key)
  const row = image === undefined ? undefined : await findVersion(queries, image.version)
  if (image === undefined || row === undefined) return undefined
  await authorise(queries, caller, 'download', 'environment', row.environment_id)
  const found = languagesOf(row.inventory).find(({ language }) => language === image.language)
  const [language, between] = image.language === 'r' ? ['R', ' '] : ['Python', '==']
  const lines = [
    `# ${referenceOf(row)}, a container image: ${row.image_id}`,
    `# ${language} ${found?.version}`,
    ...(found?.packages ?? []).map(({ name, version }) => `${name}${between}${version}`),
  ]
  return { path: lockFileOf(`${referenceOf(row)}-${image.language}`), text: `${lines.join('\n')}\n` }
}
