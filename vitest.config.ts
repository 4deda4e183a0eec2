import { defineConfig } from 'vitest/config'

const base = { environment: 'node', testTimeout: 30_000, hookTimeout: 60_000 } as const
// One PostgreSQL for the tests that ask for a database.
const globalSetup = 'packages/server/src/infra/postgres/testing/setup.ts'

export default defineConfig({
  test: {
    // The smallest machine that is supported has two cores, and tests start processes of their own.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...base,
          name: 'unit',
          globalSetup,
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
        },
      },
      { test: { ...base, name: 'conformance', globalSetup, include: ['conformance/**/*.test.ts'] } },
    ],
  },
})
