import type { TaskVersion } from '@modelsmith/api'
import { describe, expect, it } from 'vitest'
import {
  addInput,
  addTask,
  dataInputFor,
  downstreamOf,
  endsOf,
  insertTask,
  outdatedIn,
  removeInput,
  removeNode,
  renameNode,
  replaceTask,
  setParameter,
  wordsOfData,
} from './graph.ts'

const task = (taskName: string, targetType: 'transform' | 'binary', takes: 'NUM' | 'CAT'): TaskVersion => ({
  id: `builtin:${taskName}@1`,
  taskId: taskName,
  taskName,
  kind: 'builtin',
  number: '1.0',
  description: '',
  language: 'python',
  targetTypes: [targetType],
  typeSchema: { input_requirements: [{ field: 'data_types', condition: 'EQUALS', value: takes }] },
  predictionParameters: [],
  metrics: [],
  hyperparameters: [],
  environment: 'python-core',
  requirements: null,
  group: null,
  citation: null,
  files: [],
  contentHash: '',
  warnings: [],
  note: null,
  origin: null,
  access: 'full',
  owner: null,
  createdAt: null,
})
const impute = task('Impute', 'transform', 'NUM')
const encode = task('One-hot encoding', 'transform', 'CAT')
const logistic = task('Logistic', 'binary', 'NUM')

const drawn = addTask(addTask(addTask({ nodes: [] }, impute).graph, encode).graph, logistic).graph

describe('drawing a blueprint', () => {
  it('begins transforms on the columns they take, and joins all ends in an estimator', () => {
    expect(drawn.nodes.map(({ id, inputs }) => [id, inputs])).toEqual([
      ['impute', [{ from: 'data', dataTypes: ['NUM'] }]],
      ['one-hot-encoding', [{ from: 'data', dataTypes: ['CAT'] }]],
      [
        'logistic',
        [
          { from: 'node', node: 'impute' },
          { from: 'node', node: 'one-hot-encoding' },
        ],
      ],
    ])
    expect(endsOf(drawn).map(({ id }) => id)).toEqual(['logistic'])
  })

  it('adds after a chosen node, under a free name', () => {
    const { graph, id } = addTask(drawn, impute, 'impute')
    expect(id).toBe('impute-2')
    expect(graph.nodes.at(-1)?.inputs).toEqual([{ from: 'node', node: 'impute' }])
  })

  it('finds the nodes that use an older version than there is, and keeps the values that the newer one knows', () => {
    const alpha = { name: 'alpha', type: 'int', min: 1, default: 1 } as const
    const newer = { ...encode, id: 'builtin:One-hot encoding@2', number: '2.0', hyperparameters: [alpha] }
    const given = setParameter(
      setParameter(drawn, drawn.nodes[1] as (typeof drawn.nodes)[1], 'alpha', 3),
      { ...(drawn.nodes[1] as (typeof drawn.nodes)[1]), parameters: { alpha: 3 } },
      'gone',
      true,
    )
    const byId = new Map([impute, encode, logistic].map((each) => [each.id, each]))
    const outdated = outdatedIn(given, byId, [impute, newer, logistic])
    expect(outdated.map(({ node, newer: { number } }) => [node.id, number])).toEqual([['one-hot-encoding', '2.0']])
    const [first] = outdated
    expect(replaceTask(given, first?.node as (typeof drawn.nodes)[1], newer).nodes[1]).toMatchObject({
      taskVersion: 'builtin:One-hot encoding@2',
      parameters: { alpha: 3 },
    })
    expect(outdatedIn(drawn, byId, [impute, encode, logistic])).toEqual([])
  })

  it('closes the gap that a removed node leaves', () => {
    expect(removeNode(drawn, 'impute').nodes.at(-1)?.inputs).toEqual([
      { from: 'data', dataTypes: ['NUM'] },
      { from: 'node', node: 'one-hot-encoding' },
    ])
  })

  it('renames a node where it is read, too', () => {
    expect(renameNode(drawn, 'impute', 'fill').nodes.at(-1)?.inputs[0]).toEqual({ from: 'node', node: 'fill' })
  })

  it('takes an input once, and gives it back', () => {
    const data = { from: 'data' as const }
    const twice = addInput(addInput(drawn, 'logistic', data), 'logistic', data)
    expect(twice.nodes.at(-1)?.inputs).toHaveLength(3)
    expect(removeInput(twice, 'logistic', 2)).toEqual(drawn)
  })

  it('inserts between a node and what it reads', () => {
    const { graph, id } = insertTask(drawn, impute, 'logistic', 1)
    expect(graph.nodes.find((node) => node.id === id)?.inputs).toEqual([{ from: 'node', node: 'one-hot-encoding' }])
    expect(graph.nodes.find((node) => node.id === 'logistic')?.inputs).toEqual([
      { from: 'node', node: 'impute' },
      { from: 'node', node: id },
    ])
  })

  it('sets a parameter, and lets its default hold again', () => {
    const node = drawn.nodes[0] as (typeof drawn.nodes)[number]
    const set = setParameter(drawn, node, 'strategy', 'mean')
    expect(set.nodes[0]?.parameters).toEqual({ strategy: 'mean' })
    expect(setParameter(set, set.nodes[0] ?? node, 'strategy', undefined).nodes[0]?.parameters).toEqual({})
  })

  it('knows what may not feed a node', () => {
    expect([...downstreamOf(drawn, 'impute')]).toEqual(['impute', 'logistic'])
  })
})

it('says columns in words', () => {
  expect(wordsOfData(dataInputFor(impute))).toBe('numbers')
  expect(wordsOfData({ from: 'data' })).toBe('all columns')
  expect(wordsOfData({ from: 'data', columns: ['Age', 'Gender'] })).toBe('Age, Gender')
})

it('puts another task in the place of one: the same edges, and the values that both know', () => {
  const [forest, boosting] = [task('forest', 'binary', 'NUM'), task('boosting', 'binary', 'NUM')]
  const node = {
    id: 'model',
    taskVersion: forest.id,
    inputs: [{ from: 'data' as const }],
    parameters: { trees: 10, depth: 3, rate: 'high' },
  }
  const knows: TaskVersion = {
    ...boosting,
    hyperparameters: [
      { name: 'trees', type: 'int', min: 1, max: 100 },
      { name: 'rate', type: 'float' },
    ],
  }
  expect(replaceTask({ nodes: [node] }, node, knows)).toEqual({
    nodes: [{ ...node, taskVersion: boosting.id, parameters: { trees: 10 } }],
  })
})
