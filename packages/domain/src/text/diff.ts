export type DiffLine = {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
  /** The last line of its text, which no newline ends. */
  readonly unended?: true
}

/** Changed lines with some around them; line numbers begin at 1. */
export type Hunk = { readonly beforeStart: number; readonly afterStart: number; readonly lines: readonly DiffLine[] }

/** Beyond this many changed lines the middle of the texts is shown as replaced: nobody reads on, and the search is quadratic in it. */
const mostChanges = 2000

/**
 * How `after` differs from `before`, line by line, as the shortest edit (E. Myers, "An O(ND) difference algorithm and its
 * variations", 1986); nothing when they are equal.
 *
 * @param context equal lines that are kept around a change
 */
export const diffLines = (before: string, after: string, context = 3): Hunk[] => hunksOf(script(before, after), context)

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const script = (before: string, after: string): DiffLine[] => {
  const a = linesOf(before)
  const b = linesOf(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  return [
    ...lines('same', a.slice(0, head)),
    ...shortest(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...lines('same', a.slice(a.length - tail)),
  ]
}

const lines = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] => texts.map((text) => line(kind, text))

const line = (kind: DiffLine['kind'], text: string): DiffLine =>
  text.endsWith('\n') ? { kind, text: text.slice(0, -1) } : { kind, text, unended: true }

const shortest = (a: readonly string[], b: readonly string[]): DiffLine[] => {
  const most = Math.min(a.length + b.length, mostChanges)
  // Furthest x on each diagonal k = x - y, before each number of changes: the way is read back from them.
  const steps: Int32Array[] = []
  const furthest = new Int32Array(2 * most + 3)
  const at = (k: number) => k + most + 1
  for (let changes = 0; changes <= most; changes++) {
    steps.push(furthest.slice(at(-changes - 1), at(changes + 1) + 1))
    for (let k = -changes; k <= changes; k += 2) {
      const down = k === -changes || (k !== changes && (furthest[at(k - 1)] ?? 0) < (furthest[at(k + 1)] ?? 0))
      let x = down ? (furthest[at(k + 1)] ?? 0) : (furthest[at(k - 1)] ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest[at(k)] = x
      if (x >= a.length && x - k >= b.length) return readBack(a, b, steps)
    }
  }
  return [...lines('removed', a), ...lines('added', b)]
}

const readBack = (a: readonly string[], b: readonly string[], steps: readonly Int32Array[]): DiffLine[] => {
  const found: DiffLine[] = []
  let x = a.length
  let y = b.length
  for (let changes = steps.length - 1; changes >= 0; changes--) {
    const seen = steps[changes] as Int32Array
    const at = (k: number) => seen[k + changes + 1] ?? 0
    const k = x - y
    const down = k === -changes || (k !== changes && at(k - 1) < at(k + 1))
    const fromX = changes === 0 ? 0 : down ? at(k + 1) : at(k - 1)
    const fromY = changes === 0 ? 0 : down ? fromX - k - 1 : fromX - k + 1
    while (x > fromX && y > fromY) {
      found.push(line('same', a[--x] as string))
      y--
    }
    if (x > fromX) found.push(line('removed', a[--x] as string))
    if (y > fromY) found.push(line('added', b[--y] as string))
  }
  return found.reverse()
}

const hunksOf = (all: readonly DiffLine[], context: number): Hunk[] => {
  const kept = new Set<number>()
  for (const [index, { kind }] of all.entries())
    if (kind !== 'same') for (let near = index - context; near <= index + context; near++) kept.add(near)
  const hunks: { beforeStart: number; afterStart: number; lines: DiffLine[] }[] = []
  let before = 1
  let after = 1
  for (const [index, each] of all.entries()) {
    if (kept.has(index)) {
      if (!kept.has(index - 1) || index === 0) hunks.push({ beforeStart: before, afterStart: after, lines: [] })
      hunks.at(-1)?.lines.push(each)
    }
    if (each.kind !== 'added') before++
    if (each.kind !== 'removed') after++
  }
  return hunks
}

const marks = { same: ' ', removed: '-', added: '+' } as const

/** The hunks of one file as a unified diff, as `patch` reads it. */
export const patchOf = (path: { readonly before: string; readonly after: string }, hunks: readonly Hunk[]): string =>
  [`--- ${path.before}`, `+++ ${path.after}`, ...hunks.flatMap(hunkText)].join('\n')

const hunkText = ({ beforeStart, afterStart, lines: shown }: Hunk): string[] => {
  const count = (other: 'added' | 'removed') => shown.filter(({ kind }) => kind !== other).length
  // Of no line, the line before is named.
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`
  return [
    `@@ -${range(beforeStart, count('added'))} +${range(afterStart, count('removed'))} @@`,
    ...shown.flatMap(({ kind, text, unended }) => [
      marks[kind] + text,
      ...(unended === true ? ['\\ No newline at end of file'] : []),
    ]),
  ]
}
