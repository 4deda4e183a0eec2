import type { TaskComparison } from '@modelsmith/api'

type Hunk = NonNullable<TaskComparison['files'][number]['hunks']>[number]
type Line = Hunk['lines'][number]

type Numbered = Line & { readonly before: number | undefined; readonly after: number | undefined }

const numbered = ({ beforeStart, afterStart, lines }: Hunk): Numbered[] => {
  let before = beforeStart
  let after = afterStart
  return lines.map((line) => ({
    ...line,
    before: line.kind === 'added' ? undefined : before++,
    after: line.kind === 'removed' ? undefined : after++,
  }))
}

const signs = { same: ' ', removed: '−', added: '+' } as const
const words = { same: '', removed: 'removed', added: 'added' } as const

const Cells = ({ line, number }: { readonly line: Numbered | undefined; readonly number: number | undefined }) =>
  line === undefined ? (
    <>
      <td className="diff-number" />
      <td className="diff-text" data-kind="none" />
    </>
  ) : (
    <>
      <td className="diff-number">{number}</td>
      <td className="diff-text" data-kind={line.kind}>
        <span aria-hidden>{signs[line.kind]} </span>
        {line.kind === 'same' ? null : <span className="sr-only">{words[line.kind]}: </span>}
        {line.text}
        {line.unended === true ? <span className="diff-note"> (no newline at the end)</span> : null}
      </td>
    </>
  )

/** Old lines beside the new ones that took their place. */
const pairs = (lines: readonly Numbered[]): (readonly [Numbered | undefined, Numbered | undefined])[] => {
  const rows: (readonly [Numbered | undefined, Numbered | undefined])[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as Numbered
    if (line.kind === 'same') {
      rows.push([line, line])
      at++
      continue
    }
    const block = lines.slice(at, at + lines.slice(at).findIndex(({ kind }) => kind === 'same'))
    const changed = block.length === 0 || !lines.slice(at).some(({ kind }) => kind === 'same') ? lines.slice(at) : block
    const [removed, added] = [
      changed.filter(({ kind }) => kind === 'removed'),
      changed.filter(({ kind }) => kind === 'added'),
    ]
    for (let row = 0; row < Math.max(removed.length, added.length); row++) rows.push([removed[row], added[row]])
    at += changed.length
  }
  return rows
}

type DiffViewProps = { readonly path: string; readonly hunks: readonly Hunk[]; readonly isSplit: boolean }

/** Changed lines of a text, below each other or side by side. */
export const DiffView = ({ path, hunks, isSplit }: DiffViewProps) => (
  <section className="scroll" tabIndex={0} aria-label={`Changes in ${path}`}>
    <table className="diff" data-split={isSplit}>
      <colgroup>
        <col className="diff-number" />
        <col className={isSplit ? '' : 'diff-number'} />
        <col className={isSplit ? 'diff-number' : ''} />
        {isSplit ? <col /> : null}
      </colgroup>
      <thead className="sr-only">
        <tr>
          {isSplit ? (
            <>
              <th>Old line</th>
              <th>Old text</th>
              <th>New line</th>
              <th>New text</th>
            </>
          ) : (
            <>
              <th>Old line</th>
              <th>New line</th>
              <th>Text</th>
            </>
          )}
        </tr>
      </thead>
      {hunks.map((hunk) => (
        <tbody key={`${hunk.beforeStart} ${hunk.afterStart}`}>
          <tr>
            <td className="diff-place" colSpan={isSplit ? 4 : 3}>
              Line {hunk.beforeStart} and on; now line {hunk.afterStart} and on
            </td>
          </tr>
          {isSplit
            ? pairs(numbered(hunk)).map(([old, now], row) => (
                <tr key={row}>
                  <Cells line={old} number={old?.before} />
                  <Cells line={now} number={now?.after} />
                </tr>
              ))
            : numbered(hunk).map((line, row) => (
                <tr key={row}>
                  <td className="diff-number">{line.before}</td>
                  <Cells line={line} number={line.after} />
                </tr>
              ))}
        </tbody>
      ))}
    </table>
  </section>
)
