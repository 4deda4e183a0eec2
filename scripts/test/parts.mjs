import { findChromium } from '../setup/chromium.mjs'

/**
 * @typedef {object} TestPart
 * @property {string} name
 * @property {readonly string[]} args of node; the path of a results file follows as `--outputFile=…`
 * @property {NodeJS.ProcessEnv} [env]
 * @property {() => string | undefined} [lacking] what the machine lacks for it
 */

const vitest = (/** @type {readonly string[]} */ ...args) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  ...args,
]

/** What `npm test` runs, in this order. A new part is one line here. @type {readonly TestPart[]} */
export const TEST_PARTS = [
  { name: 'check', args: ['scripts/check.ts'] },
  { name: 'unit', args: vitest('--project=unit') },
  {
    name: 'server on PostgreSQL 15',
    args: vitest('--project=unit', 'packages/server'),
    env: { MODELSMITH_TEST_POSTGRES: '15' },
  },
  { name: 'conformance', args: vitest('--project=conformance') },
  { name: 'documents', args: vitest('--project=documents') },
  {
    name: 'end to end, in a browser',
    args: vitest('--project=end-to-end'),
    lacking: () => (findChromium() === undefined ? 'Chromium (name it by CHROMIUM_PATH)' : undefined),
  },
]
