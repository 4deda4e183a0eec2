import type { AlgorithmCode } from '@modelsmith/api'
import type { EnvironmentContent } from '@modelsmith/domain'
import { listEnvironments } from '@modelsmith/runner'
import type { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import type { Principal } from '../../../infra/rights/principal.ts'
import { customContents } from '../../environments/index.ts'
import { hostingError } from '../errors.ts'
import type { SavedModel } from './coded-file.ts'

/** What package indexes call the libraries whose files say their version. */
const packages: Readonly<Record<string, string>> = { 'scikit-learn': 'scikit-learn' }

const versionIn = ({ packages: has }: EnvironmentContent, name: string): string | undefined =>
  has?.find((each) => each.name.toLowerCase() === name)?.version

/** That the environment of the code has another version of the library than the file was made with, and which one has it. */
export const otherVersion = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  caller: Principal,
  { environment }: AlgorithmCode,
  { library, libraryVersion }: Pick<SavedModel, 'library' | 'libraryVersion'>,
): Promise<ModelsmithError | undefined> => {
  const name = packages[library ?? '']
  if (name === undefined || libraryVersion === null) return undefined
  const known: readonly EnvironmentContent[] = [
    ...(await listEnvironments(settings.dataDir)),
    ...(await customContents(database, caller, environment)),
  ]
  const own = known.find((each) => each.name === environment)
  const has = own === undefined ? undefined : versionIn(own, name)
  if (own === undefined || has === libraryVersion) return undefined
  const fitting = known.filter((each) => versionIn(each, name) === libraryVersion)
  return hostingError('experiment.libraryVersion', {
    made: `${library} ${libraryVersion}`,
    environment,
    has: has === undefined ? `no ${name}` : `${name} ${has}`,
    fitting: fitting.map((each) => each.name).join(' or '),
  })
}
