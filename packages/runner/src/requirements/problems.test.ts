import { expect, it } from 'vitest'
import { explainPip } from './problems.ts'

it('finds the requirement that nothing satisfies, and the versions that there are', () => {
  const output = `Looking in links: /wheels
ERROR: Could not find a version that satisfies the requirement tabulate==99.9 (from versions: 0.8.10, 0.9.0)
ERROR: No matching distribution found for tabulate==99.9
`
  expect(explainPip(output)).toEqual({
    requirement: 'tabulate==99.9',
    versions: ['0.8.10', '0.9.0'],
    line: 'No matching distribution found for tabulate==99.9',
  })
  expect(explainPip(output.replace('0.8.10, 0.9.0', 'none'))).toMatchObject({ versions: [] })
  expect(
    explainPip(
      'ERROR: Could not find a version that satisfies the requirement six>=99 (from more-six) (from versions: 1.16.0)\n',
    ),
  ).toMatchObject({ requirement: 'six>=99', neededBy: 'more-six', versions: ['1.16.0'] })
  expect(
    explainPip(
      'ERROR: Could not find a version that satisfies the requirement six>=99 (from -r a.txt (line 1)) (from versions: none)\n',
    ),
  ).toEqual({ requirement: 'six>=99', versions: [], line: expect.stringContaining('six>=99') })
})

it('lists which requirement asks for what, where two do not fit', () => {
  const output = `ERROR: Cannot install -r requirements.txt (line 1) and numpy==1.21.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested numpy==1.21.0
    pandas 2.2.3 depends on numpy>=1.23.2; python_version == "3.11"

To fix this you could try to:
1. loosen the range of package versions you've specified
ERROR: ResolutionImpossible: for help visit https://example.org
`
  expect(explainPip(output).conflict).toEqual([
    'The user requested numpy==1.21.0',
    'pandas 2.2.3 depends on numpy>=1.23.2; python_version == "3.11"',
  ])
})

it('gives the last line of whatever else went wrong', () => {
  expect(explainPip('WARNING: retrying\nERROR: Invalid requirement\n').line).toBe('Invalid requirement')
  expect(explainPip('No route to host\n\n').line).toBe('No route to host')
  expect(explainPip('').line).toBe('')
})
