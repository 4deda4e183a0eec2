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
    expect(walk(ids, lines, undefined, 'ArrowRight')).toBe('impute')
    expect(walk([], [], undefined, 'ArrowRight')).toBeUndefined()
  })

  it('follows the lines to the right and to the left', () => {
    expect(walk(ids, lines, 'encode', 'ArrowRight')).toBe('model')
    expect(walk(ids, lines, 'model', 'ArrowLeft')).toBe('impute')
  })

  it('goes up and down in order', () => {
    expect(walk(ids, lines, 'impute', 'ArrowDown')).toBe('encode')
    expect(walk(ids, lines, 'encode', 'ArrowUp')).toBe('impute')
  })

  it('stays at an end, and off boxes that cannot be chosen', () => {
    expect(walk(ids, lines, 'model', 'ArrowRight')).toBe('model')
    expect(walk(ids, lines, 'impute', 'ArrowLeft')).toBe('impute')
  })
})
