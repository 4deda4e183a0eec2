import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readLastWords } from './last-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'modelsmith-words-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const wordsOf = (text: string) => {
  const file = join(folder, 'words')
  writeFileSync(file, text)
  return readLastWords(file, ['/code/one'])
}
const hook = '  File "/code/one/custom.py", line 3 in fit\n'

describe('last words', () => {
  it('tell the hook that ran', () => {
    expect(wordsOf(hook)).toEqual({ file: 'custom.py', line: 3 })
  })

  it('tell the innermost line of the task where the stack is known', () => {
    const stack = `Fatal Python error: Segmentation fault\n\nCurrent thread 0x0 (most recent call first):
  File "/usr/lib/python3/ctypes.py", line 9 in string_at\n  File "/code/one/part/helper.py", line 7 in crash\n${hook}`
    expect(wordsOf(hook + stack)).toEqual({ file: 'part/helper.py', line: 7 })
  })

  it('are not believed where they name a file outside of the task', () => {
    expect(wordsOf('  File "/etc/passwd", line 1 in fit\n  File "/code/onerous/custom.py", line 1 in fit\n')).toBe(
      undefined,
    )
  })

  it('may be missing', () => {
    expect(readLastWords(join(folder, 'nothing'), ['/code/one'])).toBe(undefined)
  })
})
