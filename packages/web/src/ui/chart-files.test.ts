import { expect, it } from 'vitest'
import { csvOf } from './chart-files.ts'

it('writes the numbers of a chart as CSV', () => {
  const rows = [
    ['a "b", c', 0.1, null],
    ['two\nlines', -3, 1e-7],
  ]
  expect(csvOf({ head: ['Class', 'Share', 'Rows'], rows })).toBe(
    'Class,Share,Rows\n"a ""b"", c",0.1,\n"two\nlines",-3,1e-7\n',
  )
})
