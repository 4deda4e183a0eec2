import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ fullName: string, status: string, failureMessages?: readonly string[] }} TestResult */
/** @typedef {{ name: string, status: string, message?: string, startTime?: number, endTime?: number, assertionResults: readonly TestResult[] }} FileResult */
/** @typedef {{ counts: Counts, failures: readonly string[], long: readonly string[] }} Outcome `failures`: a line or a few for each. */

const MESSAGE_LINES = 6
const MESSAGE_LENGTH = 600

/**
 * The counts of a results file: vitest's JSON report, or counts in the same words from a tool of ours.
 * @param {{ numPassedTests?: number, numFailedTests?: number, numPendingTests?: number, numTodoTests?: number }} report
 * @param {boolean} succeeded
 * @returns {Counts}
 */
export const countsOf = (report, succeeded) => {
  const failed = report.numFailedTests ?? 0
  return {
    passed: report.numPassedTests ?? 0,
    // A file that does not load, or an error outside of a test, fails a run without failing a test.
    failed: succeeded ? failed : Math.max(failed, 1),
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}

/**
 * What failed, by file and name with the beginning of its message: a long run says again at its end what scrolled away.
 * @param {{ testResults?: readonly FileResult[] }} report
 * @param {string} root
 * @returns {readonly string[]}
 */
export const failuresOf = ({ testResults = [] }, root) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0) return status === 'failed' ? [`${file}\n${beginning(message)}`] : []
    return failed.map((test) => `${file} > ${test.fullName}\n${beginning(test.failureMessages?.[0])}`)
  })

/**
 * The files that took a minute and more, the longest first: where to look when a part takes too long.
 * @param {{ testResults?: readonly FileResult[] }} report
 * @param {string} root
 * @returns {readonly string[]}
 */
export const longOf = ({ testResults = [] }, root) =>
  testResults
    .map(({ name, startTime = 0, endTime = 0 }) => ({
      file: relative(root, name),
      minutes: (endTime - startTime) / 60_000,
    }))
    .filter(({ minutes }) => minutes >= 1)
    .toSorted((a, b) => b.minutes - a.minutes)
    .map(({ file, minutes }) => `${minutes.toFixed(2).padStart(6)} min  ${file}`)

/** @param {string | undefined} message */
const beginning = (message = '') =>
  stripVTControlCharacters(message)
    .slice(0, MESSAGE_LENGTH)
    .split('\n')
    .slice(0, MESSAGE_LINES)
    .map((line) => `  ${line}`)
    .join('\n')

/**
 * Runs one part to its end. What the machine lacks skips it, or fails it where nothing may be missing (CI).
 * @param {import('./parts.mjs').TestPart} part
 * @param {{ root: string, resultsPath: string, strict: boolean }} options
 * @returns {Promise<Outcome>}
 */
export const runPart = async (part, { root, resultsPath, strict }) => {
  const lacking = part.lacking?.()
  if (lacking !== undefined) {
    console.log(`${part.name}: this machine lacks ${lacking}`)
    return strict
      ? {
          counts: { passed: 0, failed: 1, skipped: 0 },
          failures: [`${part.name}\n  this machine lacks ${lacking}`],
          long: [],
        }
      : { counts: { passed: 0, failed: 0, skipped: 1 }, failures: [], long: [] }
  }
  const child = spawn(process.execPath, [...part.args, `--outputFile=${resultsPath}`], {
    cwd: root,
    env: { ...process.env, ...part.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  const report = await readFile(resultsPath, 'utf8').then(JSON.parse, () => ({}))
  return { counts: countsOf(report, code === 0), failures: failuresOf(report, root), long: longOf(report, root) }
}
