import { expect, it } from 'vitest'
import { draftOf, type Offered, spaceOf } from './draft.ts'

const offered = (parameter: Offered['parameter'], preset: Offered['preset'], suggested = true): Offered => ({
  node: 'model',
  task: 'Trees',
  parameter,
  current: null,
  preset,
  suggested,
})
const of = (parameter: string) => ({ node: 'model', parameter })

it('sends what is ticked as it was offered, until somebody changes it', () => {
  const drafts = [
    offered({ name: 'rate', type: 'float' }, { ...of('rate'), low: 0.01, high: 0.3, log: true }),
    offered({ name: 'leaves', type: 'int' }, { ...of('leaves'), low: 2, high: 64 }),
    offered({ name: 'kind', type: 'select', values: ['a', 'b'] }, { ...of('kind'), values: ['a', 'b'] }),
    offered({ name: 'deep', type: 'boolean' }, { ...of('deep'), values: [false, true] }),
    offered({ name: 'other', type: 'int' }, { ...of('other'), low: 1, high: 2 }, false),
  ].map(draftOf)
  expect(spaceOf(drafts)).toEqual(drafts.slice(0, 4).map((draft) => draft.offered.preset))
})

it('reads typed values by what the parameter is', () => {
  const typed = (parameter: Offered['parameter'], values: string) =>
    spaceOf([{ ...draftOf(offered(parameter, null)), kind: 'values', values }])[0]
  expect(typed({ name: 'a', type: 'int' }, '1, 2,, x')).toEqual({ ...of('a'), values: [1, 2, 'x'] })
  expect(typed({ name: 'a', type: 'string' }, '1, true')).toEqual({ ...of('a'), values: ['1', 'true'] })
  expect(typed({ name: 'a', type: 'boolean' }, 'true, no')).toEqual({ ...of('a'), values: [true, 'no'] })
  expect(typed({ name: 'a', type: 'string' }, ' ')).toEqual({ ...of('a'), values: [] })
})

it('sends an empty range where nothing is typed, for the server to refuse', () => {
  expect(spaceOf([draftOf(offered({ name: 'a', type: 'float' }, null))])).toEqual([{ ...of('a'), low: 0, high: 0 }])
})
