import { describe, expect, it } from 'vitest'
import {
  type AlgorithmDefinition,
  checkAgainstFile,
  checkDefinition,
  declaredInputs,
  ownApplication,
  passedThroughBy,
} from './algorithm.ts'
import { type AlgorithmInputs, checkApplication, initialApplication, matchFields } from './application.ts'

const declared = (name: string, more: Partial<AlgorithmDefinition['inputs'][number]> = {}) => ({
  name,
  type: 'number' as const,
  role: 'feature' as const,
  ...more,
})
const definition = (part: Partial<AlgorithmDefinition> = {}): AlgorithmDefinition => ({
  inputs: [declared('age'), declared('income')],
  variableInput: null,
  outputs: [{ name: 'prediction', type: 'number' }],
  trainingParameters: [],
  predictionParameters: [],
  ...part,
})
/** A file of so many columns without names. */
const file = (width: number): AlgorithmInputs => ({
  inputs: Array.from({ length: width }, (_, place) => ({ name: `x${place}`, kind: 'number', isNamed: false, place })),
  width,
  isVariable: false,
})
const free: AlgorithmInputs = { inputs: [], width: 0, isVariable: true }
const codes = (own: AlgorithmInputs, given: AlgorithmDefinition, answers: readonly string[] = ['prediction']) =>
  checkAgainstFile(own, answers, given).map(({ code, place }) => [code, place?.pointer])

describe('a definition', () => {
  it('is refused with all that is wrong in itself', () => {
    const wrong = definition({
      inputs: [declared('a', { role: 'label' }), declared('a', { role: 'passThrough' })],
      outputs: [
        { name: 'p', type: 'number' },
        { name: 'p', type: 'text' },
      ],
      trainingParameters: [{ name: 'depth', type: 'int', min: 1, default: 0 }],
    })
    expect(checkDefinition(wrong).map(({ code }) => code)).toEqual([
      'metadata.duplicate',
      'metadata.duplicate',
      'metadata.default',
      'algorithm.noFeature',
    ])
  })

  it('says what is handed on', () => {
    const inputs = [declared('age'), declared('id', { role: 'passThrough', type: 'text' })]
    expect(passedThroughBy({ inputs })).toEqual([{ field: 'id', type: 'text' }])
  })
})

describe('a file under a definition', () => {
  it('has its names, and keeps its own for what may be added', () => {
    const own = file(4)
    const given = definition({ variableInput: { fewerThan: 3 } })
    expect(declaredInputs(own, given).inputs.map(({ name, isNamed }) => [name, isNamed])).toEqual([
      ['age', true],
      ['income', true],
      ['x2', false],
      ['x3', false],
    ])
    expect(codes(own, given)).toEqual([])
    expect(codes(file(5), given)).toEqual([['algorithm.furtherInputs', '/variableInput']])
    expect(codes(file(3), definition())).toEqual([['algorithm.furtherInputs', '/variableInput']])
  })

  it('is scored under its own names', () => {
    const own = file(2)
    const application = initialApplication(declaredInputs(own, definition()))
    expect(application.inputs.map(({ input, field }) => [input, field])).toEqual([
      ['age', 'age'],
      ['income', 'income'],
    ])
    const translated = ownApplication(own, definition(), application)
    expect(translated.inputs.map(({ input, field }) => [input, field])).toEqual([
      ['x0', 'age'],
      ['x1', 'income'],
    ])
  })

  it('is refused where it takes fewer columns, other types, or answers otherwise', () => {
    const given = definition({ inputs: [declared('age', { type: 'text' }), declared('income')] })
    expect(codes(file(1), given, ['prediction_0', 'prediction_1'])).toEqual([
      ['algorithm.inputType', '/inputs/0'],
      ['algorithm.inputMissing', '/inputs/1'],
      ['algorithm.output', '/outputs/0/name'],
    ])
  })

  it('with names of its own is taken by these, not by places', () => {
    const own: AlgorithmInputs = {
      inputs: ['income', 'age'].map((name, place) => ({ name, kind: 'number', isNamed: true, place })),
      width: 2,
      isVariable: false,
    }
    expect(codes(own, definition())).toEqual([])
    expect(declaredInputs(own, definition()).inputs.map(({ name }) => name)).toEqual(['income', 'age'])
    expect(codes(own, definition({ inputs: [declared('age'), declared('size')] }))).toEqual([
      ['algorithm.inputMissing', '/inputs/1'],
      ['algorithm.furtherInputs', '/variableInput'],
    ])
  })

  it('that takes any fields takes the declared ones, and fewer more than said', () => {
    const given = definition({ inputs: [declared('age')], variableInput: { fewerThan: 3 } })
    const model = declaredInputs(free, given)
    const matched = matchFields(model, initialApplication(model), [{ name: 'age' }, { name: 'b' }, { name: 'c' }])
    expect(matched.inputs.map(({ input, field }) => [input, field])).toEqual([
      ['age', 'age'],
      ['b', 'b'],
      ['c', 'c'],
    ])
    expect(checkApplication(model, matched)).toEqual([])
    const more = matchFields(
      model,
      matched,
      ['age', 'b', 'c', 'd'].map((name) => ({ name })),
    )
    expect(checkApplication(model, more).map(({ code }) => code)).toEqual(['application.furtherInputs'])
    const fixed = declaredInputs(free, definition({ inputs: [declared('age')] }))
    expect(checkApplication(fixed, matched).map(({ code }) => code)).toEqual([
      'application.unknownInput',
      'application.unknownInput',
    ])
  })
})
