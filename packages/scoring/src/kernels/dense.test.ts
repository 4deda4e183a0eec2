import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dense } from '../data/data.ts'
import { compile } from '../model/compile.ts'
import type { Kernel } from '../model/kernel.ts'
import type { Model } from '../model/model.ts'
import type { NeighborSearch } from '../model/neighbor-search.ts'
import { run } from '../model/scorer.ts'
import type { Kernels } from './kernels.ts'

const number = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, -0, 1, 1e-300, 1e200))
const numbers = (length: number) =>
  fc.array(number, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values))

/** A model of `columns` and rows for it: so many that some go eight at once, and some are left. */
const withRows = (model: (columns: number) => fc.Arbitrary<Model>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 21 }))
    .chain(([columns, rows]) =>
      fc.record({ model: model(columns), rows: numbers(rows * columns).map((values) => dense(rows, columns, values)) }),
    )

const network = (columns: number): fc.Arbitrary<Model> =>
  fc
    .record({
      widths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      activation: fc.constantFrom('identity' as const, 'logistic' as const, 'tanh' as const, 'relu' as const),
      outputActivation: fc.constantFrom('identity' as const, 'logistic' as const, 'softmax' as const),
    })
    .chain(({ widths, ...more }) => {
      const inputs = [columns, ...widths]
      const layer = (output: number, i: number) =>
        fc.record({
          weights: numbers((inputs[i] as number) * output).map((values) => ({
            rows: inputs[i] as number,
            columns: output,
            values,
          })),
          intercepts: numbers(output),
        })
      return fc.tuple(...widths.map(layer)).map((layers) => ({
        kind: 'network' as const,
        name: 'Network',
        columns,
        layers,
        task: { type: 'regression' as const },
        ...more,
      }))
    })

const linear = (columns: number): fc.Arbitrary<Model> =>
  fc.integer({ min: 1, max: 5 }).chain((outputs) =>
    fc.record({
      kind: fc.constant('linear' as const),
      name: fc.constant('Linear'),
      columns: fc.constant(columns),
      coefficients: numbers(outputs * columns),
      intercepts: numbers(outputs),
      task: fc.constant({ type: 'regression' as const, isVector: false, link: 'identity' as const }),
    }),
  )

const kernel: fc.Arbitrary<Kernel> = fc.constantFrom(
  { type: 'linear' },
  { type: 'rbf', gamma: 0.3 },
  { type: 'polynomial', gamma: 0.5, coef0: 1, degree: 3 },
  { type: 'sigmoid', gamma: 0.1, coef0: -1 },
  { type: 'laplacian', gamma: 0.2 },
)
const kernelSum = (columns: number): fc.Arbitrary<Model> =>
  fc.integer({ min: 1, max: 9 }).chain((rows) =>
    fc.record({
      kind: fc.constant('kernel-sum' as const),
      name: fc.constant('KernelSum'),
      kernel,
      kept: numbers(rows * columns).map((values) => ({ columns, rows, values })),
      weights: numbers(rows),
      outputs: fc.constant(1),
      isVector: fc.constant(true),
    }),
  )

const neighbors = (columns: number): fc.Arbitrary<Model> =>
  fc.integer({ min: 3, max: 30 }).chain((rows) =>
    fc.record({ values: numbers(rows * columns), isHeap: fc.boolean() }).map(({ values, isHeap }) => {
      const search: NeighborSearch = {
        columns,
        values,
        metric: { type: 'euclidean' },
        tree: undefined,
        selection: isHeap ? 'heap' : 'partition',
        sort: isHeap ? 'introsort' : 'quicksort',
      }
      return { kind: 'neighbors', name: 'Neighbors', search, choice: { by: 'count', count: 3 }, task: { type: 'none' } }
    }),
  )

const answers = (model: Model, rows: ReturnType<typeof dense>, kernels: Kernels): number[] => {
  const { predict, kneighbors } = compile(model, { kernels }).methods
  const output = predict ?? kneighbors
  if (output === undefined) throw new Error('It answers nothing.')
  // Twice, so that what is left of a first call would show.
  run(
    output,
    dense(
      rows.rows,
      rows.columns,
      rows.values.map((value) => value + 1),
    ),
  )
  return [...run(output, rows)]
}

it.each([
  ['linear models', linear],
  ['networks', network],
  ['sums of kernels', kernelSum],
  ['neighbours', neighbors],
])('gives the bits of the plain loops for %s', (_, model) => {
  fc.assert(
    fc.property(withRows(model), (one) => {
      expect(answers(one.model, one.rows, 'webassembly')).toEqual(answers(one.model, one.rows, 'plain'))
    }),
    { seed: 7, numRuns: 200 },
  )
})

it('says which number a network does not take', () => {
  const layer = { weights: { rows: 1, columns: 1, values: Float64Array.of(1) }, intercepts: Float64Array.of(0) }
  const model: Model = {
    kind: 'network',
    name: 'Network',
    columns: 1,
    layers: [layer],
    activation: 'relu',
    outputActivation: 'identity',
    task: { type: 'regression' },
  }
  const { predict } = compile(model).methods
  const rows = Float64Array.of(1, 2, 3, 4, 5, Number.NaN, 7, 8, 9)
  expect(() => predict && run(predict, dense(9, 1, rows))).toThrow('row 5')
})

it('says which number a linear model does not take', () => {
  const model: Model = {
    kind: 'linear',
    name: 'Linear',
    columns: 2,
    coefficients: Float64Array.of(0, 1),
    intercepts: Float64Array.of(0),
    task: { type: 'regression', isVector: true, link: 'identity' },
  }
  const { predict } = compile(model).methods
  const answer = (...values: number[]) =>
    predict && [...run(predict, dense(values.length / 2, 2, Float64Array.from(values)))]
  expect(answer(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).toEqual([2, 4, 6, 8, 10])
  // Its coefficient is zero; and a sum that is too large for a number is no mistake of the rows.
  expect(() => answer(Number.NaN, 2)).toThrow('NaN')
  expect(() => answer(Number.POSITIVE_INFINITY, 2)).toThrow('infinity')
  expect(answer(0, 1e308)).toEqual([1e308])
})
