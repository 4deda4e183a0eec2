import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diffLines, type Hunk, patchOf } from './diff.ts'

const shown = (hunks: readonly Hunk[]) =>
  hunks.map(({ lines }) => lines.map(({ kind, text }) => `${kind[0]} ${text}`).join('\n'))

it('finds nothing in equal texts, also empty ones', () => {
  expect([diffLines('a\nb\n', 'a\nb\n'), diffLines('', '')]).toEqual([[], []])
})

it('shows what changed with three lines around it, and far changes apart', () => {
  const lines = Array.from({ length: 30 }, (_, row) => `line ${row}`)
  const after = lines.with(2, 'second').toSpliced(25, 1)
  const hunks = diffLines(`${lines.join('\n')}\n`, `${after.join('\n')}\n`)
  expect(hunks.map(({ beforeStart, afterStart }) => [beforeStart, afterStart])).toEqual([
    [1, 1],
    [23, 23],
  ])
  expect(shown(hunks)[0]).toBe('s line 0\ns line 1\nr line 2\na second\ns line 3\ns line 4\ns line 5')
  expect(shown(hunks)[1]).toBe('s line 22\ns line 23\ns line 24\nr line 25\ns line 26\ns line 27\ns line 28')
})

it('tells a missing last newline', () => {
  expect(diffLines('a\n', 'a')).toEqual([
    {
      beforeStart: 1,
      afterStart: 1,
      lines: [
        { kind: 'removed', text: 'a' },
        { kind: 'added', text: 'a', unended: true },
      ],
    },
  ])
})

it('shows texts that have little in common as replaced, in bounded time', () => {
  const text = (seed: number) => Array.from({ length: 20_000 }, (_, row) => `${seed} ${row}\n`).join('')
  const [hunk] = diffLines(`same\n${text(1)}`, `same\n${text(2)}`)
  expect(hunk?.lines.filter(({ kind }) => kind === 'removed')).toHaveLength(20_000)
  expect(hunk?.lines.filter(({ kind }) => kind === 'added')).toHaveLength(20_000)
})

const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd')).map((parts) => parts.join(''))

it('says what leads from one text to the other, with the fewest changes', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const all = diffLines(before, after, 1000)
      const side = (other: string) =>
        all.flatMap(({ lines }) =>
          lines.filter(({ kind }) => kind !== other).map((each) => each.text + (each.unended === true ? '' : '\n')),
        )
      fc.pre(before !== after)
      expect([side('added').join(''), side('removed').join('')]).toEqual([before, after])
      const changes = all.flatMap(({ lines }) => lines).filter(({ kind }) => kind !== 'same').length
      expect(changes).toBe(fewest(before, after))
    }),
    { seed: 42, numRuns: 500 },
  )
})

/** By the longest common subsequence. */
const fewest = (before: string, after: string): number => {
  const linesOf = (each: string): string[] => each.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const [a, b] = [linesOf(before), linesOf(after)]
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0))
  for (let x = 1; x <= a.length; x++)
    for (let y = 1; y <= b.length; y++)
      (common[x] as number[])[y] =
        a[x - 1] === b[y - 1]
          ? (common[x - 1]?.[y - 1] ?? 0) + 1
          : Math.max(common[x - 1]?.[y] ?? 0, common[x]?.[y - 1] ?? 0)
  return a.length + b.length - 2 * (common[a.length]?.[b.length] ?? 0)
}

it('writes what git applies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'))
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '')
        writeFileSync(join(folder, 'f'), before)
        writeFileSync(join(folder, 'p'), `${patchOf({ before: 'a/f', after: 'b/f' }, diffLines(before, after))}\n`)
        execFileSync('git', ['apply', '--unidiff-zero', 'p'], { cwd: folder, stdio: 'pipe' })
        expect(readFileSync(join(folder, 'f'), 'utf8')).toBe(after)
      }),
      { seed: 7, numRuns: 40 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
