import { type ColumnSchema, type Table, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { checkPositiveClass, classCodes, classesOf, orderClasses } from './classes.ts'

const column = (type: ColumnSchema['type'], values: readonly unknown[]) => {
  const schema: ColumnSchema = { name: 'y', type }
  const table: Table = tableFromRows(
    { columns: [schema] },
    values.map((y) => ({ y })),
  )
  return [table.columns[0]!, schema, table.rows] as const
}

describe('orderClasses', () => {
  it('ascends as numbers or as text, the positive class last', () => {
    expect(orderClasses(['10', '9', '2'])).toEqual(['2', '9', '10'])
    expect(orderClasses(['Yes', 'No'])).toEqual(['No', 'Yes'])
    expect(orderClasses(['true', 'false'])).toEqual(['False', 'True'])
    expect(orderClasses(['No', 'Yes'], 'No')).toEqual(['Yes', 'No'])
    expect(orderClasses([0, 1], '0.0')).toEqual(['1', '0'])
  })

  it('keeps its order when the chosen positive class is none of them', () => {
    expect(orderClasses(['No', 'Yes'], 'Maybe')).toEqual(['No', 'Yes'])
  })

  it('takes labels that are the same class for one', () => {
    expect(orderClasses([1, '1', '1.0', 0])).toEqual(['0', '1'])
  })
})

describe('checkPositiveClass', () => {
  it('takes a value of the target in any spelling, and names them all when it is none', () => {
    expect(checkPositiveClass('sold', ['0', '1'], '1.0')).toEqual([])
    expect(checkPositiveClass('sold', ['no', 'yes'], 'maybe').map(({ message }) => message)).toEqual([
      'The target "sold" has no value "maybe"; it has "no" and "yes".',
    ])
  })
})

describe('classes of a target column', () => {
  it('are found without missing values', () => {
    expect(classesOf(...column('category', ['b', null, 'a', 'b']))).toEqual(['a', 'b'])
    expect(classesOf(...column('boolean', [true, false, null]))).toEqual(['False', 'True'])
    expect(classesOf(...column('integer', [10, 2, 2]))).toEqual(['2', '10'])
  })

  it('give each row the position of its class, and -1 without one', () => {
    expect([...classCodes(...column('category', ['b', null, 'a', 'x']), ['a', 'b'])]).toEqual([1, -1, 0, -1])
    expect([...classCodes(...column('number', [1, 0, null]), ['0', '1'])]).toEqual([1, 0, -1])
  })
})
