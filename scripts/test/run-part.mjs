import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

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
 * Runs one part to its end. What the machine lacks skips it, or fails it where nothing may be missing (CI).
 * @param {import('./parts.mjs').TestPart} part
 * @param {{ root: string, resultsPath: string, strict: boolean }} options
 * @returns {Promise<Counts>}
 */
export const runPart = async (part, { root, resultsPath, strict }) => {
  const lacking = part.lacking?.()
  if (lacking !== undefined) {
    console.log(`${part.name}: this machine lacks ${lacking}`)
    return strict ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 }
  }
  const child = spawn(process.execPath, [...part.args, `--outputFile=${resultsPath}`], {
    cwd: root,
    env: { ...process.env, ...part.env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  const report = await readFile(resultsPath, 'utf8').then(JSON.parse, () => ({}))
  return countsOf(report, code === 0)
}
