import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/test/longest-first.ts'

type More = { globalSetup?: string[] }

const project = (name: string, include: string[], timeoutMs: number, { globalSetup = [] }: More = {}) => ({
  test: {
    name,
    include,
    environment: 'node' as const,
    testTimeout: timeoutMs,
    hookTimeout: Math.max(timeoutMs, 60_000),
    // A busy machine is slow, not wrong.
    expect: { poll: { timeout: 30_000 } },
    // One PostgreSQL for the tests that ask for a database.
    globalSetup: ['packages/server/src/infra/postgres/testing/setup.ts', ...globalSetup],
  },
})

export default defineConfig({
  test: {
    // The smallest machine that is supported has two cores, and tests start processes of their own.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'], 120_000),
      project('conformance', ['conformance/**/*.test.ts'], 180_000),
      project('documents', ['docs/**/*.test.ts'], 60_000),
      // Each of these starts the whole product.
      project('end-to-end', ['e2e/**/*.test.ts'], 600_000, { globalSetup: ['e2e/support/pages.ts'] }),
    ],
  },
})
