import { readFileSync } from 'node:fs'
import { type ColumnSchema, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { compileBlueprint } from './blueprint.ts'
import { inputHints } from './hints.ts'
import { openBlueprint, type TaskEntry, type TrainedBlueprint, type TrainedNode } from './open.ts'
import { packBlueprint, unpackBlueprint } from './packed.ts'

const file = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
const { rows, classes, probabilities } = JSON.parse(file('expected.json').toString()) as {
  rows: Record<string, unknown>[]
  classes: string[]
  probabilities: number[][]
}

const inputs: ColumnSchema[] = [
  { name: 'size', type: 'number' },
  { name: 'weight', type: 'number' },
  { name: 'colour', type: 'category' },
  { name: 'fresh', type: 'boolean' },
  { name: 'age', type: 'integer' },
]
const node = (
  id: string,
  entry: TaskEntry | undefined,
  reads: TrainedNode['inputs'],
  known?: string[],
): TrainedNode => ({
  id,
  inputs: reads,
  takesSparse: true,
  entry,
  model: file(`${id}.joblib`),
  known,
})
const data = (...columns: string[]): TrainedNode['inputs'] => [{ from: 'data', columns }]
const impute: TaskEntry = { title: 'Impute', targetTypes: ['transform'], columns: 'numbers' }
const oneHot: TaskEntry = { title: 'One-hot', targetTypes: ['transform'], columns: 'categories' }
const forest: TaskEntry = { title: 'Forest', targetTypes: ['binary', 'multiclass'], columns: 'numbers' }
const steps: readonly TrainedNode[] = [
  node('impute', impute, data('size', 'weight')),
  node('one-hot', oneHot, data('colour', 'fresh', 'age')),
  node(
    'forest',
    forest,
    ['impute', 'one-hot'].map((id) => ({ from: 'node', node: id })),
    classes,
  ),
]
const trained: TrainedBlueprint = { inputs, classes, nodes: steps }
const table = tableFromRows({ columns: inputs }, rows)
const byRow = (columns: readonly Float64Array[]) => rows.map((_, row) => columns.map((column) => column[row]))

describe('a trained blueprint', () => {
  it('answers as Python does, of missing and unseen values too, and in one column for each class', () => {
    const found = byRow(compileBlueprint(openBlueprint(trained)).predict(table))
    for (const [row, wanted] of probabilities.entries())
      for (const [at, value] of wanted.entries()) expect(found[row]?.[at]).toBeCloseTo(value, 14)
  })

  it('answers the same bits in a browser: out of its text, by other kernels, row by row', () => {
    const opened = openBlueprint(trained)
    const here = byRow(compileBlueprint(opened).predict(table))
    const portable = compileBlueprint(unpackBlueprint(packBlueprint(opened)), { kernels: 'plain' })
    const apart = rows.map((row) => portable.predict(tableFromRows({ columns: inputs }, [row])).map(([value]) => value))
    expect(apart).toEqual(here)
    for (const [row, answer] of apart.entries())
      for (const [at, value] of answer.entries()) expect(Object.is(value, here[row]?.[at])).toBe(true)
  })

  it('tells of its inputs where their numbers lie, as the splits of the forest have them, and which texts it knows', () => {
    const hints = inputHints(openBlueprint({ ...trained, nodes: steps.slice(0, 2) }))
    expect(hints.get('colour')?.values).toEqual(['(missing)', 'blue', 'green', 'red'])
    expect(hints.get('size')).toEqual({})
    const alone = { ...(steps[2] as TrainedNode), inputs: data('size', 'weight') }
    const { low = 0, high = 0 } = inputHints(openBlueprint({ ...trained, nodes: [alone] })).get('size') ?? {}
    expect(low).toBeLessThan(high)
    const behind = { ...alone, inputs: [{ from: 'node', node: 'impute' }] } as const
    expect(inputHints(openBlueprint({ ...trained, nodes: [steps[0] as TrainedNode, behind] })).get('size')).toEqual({
      low,
      high,
    })
  })

  it('never expects a class that the fit did not see, and answers in the order of the classes', () => {
    const more = openBlueprint({ ...trained, classes: ['yes', 'perhaps', 'no'] })
    const [yes, perhaps, no] = compileBlueprint(more).predict(table)
    expect([...(perhaps ?? [])]).toEqual(rows.map(() => 0))
    expect([yes?.[0], no?.[0]]).toEqual(byRow(compileBlueprint(openBlueprint(trained)).predict(table))[0]?.toReversed())
  })

  it('is refused with a reason for each node that is not read', () => {
    const nodes = [
      { ...(steps[0] as TrainedNode), entry: undefined },
      { ...(steps[1] as TrainedNode), entry: { ...oneHot, columns: 'dates' } },
      { ...(steps[2] as TrainedNode), model: Buffer.from('nothing') },
    ]
    expect(() => openBlueprint({ ...trained, nodes })).toThrow(
      expect.objectContaining({
        code: 'blueprint.notNative',
        findings: [
          expect.objectContaining({ code: 'blueprint.ownTask', place: { node: 'impute' } }),
          expect.objectContaining({ code: 'blueprint.columns', place: { node: 'one-hot' } }),
          expect.objectContaining({ code: 'modelFile.format', place: { node: 'forest' } }),
        ],
      }),
    )
  })

  it('is refused where a node is asked for what its model does not do', () => {
    const asked = { ...trained, nodes: [...steps.slice(0, 2), { ...(steps[2] as TrainedNode), entry: impute }] }
    expect(() => openBlueprint(asked)).toThrow(expect.objectContaining({ code: 'model.method' }))
  })

  it('gives no answer that is no finite number', () => {
    const { predict } = compileBlueprint({
      inputs: inputs.slice(0, 1),
      classes: [],
      nodes: [
        {
          id: 'line',
          inputs: data('size'),
          form: 'numbers',
          takesSparse: true,
          model: {
            kind: 'linear',
            name: 'LinearRegression',
            columns: 1,
            coefficients: Float64Array.of(1e308),
            intercepts: Float64Array.of(0),
            task: { type: 'regression', isVector: true, link: 'identity' },
          },
          gives: { type: 'number' },
        },
      ],
    })
    const line = (size: number) => predict(tableFromRows({ columns: inputs.slice(0, 1) }, [{ size }]))
    expect(line(1)).toEqual([Float64Array.of(1e308)])
    expect(() => line(10)).toThrow(expect.objectContaining({ code: 'blueprint.notFinite' }))
  })

  it('refuses the text of another version', () => {
    const text = packBlueprint(openBlueprint(trained)).replace('"version":1', '"version":2')
    expect(() => unpackBlueprint(text)).toThrow(expect.objectContaining({ code: 'model.packVersion' }))
  })
})
