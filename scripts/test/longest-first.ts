import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute and more, the longest first: begun last, one of them would run alone to the end. */
const long = [
  'conformance/templates/templates.test.ts',
  'e2e/tutorials.test.ts',
  'conformance/runner/worker.test.ts',
  'e2e/rights.test.ts',
  'e2e/task-pages.test.ts',
  'e2e/hostile-api.test.ts',
  'conformance/library/library.test.ts',
  'conformance/sandbox/sandbox.test.ts',
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
