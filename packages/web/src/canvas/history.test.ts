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

  it('takes typing in one field as one step', () => {
    const typed = record(record(record(historyOf(1), 10, 'rounds'), 100, 'rounds'), 7, 'leaves')
    expect(undo(typed).present).toBe(100)
    expect(undo(undo(typed)).present).toBe(1)
  })

  it('begins a new step after an undo', () => {
    const typed = record(record(historyOf(1), 10, 'rounds'), 100, 'rounds')
    expect(undo(record(undo(typed), 5, 'rounds')).present).toBe(1)
  })
})
