import { expect, it } from 'vitest'
import { sourceFilter, withoutSource } from './source-lines.ts'

const traceback = [
  'Traceback (most recent call last):',
  '  File "custom.py", line 7, in fit',
  '    self.secret = recipe(X)',
  '    ^^^^^^^^^^^^^^^^^^^^^^^',
  '  File "lib/recipe.py", line 2, in recipe',
  '    return X / 0',
  'ZeroDivisionError: division by zero',
]

it('takes the source lines out of a traceback, and leaves its frames and its message', () => {
  expect(withoutSource(traceback.join('\n')).split('\n')).toEqual([
    traceback[0],
    traceback[1],
    traceback[4],
    traceback[6],
  ])
})

it('takes out the line that gave a warning, and the line of a syntax error', () => {
  const warned = 'custom.py:3: UserWarning: careful\n  warnings.warn("careful")\nnext'
  expect(withoutSource(warned)).toBe('custom.py:3: UserWarning: careful\nnext')
  const broken = '  File "custom.py", line 1\n    def fit(\n           ^\nSyntaxError: never closed'
  expect(withoutSource(broken)).toBe('  File "custom.py", line 1\nSyntaxError: never closed')
})

it('leaves prints alone, also indented ones', () => {
  const prints = 'rows:\n  1\n  2\n\tthree'
  expect(withoutSource(prints)).toBe(prints)
})

const line = (sequence: number, text: string, node = 'a') => ({ sequence, source: 'stderr', node, text })

it('follows each stream by itself', () => {
  const shows = sourceFilter()
  const lines = [
    line(1, traceback[1] as string),
    line(2, 'a print of another task', 'b'),
    line(3, traceback[2] as string),
    line(4, 'ZeroDivisionError: division by zero'),
    line(5, '    an indented print'),
  ]
  expect(lines.map(shows)).toEqual([true, true, false, true, true])
})

it('shows nothing indented behind a gap, until a line that is not', () => {
  const shows = sourceFilter()
  const lines = [line(1, 'a print'), line(90, '    secret()'), line(91, 'end'), line(92, '  a print')]
  expect(lines.map(shows)).toEqual([true, false, true, true])
})
