import { readFileSync } from 'node:fs'

/** Licences that Apache-2.0 code may be shipped together with, as SPDX names. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
])

/** True when an SPDX expression leaves a choice that is allowed: one side of `OR`, both sides of `AND`. */
export const isAllowed = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, ' ')
    .split(/\sOR\s/)
    .some((choice) => choice.split(/\sAND\s/).every((name) => ALLOWED.has(name.trim())))

type LockedPackage = {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
}

/** The packages of a lock that are shipped (not development tools, not our own), with their licences. */
export const shippedPackages = (
  packages: Readonly<Record<string, LockedPackage>>,
): readonly { readonly name: string; readonly licence: string }[] =>
  Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && entry.dev !== true && entry.link !== true)
    .map(([path, entry]) => ({
      name: `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version ?? '?'}`,
      licence: entry.license ?? 'not stated',
    }))

if (import.meta.main) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> }
  const shipped = shippedPackages(lock.packages)
  const refused = shipped.filter(({ licence }) => !isAllowed(licence))
  for (const { name, licence } of refused) console.log(`${name}: licence ${licence} is not on the list`)
  console.log(`${shipped.length} shipped packages, ${refused.length} with a licence that is not on the list`)
  process.exitCode = refused.length === 0 ? 0 : 1
}
