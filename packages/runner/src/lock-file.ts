import { readFile } from 'node:fs/promises'
import { lockedMinors, lockFile, packagesOf, readDefinition } from './definitions.ts'
import { canonicalName, isLayered, lockText } from './environment-lock.ts'
import { runnerError } from './errors.ts'
import { findR } from './r.ts'
import { readLock } from './requirements/layer.ts'

/**
 * The lock of an environment as text: for Python what `pip install --require-hashes --no-deps -r` takes, for R the versions that the system
 * has.
 *
 * @param minor of Python, where there is a choice
 */
export const readEnvironmentLock = async (dataDir: string, name: string, minor?: string): Promise<string> => {
  if (isLayered(name)) return layered(dataDir, name)
  const { language } = await readDefinition(name)
  if (language === 'r') {
    const r = await findR()
    if (r === undefined) throw runnerError('environment.noLock', { name })
    return [`# R ${r.version}`, ...r.packages.map((each) => `${each.name} ${each.version}`), ''].join('\n')
  }
  const minors = await lockedMinors(name)
  const wanted = minor ?? minors[0] ?? ''
  if (!minors.includes(wanted)) throw runnerError('environment.noPython', { needed: wanted, found: minors.join(', ') })
  return `# ${name}, Python ${wanted}\n${await readFile(lockFile(name, wanted), 'utf8')}`
}

const layered = async (dataDir: string, name: string): Promise<string> => {
  const lock = await readLock(dataDir, name)
  if (lock === undefined) throw runnerError('environment.noLock', { name })
  const { base, python, why, requirements, packages } = lock
  const head = [`# ${name}`, `# ${why}`, `# for ${requirements.join(', ')}`, `# on top of ${base}`]
  if (python === '')
    return [...head, ...packages.map((each) => `${each.name} ${each.version} sha256:${each.sha256}`), ''].join('\n')
  const own = new Set(packages.map((each) => each.name))
  const baseText = await readFile(lockFile(base, python), 'utf8')
  const kept = splitLock(baseText).filter((entry) => !own.has(canonicalName(packagesOf(entry)[0]?.name ?? '')))
  return [...head, `${lockText(packages)}# ${base}`, ...kept, ''].join('\n')
}

/** A package of a lock is a line and the indented ones that follow it. */
const splitLock = (text: string): string[] => text.split(/\n(?=\S)/).map((entry) => entry.trimEnd())
