import { describe, expect, it } from 'vitest'
import { historyOf, record, redo, undo } from './history.ts'

describe('history of a canvas', () => {
  const drawn = record(record(historyOf('empty'), 'one node'), 'two nodes')

  it('goes back and forth', () => {
    expect(undo(drawn).present).toBe('one node')
    expect(redo(undo(drawn))).toEqual(drawn)
    expect(undo(undo(drawn)).present).toBe('empty')
  })

  it('stays where it is at both ends', () => {
    expect(undo(historyOf('empty'))).toEqual(historyOf('empty'))
    expect(redo(drawn)).toBe(drawn)
  })

  it('forgets what was undone once something new is done', () => {
    const other = record(undo(drawn), 'another node')
    expect(redo(other)).toBe(other)
    expect(undo(other).present).toBe('one node')
  })
})
