import { describe, expect, it } from 'vitest'
import {
  type AlgorithmInputs,
  type Application,
  checkApplication,
  fieldsOf,
  initialApplication,
  matchFields,
} from './application.ts'

const named = (...names: readonly string[]): AlgorithmInputs => ({
  inputs: names.map((name, place) => ({ name, kind: 'number', isNamed: true, place })),
  width: names.length,
  isVariable: false,
})
/** Of four columns of the training, the third is read by nothing. */
const unnamed: AlgorithmInputs = {
  inputs: [0, 1, 3].map((place) => ({ name: `x${place}`, kind: 'number', isNamed: false, place })),
  width: 4,
  isVariable: false,
}
const free: AlgorithmInputs = { inputs: [], width: 0, isVariable: true }
const input = (name: string, field: string | null, more: object = {}) => ({
  input: name,
  field,
  type: 'number' as const,
  default: null,
  unit: null,
  ...more,
})
const fields = (...names: readonly string[]) => names.map((name) => ({ name }))
const given = ({ inputs }: Application) => inputs.map((each) => [each.input, each.field])
const codes = (algorithm: AlgorithmInputs, application: Application) =>
  checkApplication(algorithm, application).map(({ code, place }) => [code, place?.pointer])

describe('matching', () => {
  it('begins with the names that the file keeps', () => {
    expect(given(initialApplication(named('a', 'b')))).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ])
    expect(given(initialApplication(unnamed))).toEqual([
      ['x0', null],
      ['x1', null],
      ['x3', null],
    ])
  })

  it('goes by equal names, and keeps what no field is called', () => {
    const before = { ...initialApplication(named('a', 'b')), inputs: [input('a', 'A'), input('b', 'B')] }
    expect(given(matchFields(named('a', 'b'), before, fields('z', 'b')))).toEqual([
      ['a', 'A'],
      ['b', 'b'],
    ])
  })

  it('goes by the order of the training, past columns that nothing reads', () => {
    expect(given(matchFields(unnamed, initialApplication(unnamed), fields('p', 'q', 'r', 's')))).toEqual([
      ['x0', 'p'],
      ['x1', 'q'],
      ['x3', 's'],
    ])
    expect(given(matchFields(unnamed, initialApplication(unnamed), fields('p', 'q', 's')))).toEqual([
      ['x0', null],
      ['x1', null],
      ['x3', null],
    ])
  })

  it('takes every field as an input where any are taken, with the type that is known', () => {
    const { inputs } = matchFields(free, initialApplication(free), [{ name: 'a', type: 'boolean' }, { name: 'b' }])
    expect(inputs.map(({ field, type }) => [field, type])).toEqual([
      ['a', 'boolean'],
      ['b', 'text'],
    ])
  })
})

describe('an application', () => {
  it('is refused with all that is wrong at once', () => {
    const application: Application = {
      inputs: [
        input('a', 'f'),
        input('b', 'f'),
        input('b', 'g', { type: 'text' }),
        input('c', null, { default: 'none' }),
        input('e', 'h'),
      ],
      passThrough: [
        { field: 'f', type: 'text' },
        { field: 'f', type: 'number' },
      ],
    }
    expect(codes(named('a', 'b', 'c', 'd'), application)).toEqual([
      ['application.noInput', '/application/inputs'],
      ['application.fieldTwice', '/application/inputs/1/field'],
      ['application.inputTwice', '/application/inputs/2/input'],
      ['application.type', '/application/inputs/2/type'],
      ['application.default', '/application/inputs/3/default'],
      ['application.noField', '/application/inputs/3/field'],
      ['application.unknownInput', '/application/inputs/4/input'],
      ['application.passThroughType', '/application/passThrough/0'],
      ['application.passThroughTwice', '/application/passThrough/1'],
    ])
  })

  it('names fields where the algorithm takes any', () => {
    expect(codes(free, { inputs: [], passThrough: [] })).toEqual([['application.noFields', '/application/inputs']])
    expect(codes(free, { inputs: [input('a', 'a', { type: 'text' })], passThrough: [] })).toEqual([])
  })

  it('sends each field once, and need not send what has a default', () => {
    const inputs = [input('a', 'f'), input('b', 'g', { default: 0 }), input('c', null)]
    const passThrough = [
      { field: 'f', type: 'number' as const },
      { field: 'id', type: 'text' as const },
    ]
    expect(fieldsOf({ inputs, passThrough })).toEqual([
      { name: 'f', type: 'number', required: true },
      { name: 'g', type: 'number', required: false },
      { name: 'id', type: 'text', required: false },
    ])
  })
})

describe('an input of one type only', () => {
  const day = { name: 'day', kind: 'any', isNamed: true, place: 0, type: 'date' } as const
  const dated = { inputs: [day], width: 1, isVariable: false }

  it('has a field of that type, whatever a header says', () => {
    const application = initialApplication(dated)
    expect(application.inputs).toMatchObject([{ field: 'day', type: 'date' }])
    expect(matchFields(dated, application, [{ name: 'day', type: 'text' }]).inputs[0]?.type).toBe('date')
    expect(checkApplication(dated, application)).toEqual([])
  })

  it('takes no other, and says which', () => {
    const { inputs } = initialApplication(dated)
    const wrong = inputs.map((input) => ({ ...input, type: 'text' as const }))
    expect(checkApplication(dated, { inputs: wrong, passThrough: [] })).toMatchObject([
      { code: 'application.type', message: 'The input "day" takes a date; the field "day" is of type text.' },
    ])
  })
})
