import type { TaskVersion } from '@modelsmith/api'
import { checkBlueprint, type DataType, type TableKind } from '@modelsmith/domain'
import { describe, expect, it } from 'vitest'
import { drawingOf, wordsOfFlow } from './drawing.ts'

const kind = (types: DataType[], change: Partial<TableKind> = {}): TableKind => ({
  types: new Set(types),
  columns: { min: 1, max: undefined },
  missing: 'never',
  sparse: 'never',
  ...change,
})

describe('what is written on a line', () => {
  it('says how many columns of which types flow', () => {
    expect(wordsOfFlow(kind(['NUM', 'CAT'], { columns: { min: 4, max: 4 } }))).toBe('4 columns · numbers, categories')
    expect(wordsOfFlow(kind(['TXT'], { columns: { min: 1, max: 1 } }))).toBe('1 column · text')
  })

  it('leaves out a number that is not known', () => {
    expect(wordsOfFlow(kind(['NUM']))).toBe('numbers')
    expect(wordsOfFlow(undefined)).toBe('')
  })

  it('says what next tasks may stumble over', () => {
    expect(wordsOfFlow(kind(['NUM'], { missing: 'present', sparse: 'always' }))).toBe('numbers · some missing · sparse')
  })
})

describe('drawing of a blueprint', () => {
  const graph = {
    nodes: [
      { id: 'fill', taskVersion: 'taskVersion_1', inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }] },
      { id: 'learn', taskVersion: 'gone', inputs: [{ from: 'node' as const, node: 'fill' }] },
      { id: 'lost', taskVersion: 'taskVersion_1', inputs: [{ from: 'node' as const, node: 'nowhere' }] },
    ],
  }
  const fill = {
    id: 'taskVersion_1',
    taskName: 'Fill gaps',
    kind: 'custom',
    number: '2.1',
    targetTypes: ['transform'],
  } as TaskVersion
  const report = checkBlueprint(graph, { taskOf: () => undefined })
  const { nodes, edges } = drawingOf(graph, new Map([[fill.id, fill]]), report)

  it('begins with a box for each selection of data', () => {
    expect(nodes.map(({ title, subtitle }) => [title, subtitle])).toEqual([
      ['Data', 'numbers'],
      ['Fill gaps', 'fill · transform · custom 2.1'],
      ['learn', 'learn'],
      ['Fill gaps', 'lost · transform · custom 2.1'],
    ])
    expect(nodes[0]?.offers).toEqual({ from: 'data', dataTypes: ['NUM'] })
  })

  it('puts each finding on its node', () => {
    const learn = nodes.find(({ id }) => id === 'learn')
    expect(learn?.problems).toEqual([expect.objectContaining({ severity: 'error' })])
  })

  it('draws no line from a node that does not exist', () => {
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      [nodes[0]?.id, 'fill'],
      ['fill', 'learn'],
    ])
  })
})
