import { stripVTControlCharacters } from 'node:util'
import type { ApiError } from '@modelsmith/api'
import { type Finding, ModelsmithError, type Place } from '@modelsmith/table'
import { cliError } from './errors.ts'

/** Errors of whoever called, as opposed to errors of the task or the server. */
const usageCodes: ReadonlySet<string> = new Set([
  'cli.usage',
  'cli.file',
  'cli.input',
  'cli.ambiguousName',
  'cli.noValidation',
])

/** Citty throws an error class of its own, which it does not export. */
const isUsageOfCitty = (error: unknown): error is Error => error instanceof Error && error.name === 'CLIError'

const isOfServer = (error: unknown): error is ApiError =>
  error instanceof Error && error.name === 'ApiError' && 'problem' in error

/** What a server answered, as an error of ours; the API is loaded only where there was a server. */
export const ofServer = async (error: unknown): Promise<unknown> =>
  isOfServer(error) ? (await import('@modelsmith/api')).fromProblem(error.problem) : error

const known = (error: unknown): ModelsmithError | undefined => {
  if (error instanceof ModelsmithError) return error
  return isUsageOfCitty(error)
    ? cliError('cli.usage', { problem: `${stripVTControlCharacters(error.message)}.` })
    : undefined
}

/** As `inspect`: harmless, and not ours to score. */
const notNative = 'cli.notNative'

export const exitStatusOf = (error: unknown): 1 | 2 | 3 => {
  const code = known(error)?.code ?? ''
  return code === notNative ? 3 : usageCodes.has(code) ? 2 : 1
}

const wordsOfPlace = ({ file, line, column, row }: Place): string =>
  [
    file,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
    row === undefined ? undefined : `row ${row}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ')

const wordsOfFinding = ({ message, hint, place, severity }: Finding): string => {
  const where = place === undefined ? '' : wordsOfPlace(place)
  const kind = severity === 'warning' ? 'warning: ' : ''
  return `${kind}${where === '' ? '' : `${where}: `}${message}${hint === undefined ? '' : `\n    ${hint}`}`
}

export const listFindings = (findings: readonly Finding[]): string =>
  findings.map((finding) => `  ${wordsOfFinding(finding)}\n`).join('')

/** Some errors have their findings in their message. */
const isSaid = ({ message }: ModelsmithError, finding: Finding): boolean => message.includes(finding.message)

const hintsOf = (error: ModelsmithError): string[] => [
  ...new Set(
    [...error.findings.filter((finding) => isSaid(error, finding)), error]
      .map(({ hint }) => hint)
      .filter((hint) => hint !== undefined),
  ),
]

/** An error in words: what happened, every finding with its place, the user's own traceback, what to do. */
export const explain = (error: unknown): string => {
  const found = known(error)
  if (found === undefined) return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
  const { traceback } = found.values
  return [
    `${found.message}\n`,
    listFindings(found.findings.filter((finding) => !isSaid(found, finding))),
    typeof traceback === 'string' && traceback !== '' ? `${traceback.trimEnd()}\n` : '',
    hintsOf(found)
      .map((hint) => `Hint: ${hint}\n`)
      .join(''),
  ].join('')
}

export const explainAsJson = (error: unknown): string => {
  const found =
    known(error) ?? new ModelsmithError({ code: 'cli.bug', kind: 'bug', message: String(error), cause: error })
  return `${JSON.stringify({ error: found.toJSON() }, null, 2)}\n`
}
