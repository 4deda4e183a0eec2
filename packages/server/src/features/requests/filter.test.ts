import type { LoggedRows } from '@modelsmith/serving'
import { tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { filterOf } from './filter.ts'

const inputs = tableFromRows(
  {
    columns: [
      { name: 'born', type: 'date' },
      { name: 'member', type: 'boolean' },
      { name: 'city', type: 'category' },
      { name: 'visits', type: 'integer' },
    ],
  },
  [
    { born: '1987-06-10', member: true, city: 'Oslo', visits: 3 },
    { born: '1990-01-01T12:00:00Z', member: false, city: '', visits: -1 },
    { born: null, member: null, city: null, visits: null },
  ],
)
const scores = tableFromRows({ columns: [{ name: 'Predictions', type: 'number' }] }, [
  { Predictions: 1 },
  { Predictions: 2.5 },
  { Predictions: 0 },
])
const rows: LoggedRows = { inputs, scores, ids: undefined, outcome: { targetType: 'regression', classes: [] } }

const fitting = (asked: Parameters<typeof filterOf>[0]) => [0, 1, 2].filter(filterOf(asked, new Set())(rows))

it.each([
  [{ column: 'born', least: '1987-06-10', most: '1987-12-31' }, [0]],
  [{ column: 'born', least: '1990-01-01T12:00:00Z' }, [1]],
  [{ column: 'born', value: '1987-06-10' }, [0]],
  [{ column: 'born', value: '' }, [2]],
  [{ column: 'member', value: 'true' }, [0]],
  [{ column: 'member', value: 'False' }, [1]],
  [{ column: 'city', value: 'Oslo' }, [0]],
  [{ column: 'city', value: '' }, [1, 2]],
  [{ column: 'city', least: '1' }, []],
  [{ column: 'visits', least: '-1', most: '0' }, [1]],
  [{ column: 'visits', value: '3.0' }, [0]],
  [{ column: 'visits', least: '1987-06-10' }, []],
  [{ column: 'visits' }, [0, 1, 2]],
  [{ predicted: '2.5' }, [1]],
  [{ column: 'city', value: 'Oslo', predicted: '2.5' }, []],
])('chooses by %j', (asked, wanted) => {
  expect(fitting(asked)).toEqual(wanted)
})

it('refuses what it cannot read, and what one may not see', () => {
  const code = (asked: Parameters<typeof filterOf>[0]) => {
    try {
      filterOf(asked, new Set(['born']))
      return undefined
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(code({ most: '1' })).toBe('rows.filterColumn')
  expect(code({ column: 'visits', most: '1e' })).toBe('rows.bound')
  expect(code({ column: 'visits', least: ' ' })).toBe('rows.bound')
  expect(code({ column: 'born' })).toBe('rows.hiddenColumn')
})
