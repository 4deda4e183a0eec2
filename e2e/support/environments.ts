import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, installEnvironment } from '@modelsmith/runner'

/** Data folder whose environments all tests of a user of this machine share: each is installed once. */
export const dataDir = join(tmpdir(), `modelsmith-test-${process.getuid?.() ?? 0}`)

/** Installs an environment there, unless it is there. */
export const installed = (name: string): Promise<Environment> =>
  installEnvironment({ name, dataDir, forEveryone: true })

/** Installs environments there, unless they are; the folder that they are in. */
export const environmentsWith = async (...names: readonly string[]): Promise<string> => {
  for (const name of names) await installed(name)
  return join(dataDir, 'environments')
}
