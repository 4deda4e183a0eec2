import type { ArchiveManifest } from '@modelsmith/api'
import { listEnvironments } from '@modelsmith/runner'
import type { Finding } from '@modelsmith/table'
import { plainFinding } from '../hosting/index.ts'
import { registryError } from './errors.ts'

type Environments = ArchiveManifest['environments']

/** Packages on top of a built-in environment are brought by their lock, which is in the folder of the model. */
export const baseOf = (name: string): string => name.replace(/\+[0-9a-f]{12}$/, '')

/** What the built-in environments below these have here. */
export const environmentsHere = async (dataDir: string, names: Iterable<string>): Promise<Environments> => {
  const wanted = new Set([...names].map(baseOf))
  return (await listEnvironments(dataDir))
    .filter(({ name }) => wanted.has(name))
    .map(({ name, packages }) => ({
      name,
      packages: packages.map((each) => ({ name: each.name, version: each.version })),
    }))
}

/** Environments that are not here, or have other packages. */
export const otherEnvironments = async (
  dataDir: string,
  needed: readonly string[],
  there: Environments,
): Promise<readonly Finding[]> => {
  const names = [...new Set(needed.map(baseOf))]
  const here = new Map((await environmentsHere(dataDir, names)).map(({ name, packages }) => [name, packages]))
  return names.flatMap((name) => {
    const [own, theirs] = [here.get(name), there.find((each) => each.name === name)?.packages]
    if (own === undefined || theirs === undefined)
      return [plainFinding(registryError('archive.noEnvironment', { name }))]
    const differences = packageDifferences(theirs, own).map(
      ({ name: of, before, after }) => `${of} ${after ?? 'missing'} for ${before ?? 'none'}`,
    )
    return differences.length === 0 ? [] : [plainFinding(registryError('archive.environment', { name, differences }))]
  })
}

type Package = Environments[number]['packages'][number]

/** Packages that two lists have in other versions, or only one of them has; by name. */
export const packageDifferences = (before: readonly Package[], after: readonly Package[]) => {
  const [old, now] = [before, after].map((list) => new Map(list.map(({ name, version }) => [name, version]))) as [
    Map<string, string>,
    Map<string, string>,
  ]
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
}
