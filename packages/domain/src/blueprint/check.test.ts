import { describe, expect, it } from 'vitest'
import type { FeatureColumn } from '../contract/data-types.ts'
import type { TypeSchema } from '../contract/schema.ts'
import { checkBlueprint, type TaskDescription } from './check.ts'
import { topologicalOrder } from './order.ts'
import type { BlueprintGraph, BlueprintInput, BlueprintNode } from './schema.ts'

const task = (name: string, targetTypes: TaskDescription['targetTypes'], typeSchema?: TypeSchema): TaskDescription => ({
  id: name,
  name,
  kind: 'builtin',
  targetTypes,
  typeSchema,
  hyperparameters: [{ name: 'alpha', type: 'float', min: 0, default: 1 }],
  environment: 'python-ml',
})
const never = { field: 'contains_missing', condition: 'EQUALS', value: 'NEVER' } as const
const forbidden = { field: 'contains_missing', condition: 'EQUALS', value: 'FORBIDDEN' } as const
const onlyNumbers = { field: 'data_types', condition: 'IN', value: ['NUM'] } satisfies NonNullable<
  TypeSchema['input_requirements']
>[number]

const tasks = [
  task('impute', ['transform'], { input_requirements: [onlyNumbers], output_requirements: [never] }),
  task('encode', ['transform'], {
    input_requirements: [{ field: 'data_types', condition: 'IN', value: ['CAT'] }],
    output_requirements: [never],
  }),
  task('mine', ['transform']),
  task('weeks', ['split']),
  task('clip', ['transform'], {
    output_requirements: [{ field: 'contains_missing', condition: 'EQUALS', value: 'DYNAMIC' }],
  }),
  task('ridge', ['regression'], { input_requirements: [onlyNumbers, forbidden] }),
  task('logistic', ['binary', 'multiclass'], { input_requirements: [onlyNumbers, forbidden] }),
]
const taskOf = (id: string) => tasks.find((candidate) => candidate.id === id)

const columns: FeatureColumn[] = [
  { name: 'age', type: 'integer', missing: true },
  { name: 'income', type: 'number', missing: false },
  { name: 'city', type: 'category', missing: false },
]
const node = (id: string, taskVersion: string, ...inputs: (string | BlueprintInput)[]): BlueprintNode => ({
  id,
  taskVersion,
  inputs: inputs.map((input) => (typeof input === 'string' ? { from: 'node', node: input } : input)),
})
const numbers: BlueprintInput = { from: 'data', dataTypes: ['NUM'] }
const categories: BlueprintInput = { from: 'data', dataTypes: ['CAT'] }
const graph = (...nodes: BlueprintNode[]): BlueprintGraph => ({ nodes })
const good = graph(
  node('model', 'ridge', 'numbers', 'cities'),
  node('numbers', 'impute', numbers),
  node('cities', 'encode', categories),
)
const report = (given: BlueprintGraph) => checkBlueprint(given, { taskOf, columns, targetType: 'regression' })
const said = (given: BlueprintGraph) =>
  report(given).findings.map(
    ({ place, severity, message }) => `${place?.node ?? '-'}${severity === 'warning' ? ' (warning)' : ''}: ${message}`,
  )

describe('checkBlueprint', () => {
  it('finds nothing in a good blueprint, and says what flows where', () => {
    const { findings, order, nodes, estimator } = report(good)
    expect(findings).toEqual([])
    expect(order).toEqual(['numbers', 'cities', 'model'])
    expect(estimator).toBe('model')
    expect(nodes.find(({ id }) => id === 'numbers')).toEqual({
      id: 'numbers',
      inputs: [{ types: new Set(['NUM']), columns: { min: 2, max: 2 }, missing: 'present', sparse: 'never' }],
      input: { types: new Set(['NUM']), columns: { min: 2, max: 2 }, missing: 'present', sparse: 'never' },
      output: { types: new Set(['NUM']), columns: { min: 1, max: undefined }, missing: 'never', sparse: 'unknown' },
    })
    expect(nodes.find(({ id }) => id === 'model')?.inputs).toHaveLength(2)
  })

  it('refuses a cycle and names its nodes', () => {
    const cycle = graph(
      node('a', 'mine', numbers, 'c'),
      node('b', 'mine', 'a'),
      node('c', 'mine', 'b'),
      node('model', 'ridge', 'c'),
    )
    expect(said(cycle)[0]).toBe('a: The nodes "a" → "b" → "c" → "a" form a cycle.')
    expect(report(cycle).order).toEqual([])
    expect(said(graph(node('a', 'mine', 'a')))[0]).toBe('a: The nodes "a" → "a" form a cycle.')
  })

  it('refuses an empty blueprint', () => {
    expect(said(graph())).toEqual(['-: The blueprint has no tasks.'])
  })

  it('refuses doubled ids and connections from nowhere', () => {
    const broken = graph(
      node('a', 'impute', numbers),
      node('a', 'impute', numbers),
      node('model', 'ridge', 'a', 'gone'),
    )
    expect(said(broken)).toContain('a: Two nodes have the id "a".')
    expect(said(broken)).toContain('model: Node "model" reads from "gone", which is not in the blueprint.')
  })

  it('refuses tasks that nobody knows, once', () => {
    expect(said(graph(node('model', 'deep', numbers)))).toEqual([
      'model: Node "model" uses the task version "deep", which does not exist or is not shared with you.',
      '- (warning): Column "city" enters no task.',
    ])
  })

  it('refuses a function', () => {
    expect(said(graph(node('model', 'weeks', numbers)))).toContain(
      'model: Task "weeks" is a function (split), and stands in no blueprint.',
    )
  })

  it('refuses ends that are not one estimator', () => {
    expect(said(graph(node('a', 'impute', numbers)))).toEqual(
      expect.arrayContaining([
        'a: Nothing reads the output of node "a".',
        '-: The blueprint has no final estimator: every node is read by another or is a transform.',
      ]),
    )
    const two = graph(node('a', 'impute', numbers), node('b', 'ridge', 'a'), node('c', 'ridge', 'a'))
    expect(said(two)).toContain('c: The blueprint ends in more than one estimator: "b", "c".')
    expect(report(two).estimator).toBeUndefined()
  })

  it('refuses an estimator for another target', () => {
    expect(said(graph(node('a', 'impute', numbers), node('b', 'logistic', 'a')))).toContain(
      'b: Task "logistic" is for binary, multiclass, the target is regression.',
    )
  })

  it('refuses types along an edge, with the task and a cure', () => {
    const { findings } = report(graph(node('model', 'ridge', { from: 'data' })))
    expect(findings.map(({ message, hint }) => `${message} ${hint}`)).toEqual([
      'Task "ridge" takes only NUM, found NUM, CAT. Choose columns of these types, or put a transform before it that gives them.',
      'Task "ridge" takes no missing values, and its input has or may have some. Put an imputation before it.',
    ])
    expect(findings.every(({ place }) => place?.node === 'model')).toBe(true)
  })

  it('warns where a task says that it may give what the next one refuses', () => {
    const after = (name: string) => said(graph(node('a', name, { from: 'data' }), node('model', 'ridge', 'a')))
    expect(after('clip')).toEqual([
      'model (warning): Task "ridge" takes no missing values, and its input has or may have some.',
    ])
    expect(after('mine')).toEqual([])
  })

  it('refuses parameters out of range, at the node', () => {
    const { findings } = report(
      graph(node('a', 'impute', numbers), { ...node('model', 'ridge', 'a'), parameters: { alpha: -1, beta: 2 } }),
    )
    expect(findings.map(({ place, message }) => `${place?.node} ${place?.pointer} ${message}`).slice(0, 2)).toEqual([
      'model /nodes/1/parameters/beta There is no parameter "beta".',
      'model /nodes/1/parameters/alpha Parameter "alpha" must be a number not below 0, found -1.',
    ])
  })

  it('refuses columns that are not there, and selections of none', () => {
    const selected = graph(
      node('a', 'impute', { from: 'data', columns: ['agee', 'income'] }),
      node('b', 'mine', { from: 'data', dataTypes: ['DATE'] }),
      node('model', 'ridge', 'a', 'b'),
    )
    const { findings } = report(selected)
    expect(findings.find(({ code }) => code === 'blueprint.unknownColumn')).toMatchObject({
      message: 'Node "a" selects column "agee", which is not a feature of the project.',
      hint: 'Did you mean "age"?',
      place: { node: 'a' },
    })
    expect(said(selected)).toContain('b: No column of the data enters node "b": it selects columns of type DATE.')
  })

  it('warns of columns that enter no task', () => {
    expect(said(graph(node('a', 'impute', numbers), node('model', 'ridge', 'a')))).toContain(
      '- (warning): Column "city" enters no task.',
    )
  })

  it('says what it can without a project', () => {
    expect(checkBlueprint(good, { taskOf }).findings.filter(({ severity }) => severity !== 'warning')).toEqual([])
    const wrong = graph(node('a', 'encode', numbers), node('model', 'ridge', 'a'))
    expect(checkBlueprint(wrong, { taskOf }).findings[0]?.message).toBe('Task "encode" takes only CAT, found NUM.')
  })

  it('lets an estimator read the predictions of another', () => {
    const stacked = graph(node('a', 'impute', numbers), node('b', 'ridge', 'a'), node('model', 'ridge', 'a', 'b'))
    expect(report(stacked).findings.filter(({ severity }) => severity !== 'warning')).toEqual([])
  })
})

describe('topologicalOrder', () => {
  it('keeps the order of the graph where it may', () => {
    expect(
      topologicalOrder(graph(node('c', 'mine', 'a'), node('b', 'mine', numbers), node('a', 'mine', numbers))),
    ).toEqual(['b', 'a', 'c'])
  })

  it('orders two hundred nodes in a row', () => {
    const nodes = Array.from({ length: 200 }, (_, index) =>
      node(`n${index}`, 'mine', index === 199 ? numbers : `n${index + 1}`),
    )
    // Trying every way through them would never end.
    expect(topologicalOrder({ nodes })[0]).toBe('n199')
  })
})
