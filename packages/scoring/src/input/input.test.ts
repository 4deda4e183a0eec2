import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openModelFile } from '../file/open.ts'
import { compile } from '../model/compile.ts'
import { dataOf } from './data-of.ts'
import { inputOf } from './input.ts'

const fixtures = join(import.meta.dirname, '../../../../fixtures')
const inputOfFixture = (fixture: string) => {
  const { model, featureNames } = openModelFile(readFileSync(join(fixtures, fixture, 'model.pkl')))
  return inputOf(model, compile(model), featureNames)
}

it('of a stack is what its members take, not what its last model does', () => {
  expect(inputOfFixture('sklearn-modern/more_stack_bin').columns).toHaveLength(8)
})

it('of an encoder that reads a column once for each class has the kind of its categories', () => {
  const { columns } = inputOfFixture('sklearn-other/v1_7_2_target_encoder_multiclass')
  expect(columns.map(({ type }) => type)).toEqual(['text'])
})

it('of a named column that is true or false is written so, not as 1 and 0', () => {
  const data = dataOf({ shape: 'named', columns: [{ name: 'member', isNamed: true, type: 'any' }] }, 2, [[true, null]])
  expect(data).toMatchObject({ kind: 'named' })
  expect('columns' in data && data.columns instanceof Map ? data.columns.get('member') : undefined).toMatchObject({
    type: 'boolean',
    values: Float64Array.of(1, Number.NaN),
  })
})
