import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkBlueprint, type EstimatorType, type FeatureColumn, isError, pruneGraph } from '@modelsmith/domain'
import { afterAll, expect, it } from 'vitest'
import { loadLibrary } from './library.ts'
import { loadRepository } from './repository.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-repository-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const number: FeatureColumn = { name: 'size', type: 'number', missing: true }
const category: FeatureColumn = { name: 'colour', type: 'category', missing: true }
const tables = [[number], [category], [number, category]]

const library = new Map((await loadLibrary(folder)).map((task) => [task.id, task]))
const blueprints = await loadRepository()

it('has several for each target type, each with an id of its own', () => {
  for (const type of ['binary', 'multiclass', 'regression', 'anomaly'] as const)
    expect(blueprints.filter(({ targetTypes }) => targetTypes.includes(type)).length).toBeGreaterThanOrEqual(5)
  expect(new Set(blueprints.map(({ id }) => id)).size).toBe(blueprints.length)
})

it.each(blueprints)('$id fits numbers, categories and both, with missing values, for its target types', (entry) => {
  for (const columns of tables) {
    const graph = pruneGraph(entry.graph, columns)
    if (graph === undefined) throw new Error('Nothing is left of it.')
    for (const targetType of entry.targetTypes satisfies EstimatorType[]) {
      const { findings } = checkBlueprint(graph, { taskOf: (id) => library.get(id), columns, targetType })
      expect(findings.filter(isError)).toEqual([])
    }
  }
})
