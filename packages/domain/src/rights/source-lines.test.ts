import { describe, expect, it } from 'vitest'
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

describe('what R says of a warning or an error', () => {
  it.each([
    ['Error in g("a secret : of : ours", weights = c(0.3, 0.7)) : bad : luck', 'Error in … : bad : luck'],
    ['Error in f(x, "an escaped \\" quote : it goes on") : bad', 'Error in … : bad'],
    ['Error in g("a call of its own line") : ', 'Error in … : '],
    ['Error in g("a call that was cut" :', 'Error in … :'],
    ['Error in x[["secret"]] : subscript out of bounds', 'Error in … : subscript out of bounds'],
    ['Warning in log(-secret) : NaNs produced', 'Warning in … : NaNs produced'],
    ['Warning: top level', 'Warning: top level'],
    ['<simpleError in g("secret: 3"): bad>', '<simpleError in …: bad>'],
    ['Warning messages:', 'Warning messages:'],
    ['In this line : no call before a list of warnings', 'In this line : no call before a list of warnings'],
    ['Error in the third epoch', 'Error in the third epoch'],
  ])('has no call in it: %s', (text, shown) => {
    expect(withoutSource(text)).toBe(shown)
  })

  it('has no calls in a list of warnings either', () => {
    const said = [
      '[1] 0.5',
      'Warning messages:',
      '1: In secret_recipe(1, weights = 0.3) : careful: a : b',
      '2: In log(-1) : NaNs produced',
      '3: In secret_recipe("a very long text : with colon",  :',
      '  careful: a',
      'In addition: Warning message:',
      'In f(x) : last',
    ]
    expect(withoutSource(said.join('\n')).split('\n')).toEqual([
      '[1] 0.5',
      'Warning messages:',
      '1: In … : careful: a : b',
      '2: In … : NaNs produced',
      '3: In … :',
      '  careful: a',
      'In addition: Warning message:',
      'In … : last',
    ])
  })

  it('has none behind a gap, where the head of the list may be missing', () => {
    const shown = sourceFilter()
    expect([line(1, 'a print'), line(90, '8: In secret(3) : careful')].map((each) => shown(each)?.text)).toEqual([
      'a print',
      '8: In … : careful',
    ])
  })
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
  expect(lines.map((each) => shows(each) !== undefined)).toEqual([true, true, false, true, true])
})

it('shows nothing indented behind a gap, until a line that is not', () => {
  const shows = sourceFilter()
  const lines = [line(1, 'a print'), line(90, '    secret()'), line(91, 'end'), line(92, '  a print')]
  expect(lines.map((each) => shows(each) !== undefined)).toEqual([true, false, true, true])
})
