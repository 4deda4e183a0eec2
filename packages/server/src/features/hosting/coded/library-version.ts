import type { AlgorithmCode } from '@modelsmith/api'
import type { EnvironmentContent } from '@modelsmith/domain'
import { listEnvironments } from '@modelsmith/runner'
import type { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../../infra/context.ts'
import type { Principal } from '../../../infra/rights/principal.ts'
import { customContents } from '../../environments/index.ts'
import { hostingError } from '../errors.ts'
import type { SavedModel } from './coded-file.ts'

/** What package indexes call the libraries whose files say their version; LightGBM's say none. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'scikit-learn': ['scikit-learn'],
  Spark: ['pyspark'],
  XGBoost: ['xgboost', 'xgboost-cpu'],
}

const versionIn = ({ packages: has }: EnvironmentContent, names: readonly string[]): string | undefined =>
  has?.find((each) => names.includes(each.name.toLowerCase()))?.version

/** That the environment of the code has another version of the library than the file was made with, and which one has it. */
export const otherVersion = async (
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  caller: Principal,
  { environment }: AlgorithmCode,
  { library, libraryVersion }: Pick<SavedModel, 'library' | 'libraryVersion'>,
): Promise<ModelsmithError | undefined> => {
  const names = packages[library ?? '']
  if (names === undefined || libraryVersion === null) return undefined
  const known: readonly EnvironmentContent[] = [
    ...(await listEnvironments(settings.dataDir)),
    ...(await customContents(database, caller, environment)),
  ]
  const own = known.find((each) => each.name === environment)
  const has = own === undefined ? undefined : versionIn(own, names)
  if (own === undefined || has === libraryVersion) return undefined
  const fitting = known.filter((each) => versionIn(each, names) === libraryVersion)
  return hostingError('experiment.libraryVersion', {
    made: `${library} ${libraryVersion}`,
    environment,
    has: has === undefined ? `no ${names[0]}` : `${names[0]} ${has}`,
    fitting: fitting.map((each) => each.name).join(' or '),
  })
}
