import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'

export const requirementsFile = 'requirements.txt'

export type Requirement = {
  readonly name: string
  /** Of `name==version`; undefined where another condition stands, or none. */
  readonly version: string | undefined
  /** The whole requirement without its comment, such as `scipy[all]>=1.10,<2; python_version < "3.13"`. */
  readonly text: string
  readonly line: number
}

// Names, extras and version specifiers of PEP 508 and PEP 440; what follows ";" is a marker.
const pythonRequirement =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[A-Za-z0-9._, -]*\])?\s*(?<version>(?:(?:[<>=!~]=|===|[<>])\s*[A-Za-z0-9.*+!_-]+\s*,?\s*)*)(?:;.*)?$/
// Markers of PEP 508: comparisons of known variables with texts, and how they are joined.
const comparison =
  /^\s*\(*\s*(?:python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|platform_python_implementation|implementation_name|implementation_version)\s*(?:[<>=!~]=|===|[<>]|in|not in)\s*(?:"[^"]*"|'[^']*')\s*\)*\s*$/

const hasBadMarker = (line: string, language: 'python' | 'r'): boolean => {
  const at = line.indexOf(';')
  if (language === 'r' || at < 0) return false
  return !line
    .slice(at + 1)
    .split(/\s(?:and|or)\s/)
    .every((part) => comparison.test(part))
}

/** What a line is instead of a requirement. */
const problemOf = (line: string): string | undefined => {
  if (/^(-e|--editable)\b/.test(line)) return 'installs a folder in place, which runs its code'
  if (/^-(r|c)\b|^--(requirement|constraint)\b/.test(line)) return 'reads another file'
  if (line.startsWith('-'))
    return 'is an option of pip; where packages come from is for the operator to say, in pip.conf'
  if (/:\/\/|\s@\s|^[A-Za-z0-9._-]+@/.test(line)) return 'is an address; packages come from the package index alone'
  if (/^[./~\\]|\.(whl|zip|tar\.gz)$/.test(line)) return 'is a path; put what it holds into the task folder'
  if (line.includes(';'))
    return 'has a condition that is not a comparison of python_version, sys_platform and the like with a text'
  return undefined
}

const rPackage = /^(?<name>[A-Za-z][A-Za-z0-9.]*[A-Za-z0-9])$/

const rules = {
  python: {
    pattern: pythonRequirement,
    expected: 'a package with its version; options, addresses and paths are not read',
  },
  r: { pattern: rPackage, expected: 'the name of one package, without a version' },
} as const

/** Reads `requirements.txt`: Python requirements with versions, or R package names without. */
export const parseRequirements = (
  text: string,
  language: 'python' | 'r',
): { readonly requirements: readonly Requirement[]; readonly findings: readonly Finding[] } => {
  const { pattern, expected } = rules[language]
  const requirements: Requirement[] = []
  const findings: Finding[] = []
  const unpinned: string[] = []
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    const match = line.length > 500 || hasBadMarker(line, language) ? undefined : pattern.exec(line)?.groups
    if (match?.['name'] === undefined) {
      const place = { file: requirementsFile, line: index + 1 }
      const problem = language === 'python' ? problemOf(line) : undefined
      findings.push(finding('taskFolder.requirement', { line: line.slice(0, 100), expected, problem }, { place }))
      continue
    }
    const version = /^==\s*([^*,\s]+)\s*$/.exec(match['version'] ?? '')?.[1]
    requirements.push({ name: match['name'], version, text: line, line: index + 1 })
    if (language === 'python' && match['version'] === '') unpinned.push(match['name'])
  }
  if (unpinned.length > 0) {
    const place = { file: requirementsFile }
    findings.push(finding('taskFolder.unpinned', { names: unpinned }, { severity: 'warning', place }))
  }
  return { requirements, findings }
}
