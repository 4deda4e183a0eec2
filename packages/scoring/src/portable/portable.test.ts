import { describe, expect, it } from 'vitest'
import { inputOf } from '../input/input.ts'
import { compile } from '../model/compile.ts'
import type { Model } from '../model/model.ts'
import { pack, packVersion, unpack } from './pack.ts'
import { openPortable, packedModel } from './portable.ts'
import { sampleRows } from './sample-rows.ts'

describe('packing', () => {
  it('gives back what JSON alone would lose', () => {
    const value = {
      floats: Float64Array.of(0.1, -0, Number.NaN, Infinity),
      whole: Float64Array.of(1, 2, 255),
      halves: Float64Array.of(0.5, -1.5),
      ints: Int32Array.of(-1, 2 ** 31 - 1),
      words: Uint32Array.of(2 ** 32 - 1),
      none: new Uint8Array(0),
      numbers: [Number.NaN, -0, -Infinity, 1e-320],
      big: 2n ** 80n,
      map: new Map<unknown, unknown>([
        [1, 'one'],
        ['$', Uint8Array.of(7)],
      ]),
      set: new Set(['a']),
      marked: { $: 'number', v: 1 },
      text: '</script>\u2028é',
      nothing: null,
    }
    expect(unpack(pack(value))).toEqual(value)
    expect(Object.is((unpack(pack(value)) as typeof value).numbers[1], -0)).toBe(true)
  })

  it('keeps a key that would be a prototype, and leaves out what is undefined', () => {
    const value = Object.defineProperty({ gone: undefined }, '__proto__', { value: { a: 1 }, enumerable: true })
    const back = unpack(pack(value)) as object
    expect(Object.keys(back)).toEqual(['__proto__'])
    expect('a' in back).toBe(false)
  })

  it('stores numbers in the narrowest type that holds them', () => {
    const floats = new Float64Array(300).fill(1)
    expect(pack(floats).length).toBeLessThan(450)
    floats[0] = 0.1
    expect(pack(floats).length).toBeGreaterThan(3000)
  })

  it('refuses what is no plain data', () => {
    expect(() => pack({ run: () => 1 })).toThrow(expect.objectContaining({ code: 'model.pack' }))
    expect(() => pack(new Date(0))).toThrow(expect.objectContaining({ code: 'model.pack' }))
  })
})

const model: Model = {
  kind: 'pipeline',
  name: 'Pipeline',
  steps: [
    {
      kind: 'columnwise',
      name: 'StandardScaler',
      columns: 2,
      values: 'finite',
      steps: [
        { operation: 'subtract', by: Float64Array.of(10, 0) },
        { operation: 'divide', by: Float64Array.of(2, 1) },
      ],
    },
    {
      kind: 'linear',
      name: 'LogisticRegression',
      columns: 2,
      coefficients: Float64Array.of(1, -1),
      intercepts: Float64Array.of(0.5),
      task: {
        type: 'classification',
        classes: { type: 'string', values: ['no', 'yes'] },
        probabilities: 'one-vs-rest',
      },
    },
  ],
}
const about = { name: 'Test', library: 'scikit-learn', libraryVersion: '1.0.0', exported: '2026-01-01T00:00:00.000Z' }
const scorer = compile(model)
const input = inputOf(model, scorer, ['age', 'income'])
const data = packedModel({ model, input, about }, scorer, sampleRows(input, 5))

describe('a packed model', () => {
  const portable = openPortable(pack(data), compile)

  it('tells its columns with what is usual, and passes its own test', () => {
    expect(portable.columns).toMatchObject([
      { name: 'age', type: 'number', low: 4, high: 16 },
      { name: 'income', type: 'number', low: -3, high: 3 },
    ])
    expect(portable.selfTest()).toEqual({ passed: true, identical: true, rows: 5, largestDifference: 0 })
  })

  it('answers objects and lists alike, as the platform does', () => {
    const [named, listed] = portable.predict([{ income: 0, age: 10 }, [10, 0]])
    expect(named).toEqual({
      prediction: 'yes',
      probabilities: { no: 1 - 1 / (1 + Math.exp(-0.5)), yes: 1 / (1 + Math.exp(-0.5)) },
    })
    expect(listed).toEqual(named)
    expect(portable.predict([[10, '0']], 'decisionFunction')).toEqual([{ decision_function: 0.5 }])
  })

  it('passes over what the model does not read, and takes truth values as numbers', () => {
    const [whole, plain] = portable.predict([{ age: 'true', income: false, city: 'Paris' }, [1, 0]])
    expect(whole).toEqual(plain)
  })

  it('names every value that does not fit', () => {
    expect(() =>
      portable.predict([
        { age: 'old', income: 1 },
        { age: 1, incom: 2 },
      ]),
    ).toThrow(
      expect.objectContaining({
        findings: expect.arrayContaining([
          expect.objectContaining({ message: expect.stringContaining('"incom"'), place: { row: 2 } }),
          expect.objectContaining({ message: expect.stringContaining('"age"'), place: { row: 1 } }),
        ]),
      }),
    )
    expect(() => portable.predict([[1]])).toThrow(expect.objectContaining({ code: 'input.rowWidth' }))
    expect(() => portable.predict([1 as never])).toThrow(expect.objectContaining({ code: 'input.row' }))
    expect(() => portable.predict([{ age: 1 }])).toThrow(expect.objectContaining({ code: 'input.notFinite' }))
  })

  it('fails its test where the answers are others', () => {
    const [first] = data.test.answers.columns.slice(1)
    const answers = {
      ...data.test.answers,
      columns: data.test.answers.columns.map((column) =>
        column === first ? { ...column, values: new Float64Array(5) } : column,
      ),
    }
    const other = openPortable(pack({ ...data, test: { ...data.test, answers } }), compile)
    expect(other.selfTest()).toMatchObject({ passed: false, identical: false })
  })

  it('refuses data of a later version', () => {
    const later = pack({ ...data, version: packVersion + 1 })
    expect(() => openPortable(later, compile)).toThrow(expect.objectContaining({ code: 'model.packVersion' }))
  })
})

it('says when a file does not tell what its model takes', () => {
  const free: Model = { kind: 'constant', name: 'DummyRegressor' } as Model
  expect(() => inputOf(free, { name: 'DummyRegressor', columns: undefined, methods: {} })).toThrow(
    expect.objectContaining({ code: 'model.input' }),
  )
})
