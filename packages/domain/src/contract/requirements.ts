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
    const match = line.length > 500 ? undefined : pattern.exec(line)?.groups
    if (match?.['name'] === undefined) {
      const place = { file: requirementsFile, line: index + 1 }
      findings.push(finding('taskFolder.requirement', { line: line.slice(0, 100), expected }, { place }))
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
