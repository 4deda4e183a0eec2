import { expect, it } from 'vitest'
import { usualConfiguration } from '../hosting/publish.ts'
import { isOfOtherKind, type Signature, signatureChanges } from './signature.ts'

const from: Signature = {
  fields: [
    { name: 'age', type: 'number' },
    { name: 'id', type: 'text' },
  ],
  target: 'sold',
  targetType: 'binary',
  classes: ['no', 'yes'],
  parameters: ['threshold'],
  configuration: usualConfiguration,
}
const changes = (after: Partial<Signature>, before: Signature = from) =>
  signatureChanges(before, { ...from, ...after }).map(({ code, message }) => [code, message])

it('finds nothing where clients would notice nothing', () => {
  const more = { classes: ['yes', 'no'], parameters: ['threshold', 'scale'], fields: from.fields.toReversed() }
  expect(changes(more)).toEqual([])
  expect(changes({ target: null })).toEqual([])
  expect(
    changes({}, { ...from, configuration: { ...usualConfiguration, probabilities: false, outputs: ['a'] } }),
  ).toEqual([])
})

it('says everything that clients would notice, at once', () => {
  const after: Partial<Signature> = {
    fields: [
      { name: 'age', type: 'text' },
      { name: 'city', type: 'text' },
    ],
    target: 'kept',
    targetType: 'multiclass',
    classes: ['no'],
    parameters: [],
    configuration: { probabilities: false, outputs: ['a'], rowsPerRequest: 10 },
  }
  expect(changes(after)).toEqual([
    ['signature.fieldType', 'It takes "age" as text in place of number.'],
    ['signature.fieldNeeded', 'It needs the field "city" too.'],
    ['signature.fieldGone', 'It knows no field "id".'],
    ['signature.targetType', 'It answers multiclass in place of binary.'],
    ['signature.target', 'It predicts "kept" in place of "sold".'],
    ['signature.classes', 'It tells other classes apart: no in place of no, yes.'],
    ['signature.parameterGone', 'It knows no prediction parameter "threshold".'],
    ['signature.probabilities', 'It answers no probabilities.'],
    ['signature.outputs', 'Of its outputs it answers only a.'],
    ['signature.rowsPerRequest', 'It takes 10 rows in a request in place of 10000.'],
  ])
  expect(isOfOtherKind(from, { ...from, ...after })).toBe(true)
  expect(isOfOtherKind(from, { ...from, classes: [] })).toBe(false)
})
