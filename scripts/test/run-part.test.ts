import { expect, it } from 'vitest'
import { countsOf, failuresOf, longOf, runPart } from './run-part.mjs'

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 }

it('counts what a report says', () => {
  expect(countsOf(report, true)).toEqual({ passed: 3, failed: 0, skipped: 2 })
})

it('counts a failed run as a failure although no test of it failed', () => {
  expect(countsOf(report, false)).toEqual({ passed: 3, failed: 1, skipped: 2 })
  expect(countsOf({}, false)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

it('names what failed, with the beginning of its message', () => {
  const testResults = [
    {
      name: '/clone/e2e/a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: 'opens', status: 'passed' },
        {
          fullName: 'closes',
          status: 'failed',
          failureMessages: [`\u001b[31mexpected 1 to be 2\u001b[39m\n${'at\n'.repeat(50)}`],
        },
      ],
    },
    { name: '/clone/e2e/b.test.ts', status: 'failed', message: 'does not load', assertionResults: [] },
    { name: '/clone/e2e/c.test.ts', status: 'passed', assertionResults: [] },
  ]
  const [first, ...rest] = failuresOf({ testResults }, '/clone')
  expect(first?.split('\n').slice(0, 2)).toEqual(['e2e/a.test.ts > closes', '  expected 1 to be 2'])
  expect(first?.split('\n')).toHaveLength(7)
  expect(rest).toEqual(['e2e/b.test.ts\n  does not load'])
  expect(failuresOf({}, '/clone')).toEqual([])
})

it('names the files that took a minute and more', () => {
  const took = (name: string, seconds: number) => ({
    name: `/clone/${name}`,
    status: 'passed',
    startTime: 1000,
    endTime: 1000 * (1 + seconds),
    assertionResults: [],
  })
  expect(longOf({ testResults: [took('a', 60), took('b', 59), took('c', 90)] }, '/clone')).toEqual([
    '  1.50 min  c',
    '  1.00 min  a',
  ])
})

it('skips a part that the machine cannot run, and fails it where nothing may be missing', async () => {
  const part = { name: 'journey', args: [], lacking: () => 'a browser' }
  const options = { root: import.meta.dirname, resultsPath: 'unused' }
  const relaxed = await runPart(part, { ...options, strict: false })
  expect(relaxed).toEqual({ counts: { passed: 0, failed: 0, skipped: 1 }, failures: [], long: [] })
  const strict = await runPart(part, { ...options, strict: true })
  expect(strict.counts).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(strict.failures).toEqual(['journey\n  this machine lacks a browser'])
})
