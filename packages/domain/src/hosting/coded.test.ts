import { expect, it } from 'vitest'
import { codedAnswer } from './coded.ts'

const number = (name: string) => ({ name, type: 'number' as const })
const text = (name: string) => ({ name, type: 'text' as const })
const two = [text('prediction'), number('probability_no'), number('probability_yes')]
const three = [...two, number('probability_who knows')]

it.each([
  ['a number', [number('prediction')], ['regression'], ['regression', []]],
  ['a score', [number('prediction')], ['binary', 'anomaly'], ['anomaly', []]],
  ['one of two classes', two, ['binary'], ['binary', ['no', 'yes']]],
  ['one of two classes', two, ['multiclass'], ['multiclass', ['no', 'yes']]],
  ['one of three classes', three, ['binary', 'multiclass'], ['multiclass', ['no', 'yes', 'who knows']]],
  ['columns', [text('far'), number('distance')], ['regression', 'transform'], ['transform', []]],
] as const)('answers %s by the first target type that can', (_, outputs, targetTypes, [targetType, classes]) => {
  expect(codedAnswer(outputs, targetTypes)).toMatchObject({ targetType, classes })
})

it.each([
  ['a text in place of a number', [text('prediction')], ['regression']],
  ['two numbers', [number('prediction'), number('other')], ['anomaly']],
  ['three classes in place of two', three, ['binary']],
  ['one class', two.slice(0, 2), ['binary', 'multiclass']],
  ['probabilities that are texts', [text('prediction'), text('probability_a'), text('probability_b')], ['multiclass']],
  ['nothing', [], ['binary', 'regression']],
] as const)('does not answer %s', (_, outputs, targetTypes) => {
  expect(codedAnswer(outputs, targetTypes)).toBe(undefined)
})
