import { describe, expect, it } from 'vitest'
import { walk } from './walk.ts'

describe('walking a graph by arrow keys', () => {
  const ids = ['impute', 'encode', 'model']
  const lines = [
    { from: 'data', to: 'impute' },
    { from: 'impute', to: 'model' },
    { from: 'encode', to: 'model' },
  ]

  it('begins at the first box', () => {
    expect(walk(ids, lines, 'right', undefined, 'ArrowRight')).toBe('impute')
    expect(walk([], [], 'right', undefined, 'ArrowRight')).toBeUndefined()
  })

  it('follows the lines to the right and to the left', () => {
    expect(walk(ids, lines, 'right', 'encode', 'ArrowRight')).toBe('model')
    expect(walk(ids, lines, 'right', 'model', 'ArrowLeft')).toBe('impute')
  })

  it('goes up and down in order', () => {
    expect(walk(ids, lines, 'right', 'impute', 'ArrowDown')).toBe('encode')
    expect(walk(ids, lines, 'right', 'encode', 'ArrowUp')).toBe('impute')
  })

  it('stays at an end, and off boxes that cannot be chosen', () => {
    expect(walk(ids, lines, 'right', 'model', 'ArrowRight')).toBe('model')
    expect(walk(ids, lines, 'right', 'impute', 'ArrowLeft')).toBe('impute')
  })

  it('turns with the graph', () => {
    expect(walk(ids, lines, 'down', 'encode', 'ArrowDown')).toBe('model')
    expect(walk(ids, lines, 'down', 'model', 'ArrowUp')).toBe('impute')
    expect(walk(ids, lines, 'down', 'impute', 'ArrowRight')).toBe('encode')
  })
})
