import { describe, expect, it } from 'vitest'
import type { TaskDescription } from '../blueprint/check.ts'
import type { BlueprintGraph } from '../blueprint/schema.ts'
import type { Hyperparameter } from '../contract/schema.ts'
import { checkSearch } from './check.ts'
import { presetOf, searchableParameters } from './preset.ts'
import type { SearchBudget, SearchDimension } from './schema.ts'
import { currentPoint, pointOf, sampledDimensions, sampledOf } from './space.ts'

const task = (id: string, hyperparameters: readonly Hyperparameter[], isTransform = false): TaskDescription => ({
  id,
  name: id,
  kind: 'builtin',
  targetTypes: isTransform ? ['transform'] : ['regression'],
  hyperparameters,
  environment: 'python-core',
})
const tasks = [
  task('impute', [{ name: 'how', type: 'select', values: ['mean', 'median'], default: 'median' }], true),
  task('trees', [
    { name: 'rate', type: 'float', min: 0.0001, max: 1, default: 0.1, search: { low: 0.01, high: 0.3, log: true } },
    { name: 'leaves', type: 'int', min: 2, max: 10_000, default: 31 },
    { name: 'offset', type: 'float', min: -5, default: 0 },
    {
      name: 'split',
      type: 'multi',
      values: { int: { min: 1, max: 50 }, float: { min: 0, max: 1 }, select: { values: ['sqrt', 'log2'] } },
    },
    { name: 'deep', type: 'boolean', default: false },
    { name: 'text', type: 'string', default: 'x' },
  ]),
  task('mean', []),
]
const taskOf = (id: string) => tasks.find((each) => each.id === id)
const graph: BlueprintGraph = {
  nodes: [
    { id: 'fill', taskVersion: 'impute', inputs: [{ from: 'data' }] },
    { id: 'model', taskVersion: 'trees', parameters: { leaves: 15 }, inputs: [{ from: 'node', node: 'fill' }] },
  ],
}
const found = (space: readonly SearchDimension[], budget: SearchBudget = { trials: 10 }, of = graph) =>
  checkSearch(space, budget, { graph: of, taskOf }).map(({ code, place }) => `${code} ${place?.pointer}`)
const model = (parameter: string) => ({ node: 'model', parameter })

describe('a search', () => {
  it('may change numbers in ranges, and anything among values', () => {
    const space: SearchDimension[] = [
      { ...model('rate'), low: 0.001, high: 1, log: true },
      { ...model('leaves'), low: 2, high: 64 },
      { ...model('offset'), low: -5, high: 5 },
      { ...model('split'), values: ['sqrt', 0.5, 7] },
      { ...model('deep'), values: [false, true] },
      { ...model('text'), values: ['x', 'y'] },
      { node: 'fill', parameter: 'how', values: ['median', 'mean'] },
    ]
    expect(found(space, { trials: 1000, minutes: 0.5 })).toEqual([])
    expect(sampledDimensions(space, graph, taskOf).map(({ kind }) => kind)).toEqual([
      'float',
      'int',
      'float',
      'values',
      'values',
      'values',
      'values',
    ])
  })

  it('is refused with all that is wrong, each at its place', () => {
    expect(
      found(
        [
          { node: 'modell', parameter: 'rate', low: 0, high: 1 },
          { ...model('leafs'), low: 2, high: 4 },
          { ...model('leaves'), low: 9, high: 3 },
          { ...model('leaves'), low: 2.5, high: 4 },
          { ...model('offset'), low: 0, high: 2, log: true },
          { ...model('rate'), low: 0, high: 2 },
          { ...model('deep'), low: 0, high: 1 },
          { ...model('split'), values: [] },
          { ...model('text'), values: ['a', 'a'] },
          { node: 'fill', parameter: 'how', values: ['mean', 'mode'] },
        ],
        { trials: 100_000, minutes: -1 },
      ),
    ).toEqual([
      'search.unknownNode /space/0/node',
      'search.unknownParameter /space/1/parameter',
      'search.range /space/2/high',
      'search.twice /space/3',
      'search.outside /space/3/low',
      'search.log /space/4/low',
      'search.outside /space/5/low',
      'search.outside /space/5/high',
      'search.notNumbers /space/6',
      'search.values /space/7/values',
      'search.values /space/8/values',
      'search.outside /space/9/values/1',
      'search.trials /trials',
      'search.minutes /minutes',
    ])
  })

  it('is refused when it has nothing to change, too much, or no end', () => {
    const plain: BlueprintGraph = { nodes: [{ id: 'model', taskVersion: 'mean', inputs: [{ from: 'data' }] }] }
    const many = Array.from({ length: 31 }, () => ({ ...model('rate'), low: 0.1, high: 0.2 }))
    expect(found([], {}, plain)).toEqual(['search.noParameters /space', 'search.noBudget /trials'])
    expect(found([])).toEqual(['search.empty /space'])
    expect(found(many)[0]).toBe('search.dimensions /space')
    expect(found([{ node: '__proto__', parameter: 'toString', low: 0, high: 1 }])).toEqual([
      'search.unknownNode /space/0/node',
    ])
    expect(found([{ ...model('__proto__'), values: ['a', 'b'] }])).toEqual([
      'search.unknownParameter /space/0/parameter',
    ])
    expect(found([{ ...model('rate'), low: Number.NaN, high: Infinity }])).toEqual([
      'search.range /space/0/high',
      'search.outside /space/0/low',
      'search.outside /space/0/high',
    ])
  })

  it('begins with what the blueprint has, where the space holds it', () => {
    const space: SearchDimension[] = [
      { ...model('rate'), low: 0.001, high: 1 },
      { ...model('leaves'), low: 2, high: 64 },
      { node: 'fill', parameter: 'how', values: ['mean', 'median'] },
    ]
    const now = currentPoint(space, graph, taskOf)
    expect(now).toEqual({ model: { rate: 0.1, leaves: 15 }, fill: { how: 'median' } })
    const sampled = sampledOf(space, now)
    expect(sampled).toEqual({ 'model.rate': 0.1, 'model.leaves': 15, 'fill.how': 1 })
    expect(pointOf(space, sampled ?? {})).toEqual(now)
    expect(sampledOf([{ ...model('leaves'), low: 20, high: 64 }], now)).toBeUndefined()
    expect(sampledOf([{ ...model('text'), values: ['y', 'z'] }], currentPoint(space, graph, taskOf))).toBeUndefined()
  })
})

describe('a preset', () => {
  it('is offered for all parameters of all nodes, and suggested for those that the estimator says', () => {
    const offered = searchableParameters(graph, taskOf)
    expect(offered.map(({ node, parameter, current }) => [node, parameter.name, current])).toEqual([
      ['model', 'rate', 0.1],
      ['model', 'leaves', 15],
      ['model', 'offset', 0],
      ['model', 'split', null],
      ['model', 'deep', false],
      ['model', 'text', 'x'],
      ['fill', 'how', 'median'],
    ])
    expect(offered.filter(({ suggested }) => suggested).map(({ preset }) => preset)).toEqual([
      { node: 'model', parameter: 'rate', low: 0.01, high: 0.3, log: true },
    ])
    const presets = offered.flatMap(({ preset }) => preset ?? [])
    expect(presets.map(({ parameter }) => parameter)).toEqual(['rate', 'leaves', 'split', 'deep', 'how'])
    expect(found(presets)).toEqual([])
  })

  it.each<[Hyperparameter, string | number | boolean | null, unknown]>([
    [{ name: 'a', type: 'int', min: 1, max: 10_000 }, 100, { low: 10, high: 1000, log: true }],
    [{ name: 'a', type: 'int', min: 1, max: 20 }, 3, { low: 1, high: 20 }],
    [{ name: 'a', type: 'int', min: 1 }, 3, { low: 1, high: 30, log: true }],
    [{ name: 'a', type: 'float', min: 0, max: 1 }, 0, { low: 0, high: 1 }],
    [{ name: 'a', type: 'float' }, 1, { low: 0.1, high: 10, log: true }],
    [{ name: 'a', type: 'float', max: 0.5 }, 0.4, { low: 0.04, high: 0.5, log: true }],
    [{ name: 'a', type: 'float' }, -3, undefined],
    [{ name: 'a', type: 'float' }, null, undefined],
    [{ name: 'a', type: 'select', values: ['only'] }, 'only', undefined],
    [
      { name: 'a', type: 'multi', values: { float: { min: 0, max: 1 }, select: { values: ['x', 'y'] } } },
      0.2,
      { low: 0, high: 1 },
    ],
  ])('of %j at %j', (parameter, current, expected) => {
    expect(presetOf(parameter, current)).toEqual(expected)
  })
})
