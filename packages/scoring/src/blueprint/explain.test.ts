import { readFileSync } from 'node:fs'
import { type ColumnSchema, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import type { LinearModel } from '../model/linear.ts'
import { compileBlueprint, type NativeBlueprint, type NativeNode } from './blueprint.ts'
import { blueprintExplainer } from './explain.ts'
import { openBlueprint } from './open.ts'

const inputs: ColumnSchema[] = [
  { name: 'size', type: 'number' },
  { name: 'weight', type: 'number' },
  { name: 'colour', type: 'category' },
  { name: 'fresh', type: 'boolean' },
  { name: 'age', type: 'integer' },
]
const file = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
const { rows } = JSON.parse(file('expected.json').toString()) as { rows: Record<string, unknown>[] }
const table = tableFromRows({ columns: inputs }, rows)
const transform = (columns: string) => ({ title: columns, targetTypes: ['transform'], columns })
const node = (id: string) => ({ id, takesSparse: true, model: file(`${id}.joblib`), known: undefined })
const forest = openBlueprint(
  {
    inputs,
    classes: ['no', 'yes'],
    nodes: [
      { ...node('impute'), entry: transform('numbers'), inputs: [{ from: 'data', columns: ['size', 'weight'] }] },
      {
        ...node('one-hot'),
        entry: transform('categories'),
        inputs: [{ from: 'data', columns: ['colour', 'fresh', 'age'] }],
      },
      {
        ...node('forest'),
        entry: { title: 'Forest', targetTypes: ['binary'], columns: 'numbers' },
        known: ['no', 'yes'],
        inputs: [
          { from: 'node', node: 'impute' },
          { from: 'node', node: 'one-hot' },
        ],
      },
    ],
  },
  { withCover: true },
)

describe('exact explanations of a blueprint', () => {
  it('add up to what a forest answers, with one contribution for each input, whatever became of it', () => {
    const { outputs, explain } = blueprintExplainer(forest, table)
    expect(outputs).toEqual(['no', 'yes'])
    const { base, rows: explained } = explain(table)
    const predicted = compileBlueprint(forest).predict(table)
    for (const [row, each] of explained.entries())
      for (const [output, { score, contributions }] of each.entries()) {
        expect(contributions).toHaveLength(5)
        expect(score).toBeCloseTo(predicted[output]?.[row] ?? Number.NaN, 12)
        expect(contributions.reduce((sum, value) => sum + value, base[output] as number)).toBeCloseTo(score, 12)
      }
  })

  it('are the weighted distances from the means of a linear model, through what scales its inputs', () => {
    const scaled = linear([
      {
        kind: 'columnwise',
        name: 'StandardScaler',
        columns: 2,
        values: 'finite',
        steps: [
          { operation: 'subtract', by: Float64Array.of(10, 1) },
          { operation: 'divide', by: Float64Array.of(2, 4) },
        ],
      },
    ])
    const background = tableFromRows({ columns: scaled.inputs }, [
      { size: 6, weight: 0 },
      { size: 10, weight: 4 },
    ])
    const { outputs, explain } = blueprintExplainer(scaled, background)
    expect(outputs).toEqual([undefined])
    const found = explain(tableFromRows({ columns: scaled.inputs }, [{ size: 12, weight: -2 }]))
    // 3 a half unit of size, -1 a quarter unit of weight: size is 4 above its mean, weight 4 below.
    expect(found.rows).toEqual([[{ score: 3 * 1 - 1 * -0.75 + 0.5, contributions: [6, 1] }]])
    expect([...found.base]).toEqual([3 * -1 - 1 * 0.25 + 0.5])
  })

  it('are refused where a node makes columns of several inputs', () => {
    const mixed = linear([{ kind: 'norms', name: 'Normalizer', columns: 2, norm: 'l2' }])
    expect(() => blueprintExplainer(mixed, table)).toThrow(
      expect.objectContaining({ code: 'blueprint.mixed', message: expect.stringContaining('"step 0"') }),
    )
  })

  it('are refused of a model that nothing explains exactly', () => {
    const alone = { ...forest, nodes: [{ ...(forest.nodes[0] as NativeNode) }] }
    expect(() => blueprintExplainer(alone, table)).toThrow(expect.objectContaining({ code: 'explain.kind' }))
  })
})

function linear(steps: readonly NativeNode['model'][]): NativeBlueprint {
  const model: LinearModel = {
    kind: 'linear',
    name: 'Ridge',
    columns: 2,
    coefficients: Float64Array.of(3, -1),
    intercepts: Float64Array.of(0.5),
    task: { type: 'regression', isVector: true, link: 'identity' },
  }
  const read = (at: number): NativeNode['inputs'] =>
    at === 0 ? [{ from: 'data', columns: ['size', 'weight'] }] : [{ from: 'node', node: `step ${at - 1}` }]
  return {
    inputs: inputs.slice(0, 2),
    classes: [],
    nodes: [...steps, model].map((each, at) => ({
      id: `step ${at}`,
      inputs: read(at),
      form: 'numbers',
      takesSparse: true,
      model: each,
      gives: { type: at < steps.length ? 'transform' : 'number' },
    })),
  }
}
