import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import type { TaskFolder } from './folder.ts'
import { metadataFile } from './metadata.ts'
import { requirementsFile } from './requirements.ts'

const defaults = { python: 'python-ml', r: 'r-ml' } as const

/** What a task runs in: what its metadata names, else what is there for its language. */
export const environmentOf = ({ metadata, language }: Pick<TaskFolder, 'metadata' | 'language'>): string =>
  metadata?.environment ?? defaults[language]

export type EnvironmentContent = {
  readonly name: string
  readonly language: 'python' | 'r'
  /** Undefined while it is not installed. */
  readonly packages: readonly { readonly name: string; readonly version: string }[] | undefined
}

const canonicalNames = {
  /** PEP 503: letters of one case, and any run of `-`, `_` and `.` is one `-`. */
  python: (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-'),
  r: (name: string): string => name,
} as const

/** Can the task run in the environment that it names? A package that is missing is an error, another version of it a warning. */
export const checkEnvironment = (task: TaskFolder, environments: readonly EnvironmentContent[]): Finding[] => {
  const { language, requirements } = task
  const name = environmentOf(task)
  const called = environments.filter((each) => each.name === name)
  // An image may run both languages.
  const environment = called.find((each) => each.language === language) ?? called[0]
  const known = environments.map((each) => `${each.name} (${languageNames[each.language]})`)
  const place = { file: metadataFile }
  if (environment === undefined) return [finding('taskFolder.environment', { name, known }, { place })]
  if (environment.language !== language) {
    const languages = { task: languageNames[language], runs: languageNames[environment.language] }
    return [finding('taskFolder.otherLanguage', { ...languages, environment: name, known }, { place })]
  }
  if (environment.packages === undefined) return []
  const canonicalName = canonicalNames[language]
  const versions = new Map(environment.packages.map((each) => [canonicalName(each.name), each.version]))
  return requirements.flatMap((requirement) => {
    const found = versions.get(canonicalName(requirement.name))
    const values = { text: requirement.text, environment: name, language }
    const at = { file: requirementsFile, line: requirement.line }
    if (found === undefined) return [finding('taskFolder.notInstalled', values, { place: at })]
    if (requirement.version === undefined || requirement.version === found) return []
    return [finding('taskFolder.otherVersion', { ...values, found }, { place: at, severity: 'warning' })]
  })
}

const languageNames = { python: 'Python', r: 'R' } as const
