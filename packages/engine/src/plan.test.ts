import { describe, expect, it } from 'vitest'
import { cutRows, planTraining } from './plan.ts'
import type { EngineTask, TrainingSpec } from './spec.ts'

const task: EngineTask = {
  id: 'custom:line',
  name: 'Line',
  kind: 'custom',
  targetTypes: ['regression'],
  typeSchema: {},
  hyperparameters: [{ name: 'alpha', type: 'float', min: 0, max: 10, default: 1 }],
  environment: 'python-ml',
  codeDir: '/code',
  codeHash: 'code 1',
}
const environment = {
  name: 'python-ml',
  language: 'python' as const,
  fingerprint: 'lock 1',
  interpreter: '/python',
  roots: [],
  preload: [],
}
const spec: TrainingSpec = {
  data: {
    file: '/data',
    contentId: 'content 1',
    rows: 6,
    columns: [
      { name: 'a', type: 'number', missing: false },
      { name: 'b', type: 'number', missing: false },
      { name: 'y', type: 'number', missing: false },
    ],
  },
  features: ['a', 'b'],
  target: 'y',
  targetType: 'regression',
  classes: [],
  partition: Int8Array.of(0, 1, 2, 1, 2, -1),
  folds: 2,
  graph: { nodes: [{ id: 'only', taskVersion: task.id, inputs: [{ from: 'data' }] }] },
  tasks: new Map([[task.id, task]]),
  environments: new Map([['python-ml', environment]]),
  limits: { memoryMb: 1024, cpuSeconds: 60, wallSeconds: 60, processes: 8, fileSizeMb: 16, threads: 1 },
  seed: 1,
}

/** Two custom tasks side by side, which a third reads. */
const sideBySide = (rightCode: string): TrainingSpec => {
  const side = (id: string, codeHash: string): EngineTask => ({ ...task, id, targetTypes: ['transform'], codeHash })
  return {
    ...spec,
    graph: {
      nodes: [
        { id: 'right', taskVersion: 'right', inputs: [{ from: 'data' }] },
        { id: 'left', taskVersion: 'left', inputs: [{ from: 'data' }] },
        {
          id: 'end',
          taskVersion: task.id,
          inputs: [
            { from: 'node', node: 'left' },
            { from: 'node', node: 'right' },
          ],
        },
      ],
    },
    tasks: new Map([
      [task.id, task],
      ['left', side('left', 'left')],
      ['right', side('right', rightCode)],
    ]),
  }
}

const keyOf = (changed: Partial<TrainingSpec>): string | undefined =>
  planTraining({ ...spec, ...changed }).at(-1)?.nodes[0]?.fitKey

describe('planning a training', () => {
  it('predicts each fold by what was fitted on the others, the holdout by all of them, and excluded rows never', () => {
    const rows = planTraining(spec).map(({ name, trainRows, predictRows }) => [name, [...trainRows], [...predictRows]])
    expect(rows).toEqual([
      ['fold 1', [2, 4], [1, 3]],
      ['fold 2', [1, 3], [2, 4]],
      ['all training rows', [1, 2, 3, 4], [0]],
    ])
  })

  it('fits the model on all rows where that is asked, whatever the folds see, and leaves the folds as they are', () => {
    const dated = { ...spec, partition: Int8Array.of(0, 1, 2, 127, 2, -1), sample: Uint8Array.of(0, 1, 0, 1, 1, 0) }
    const [one, two, whole] = planTraining({ ...dated, onAllRows: true })
    expect([whole?.name, [...(whole?.trainRows ?? [])], [...(whole?.predictRows ?? [])]]).toEqual([
      'all rows',
      [0, 1, 2, 3, 4],
      [0],
    ])
    expect(whole?.within.map((rows) => [...rows])).toEqual([[0], [1], [2, 4], [3]])
    expect([one, two]).toEqual(planTraining(dated).slice(0, 2))
  })

  it('gives equal keys to equal specs, wherever code and data lie', () => {
    const moved = { ...spec.data, file: '/elsewhere' }
    const tasks = new Map([[task.id, { ...task, codeDir: '/elsewhere' }]])
    expect(keyOf({ data: moved, tasks })).toBe(keyOf({}))
  })

  it.each<[string, Partial<TrainingSpec>]>([
    ['the code', { tasks: new Map([[task.id, { ...task, codeHash: 'code 2' }]]) }],
    ['the environment', { environments: new Map([['python-ml', { ...environment, fingerprint: 'lock 2' }]]) }],
    ['the threads', { limits: { ...spec.limits, threads: 2 } }],
    ['the data', { data: { ...spec.data, contentId: 'content 2' } }],
    ['the rows', { partition: Int8Array.of(1, 0, 2, 1, 2, -1) }],
    ['the columns', { features: ['a'] }],
    ['the target', { target: 'z' }],
    ['a parameter', { graph: { nodes: spec.graph.nodes.map((node) => ({ ...node, parameters: { alpha: 2 } })) } }],
    ['the seed', { seed: 2 }],
  ])('gives another key when %s changes', (_, changed) => {
    expect(keyOf(changed)).not.toBe(keyOf({}))
  })

  it('names a step also by custom code that ran before it in its session, which could change what it gives', () => {
    const keysOf = (code: string) =>
      new Map(planTraining(sideBySide(code))[0]?.nodes.map(({ id, fitKey }) => [id, fitKey]))
    const [one, other] = [keysOf('right 1'), keysOf('right 2')]
    expect(one.get('left')).not.toBe(other.get('left'))
    const builtIn = new Map(
      [...sideBySide('right 1').tasks].map(([id, each]) => [id, { ...each, kind: 'builtin' as const }]),
    )
    const alone = planTraining({ ...sideBySide('right 1'), tasks: builtIn })[0]?.nodes.find(({ id }) => id === 'left')
    expect(alone?.fitKey).not.toBe(one.get('left'))
  })
})

it('keeps nothing that saw a network, nor what was made of it', () => {
  const quiet = sideBySide('code 2')
  const left = quiet.tasks.get('left') as EngineTask
  const loud = { ...quiet, tasks: new Map(quiet.tasks).set('left', { ...left, network: 'public' }) }
  const keptOf = (given: TrainingSpec) =>
    Object.fromEntries(planTraining(given)[0]?.nodes.map(({ id, kept }) => [id, kept]) ?? [])
  expect(keptOf(quiet)).toEqual({ right: true, left: true, end: true })
  expect(keptOf(loud)).toEqual({ right: true, left: false, end: false })
})

describe('cutting training rows', () => {
  it('keeps the rows of a fold together, in at most five cuts', () => {
    expect(cutRows(Int32Array.of(2, 1, 2, 4), 0)).toEqual([Int32Array.of(1), Int32Array.of(0, 2), Int32Array.of(3)])
    expect(cutRows(Int32Array.of(1, 2, 3, 4, 5, 6), 0)).toHaveLength(5)
  })

  it('cuts one fold at random, the same way every time', () => {
    const cuts = cutRows(new Int32Array(12).fill(3), 7)
    expect(cuts.map(({ length }) => length)).toEqual([3, 3, 2, 2, 2])
    expect(cuts.flatMap((cut) => [...cut]).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at))
    expect(cutRows(new Int32Array(12).fill(3), 7)).toEqual(cuts)
  })
})
