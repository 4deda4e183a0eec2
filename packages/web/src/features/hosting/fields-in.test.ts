import { expect, it } from 'vitest'
import { fieldsIn } from './fields-in.ts'

it.each([
  ['a header', 'age, "net income"\tcity', [{ name: 'age' }, { name: 'net income' }, { name: 'city' }]],
  ['names one a line', 'age\nincome\n', [{ name: 'age' }, { name: 'income' }]],
  [
    'rows under a header',
    'age,name,new,none\n4,"Ann, B.",true,\n5.5,Bob,false,\n',
    [
      { name: 'age', type: 'number' },
      { name: 'name', type: 'text' },
      { name: 'new', type: 'boolean' },
      { name: 'none' },
    ],
  ],
  [
    'rows as JSON',
    '[{"age": 4, "name": "7"}, {"age": null, "new": true}]',
    [
      { name: 'age', type: 'number' },
      { name: 'name', type: 'text' },
      { name: 'new', type: 'boolean' },
    ],
  ],
])('takes fields from %s', (_, text, fields) => {
  expect(fieldsIn(text)).toEqual(fields)
})

it('says what is wrong with rows', () => {
  expect(() => fieldsIn('[{"age": }]')).toThrow(/not JSON/)
})
