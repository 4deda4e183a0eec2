import { describe, expect, it } from 'vitest'
import { dense, type Sparse } from '../data/data.ts'
import { compile } from './compile.ts'
import type { NeighborsModel, NeighborsTarget } from './neighbors.ts'
import { run } from './scorer.ts'

const target: NeighborsTarget = {
  classes: { type: 'integer', values: [3, 5] },
  own: Int32Array.of(0, 1, 1),
  outlier: undefined,
  labels: { type: 'integer', values: [3, 5] },
}

/** Rows at 0, 1 and 2. */
const model = (more: Partial<NeighborsModel>): NeighborsModel => ({
  kind: 'neighbors',
  name: 'Neighbors',
  search: {
    columns: 1,
    values: Float64Array.of(0, 1, 2),
    metric: { type: 'euclidean' },
    tree: undefined,
    selection: 'partition',
    sort: 'quicksort',
  },
  choice: { by: 'radius', radius: 1 },
  task: { type: 'classification', targets: [target], byDistance: true, isVector: true, hasProbabilities: true },
  ...more,
})
const at = (...values: number[]) => dense(values.length, 1, Float64Array.from(values))
const predict = (one: NeighborsModel, ...values: number[]) => {
  const output = compile(one).methods.predict
  return output === undefined ? undefined : [...run(output, at(...values))]
}

describe('rows within a radius', () => {
  it('are all on the border or inside, and an exact hit decides alone', () => {
    const output = compile(model({})).methods.predictProba
    expect(output && [...run(output, at(0))]).toEqual([1, 0])
    expect(output && [...run(output, at(0.5))]).toEqual([0.5, 0.5])
  })

  it('are refused where there are none, naming row and radius', () => {
    expect(() => predict(model({}), 0, 9)).toThrow('Neighbors finds no training row within 1 of row 1.')
  })

  it('leave the label of outliers, or what the library makes of no number', () => {
    const labelled: NeighborsTarget = { ...target, outlier: 2, labels: { type: 'integer', values: [3, 5, -1] } }
    const task = { ...model({}).task, targets: [labelled] } as NeighborsModel['task']
    expect(predict(model({ task }), 9)).toEqual([2])
    const numbers = { type: 'regression', byDistance: false, isVector: true, outputs: 1, ofNone: Number.NaN } as const
    expect(predict(model({ task: { ...numbers, own: Float64Array.of(1, 2, 3) } }), 9, 0)).toEqual([Number.NaN, 1.5])
  })
})

it('a tree takes no sparse rows, as in the library', () => {
  const { search } = model({})
  const tree = {
    shape: 'boxes',
    order: Int32Array.of(0, 1, 2),
    starts: Int32Array.of(0),
    ends: Int32Array.of(3),
    isLeaf: Uint8Array.of(1),
    radii: Float64Array.of(1),
    lower: Float64Array.of(0),
    upper: Float64Array.of(2),
  } as const
  const one = model({ search: { ...search, tree }, choice: { by: 'count', count: 1 } })
  const rows: Sparse = {
    kind: 'sparse',
    rows: 1,
    columns: 1,
    starts: Int32Array.of(0, 0),
    indices: new Int32Array(0),
    values: new Float64Array(0),
  }
  const output = compile(one).methods.predict
  expect(() => output && run(output, rows)).toThrow('takes dense numbers, not sparse numbers')
  expect(predict(one, 1.9)).toEqual([1])
})
