import { defineConfig } from 'vitest/config'

const base = { environment: 'node', testTimeout: 30_000, hookTimeout: 60_000 } as const

export default defineConfig({
  test: {
    // The smallest machine that is supported has two cores, and tests start processes of their own.
    maxWorkers: 2,
    projects: [
      { test: { ...base, name: 'unit', include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'] } },
      { test: { ...base, name: 'conformance', include: ['conformance/**/*.test.ts'] } },
    ],
  },
})
