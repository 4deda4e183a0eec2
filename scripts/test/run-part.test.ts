import { expect, it } from 'vitest'
import { countsOf, runPart } from './run-part.mjs'

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 }

it('counts what a report says', () => {
  expect(countsOf(report, true)).toEqual({ passed: 3, failed: 0, skipped: 2 })
})

it('counts a failed run as a failure although no test of it failed', () => {
  expect(countsOf(report, false)).toEqual({ passed: 3, failed: 1, skipped: 2 })
  expect(countsOf({}, false)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

it('skips a part that the machine cannot run, and fails it where nothing may be missing', async () => {
  const part = { name: 'journey', args: [], lacking: () => 'a browser' }
  const options = { root: import.meta.dirname, resultsPath: 'unused' }
  expect(await runPart(part, { ...options, strict: false })).toEqual({ passed: 0, failed: 0, skipped: 1 })
  expect(await runPart(part, { ...options, strict: true })).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
