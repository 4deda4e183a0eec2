import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute and more, the longest first: begun last, one of them would run alone to the end. */
const long = [
  'conformance/templates/templates.test.ts',
  'conformance/sandbox/sandbox.test.ts',
  'conformance/runner/worker.test.ts',
  'conformance/platform/platform.test.ts',
  'conformance/library/library.test.ts',
  'e2e/rights.test.ts',
  'e2e/soak.test.ts',
  'e2e/tutorials.test.ts',
  'e2e/hostile-api.test.ts',
  'e2e/hosting-pages.test.ts',
  'e2e/journey.test.ts',
  'e2e/containers.test.ts',
  'e2e/insights.test.ts',
  'e2e/hostile-pages.test.ts',
  'e2e/task-pages.test.ts',
  'packages/cli/src/local/local.test.ts',
  'packages/server/src/features/hosting/hosting.test.ts',
  'packages/runner/src/requirements/requirements.test.ts',
  'packages/cli/src/local/new-task.test.ts',
  'packages/cli/src/local/debug.test.ts',
]

/** The order of test files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = long.findIndex((file) => moduleId.endsWith(file))
  return rank < 0 ? long.length : rank
}
