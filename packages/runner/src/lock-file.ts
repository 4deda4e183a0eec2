import { readFile } from 'node:fs/promises'
import { readLayer } from './debian.ts'
import { lockedMinors, lockFile, packagesOf, readDefinition } from './definitions.ts'
import { canonicalName, isLayered, type LockedFile, lockText } from './environment-lock.ts'
import { environmentsFolder } from './environments.ts'
import { runnerError } from './errors.ts'
import { broughtBy, findR } from './r.ts'
import { readLock } from './requirements/layer.ts'
import type { Environment } from './types.ts'

/**
 * The lock of an environment as text: for Python what `pip install --require-hashes --no-deps -r` takes, for R the versions that the system
 * has; and what was unpacked beside the system, each package of Debian with its version and hash.
 *
 * @param minor of Python, where there is a choice
 */
export const readEnvironmentLock = async (dataDir: string, name: string, minor?: string): Promise<string> => {
  if (isLayered(name)) return layered(dataDir, name)
  const definition = await readDefinition(name)
  const folder = environmentsFolder(dataDir)
  if (definition.language === 'r') {
    const r = await findR()
    if (r === undefined) throw runnerError('environment.noLock', { name })
    const own = r.packages.map((each) => `${each.name} ${each.version}`)
    return [`# R ${r.version}`, ...own, ...(await debianLines(broughtBy(definition, r), folder)), ''].join('\n')
  }
  const minors = await lockedMinors(name)
  const wanted = minor ?? minors[0] ?? ''
  if (!minors.includes(wanted)) throw runnerError('environment.notLocked', { name, minor: wanted, known: minors })
  // What pip reads past, since the rest is for pip.
  const debian = (await debianLines(definition.debian ?? [], folder)).map((line) => `# ${line.replace(/^# /, '')}\n`)
  return `# ${name}, Python ${wanted}\n${await readFile(lockFile(name, wanted), 'utf8')}${debian.join('')}`
}

/** The same of an environment that runs here, for the version of Python that it has. */
export const lockOf = (
  dataDir: string,
  { name, language, fingerprint }: Pick<Environment, 'name' | 'language' | 'fingerprint'>,
): Promise<string> => {
  const [, version = ''] = fingerprint.split(' ')
  return readEnvironmentLock(
    dataDir,
    name,
    language === 'python' ? version.split('.').slice(0, 2).join('.') : undefined,
  )
}

const debianLines = async (names: readonly string[], folder: string): Promise<string[]> => {
  if (names.length === 0) return []
  const layer = await readLayer(names, folder)
  if (layer === undefined)
    return [`# Debian: ${names.join(', ')}, in the version that it has when the environment is first used`]
  return ['# Debian, unpacked beside the system', ...layer.packages.map(lineOf)]
}

const lineOf = ({ name, version, sha256 }: LockedFile): string => `${name} ${version} sha256:${sha256}`

const layered = async (dataDir: string, name: string): Promise<string> => {
  const lock = await readLock(dataDir, name)
  if (lock === undefined) throw runnerError('environment.noLock', { name })
  const { base, python, why, requirements, packages } = lock
  const head = [`# ${name}`, `# ${why}`, `# for ${requirements.join(', ')}`, `# on top of ${base}`]
  if (python === '') return [...head, ...packages.map(lineOf), ''].join('\n')
  const own = new Set(packages.map((each) => each.name))
  const baseText = await readFile(lockFile(base, python), 'utf8')
  const kept = splitLock(baseText).filter((entry) => !own.has(canonicalName(packagesOf(entry)[0]?.name ?? '')))
  return [...head, `${lockText(packages)}# ${base}`, ...kept, ''].join('\n')
}

/** A package of a lock is a line and the indented ones that follow it. */
const splitLock = (text: string): string[] => text.split(/\n(?=\S)/).map((entry) => entry.trimEnd())
