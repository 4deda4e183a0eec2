import type { EnvironmentContent } from '@modelsmith/domain'
import { runs } from '@modelsmith/runner'
import type { Queries } from '../../infra/database/database.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { environmentError } from './errors.ts'
import { keyOf } from './images.ts'
import { findNamed, languagesOf, readyVersions, referenceOf } from './store.ts'

/**
 * What a person's tasks may name beside the built-in environments: each by its name, and each of its versions. `known` is a reference
 * that a task has already, which whoever may change the task may leave there.
 */
export const customContents = async (
  queries: Queries,
  person: Principal,
  known: string | undefined,
): Promise<EnvironmentContent[]> => {
  const named = new Set<string>()
  return (await readyVersions(queries, person, known?.split('@')[0])).flatMap((row) => {
    const isNewest = !named.has(row.environment_name)
    named.add(row.environment_name)
    return languagesOf(row.inventory)
      .filter(({ missing }) => missing.length === 0)
      .flatMap(({ language, packages }) =>
        [...(isNewest ? [row.environment_name] : []), referenceOf(row)].map((name) => ({ name, language, packages })),
      )
  })
}

/** The key of the environment that a task of an organisation names: a built-in one is its own. */
export const resolveEnvironment = async (
  queries: Queries,
  organisation: string,
  reference: string,
  language: 'python' | 'r',
  builtIn: ReadonlySet<string>,
): Promise<string> => {
  if (builtIn.has(reference)) return reference
  const [name = '', number] = reference.split('@')
  const row = await findNamed(queries, organisation, name, number === undefined ? undefined : Number(number))
  if (row === undefined) throw environmentError('environment.absent', { reference })
  if (row.inventory === null || !runs(row.inventory, language))
    throw environmentError('environment.notReady', { reference: referenceOf(row), state: row.state })
  return keyOf(row.id, language)
}
