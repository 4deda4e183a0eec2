import { describe, expect, it } from 'vitest'
import {
  parameterOfText,
  predictionParametersOf,
  resolveParameters,
  resolvePredictionParameters,
} from './parameters.ts'
import type { Hyperparameter } from './schema.ts'

const declared: Hyperparameter[] = [
  { name: 'depth', type: 'int', min: 1, max: 10, default: 3 },
  { name: 'rate', type: 'float', min: 0 },
  { name: 'kind', type: 'select', values: ['a', 'b'], default: 'a' },
  { name: 'words', type: 'string' },
  { name: 'fast', type: 'boolean', default: false },
  {
    name: 'features',
    type: 'multi',
    values: { int: { min: 1, max: 9 }, float: { min: 0, max: 1 }, select: { values: ['all'] } },
  },
]
const messages = (given: Record<string, string | number | boolean | null>) =>
  resolveParameters(declared, given).findings.map(({ message }) => message)

describe('resolveParameters', () => {
  it('fills in defaults, and null where there is none', () => {
    expect(resolveParameters(declared, { rate: 0.5, kind: 'b' })).toEqual({
      values: { depth: 3, rate: 0.5, kind: 'b', words: null, fast: false, features: null },
      findings: [],
    })
  })

  it('takes null for "not given"', () => {
    expect(resolveParameters(declared, { depth: null }).values['depth']).toBe(3)
  })

  it('refuses values outside, of another kind, and of unknown names, all at once', () => {
    expect(messages({ depth: 11, rate: -1, kind: 'c', words: 3, fast: 'yes', features: 12, deph: 1 })).toEqual([
      'There is no parameter "deph".',
      'Parameter "depth" must be a whole number from 1 to 10, found 11.',
      'Parameter "rate" must be a number not below 0, found -1.',
      'Parameter "kind" must be one of a, b, found "c".',
      'Parameter "words" must be text, found 3.',
      'Parameter "fast" must be true or false, found "yes".',
      'Parameter "features" must be a whole number from 1 to 9, or a number from 0 to 1, or one of all, found 12.',
    ])
    expect(messages({ depth: 1.5 })).toHaveLength(1)
    expect(messages({ rate: Infinity })).toHaveLength(1)
  })

  it('takes each of the kinds of a multi parameter', () => {
    for (const features of [5, 0.5, 'all']) expect(messages({ features })).toEqual([])
  })

  it('keeps a parameter named like a member of every object', () => {
    const odd: Hyperparameter[] = [{ name: '__proto__', type: 'int', default: 1 }]
    expect(Object.entries(resolveParameters(odd, {}).values)).toEqual([['__proto__', 1]])
  })
})

describe('resolvePredictionParameters', () => {
  const times: Hyperparameter = { name: 'times', type: 'int', min: 1, default: 2 }
  const tasks = [
    { id: 'clean', predictionParameters: [times] },
    { id: 'none' },
    { id: 'model', predictionParameters: [times, { name: 'words', type: 'string' } as const] },
  ]

  it('gives every task that declares a name its value, the default of the others, and nothing to one that declares none', () => {
    expect(resolvePredictionParameters(tasks, { times: 5 })).toEqual({
      values: new Map([
        ['clean', { times: 5 }],
        ['model', { times: 5, words: null }],
      ]),
      findings: [],
    })
    expect(predictionParametersOf(tasks).map(({ name }) => name)).toEqual(['times', 'words'])
  })

  it('refuses names that no task declares, and values that one of them does not take', () => {
    const refused = resolvePredictionParameters(tasks, { time: 1, words: 3 }).findings
    expect(refused.map(({ message, hint }) => `${message} ${hint}`)).toEqual([
      'There is no prediction parameter "time". Declared: times, words.',
      'Parameter "words" must be text, found 3. undefined',
    ])
    const [none] = resolvePredictionParameters([], { time: 1 }).findings
    expect(none?.hint).toMatch(/predictionParameters in model-metadata\.yaml/)
  })
})

it('reads texts under the declared type, and leaves what does not fit as text', () => {
  expect(['1', '0.5', ' ', 'x'].map((text) => parameterOfText(text, 'float'))).toEqual([1, 0.5, ' ', 'x'])
  expect(['true', 'yes'].map((text) => parameterOfText(text, 'boolean'))).toEqual([true, 'yes'])
  expect(['1', 'true'].map((text) => parameterOfText(text, 'string'))).toEqual(['1', 'true'])
})
