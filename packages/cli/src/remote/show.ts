import type { TaskComparison } from '@modelsmith/api'
import { patchOf } from '@modelsmith/domain'

type Shown = Readonly<Record<string, unknown>>

/** Columns of a list, by what an item has; the rest is for `--json`. */
const preferred = [
  'id',
  'name',
  'email',
  'grantee',
  'kind',
  'sequence',
  'at',
  'actor',
  'operation',
  'outcome',
  'object',
  'role',
  'number',
  'state',
  'title',
  'rows',
  'targetType',
  'metric',
  'requests',
  'scopes',
  'lastUsedAt',
  'expiresAt',
  'createdAt',
]

const text = (value: unknown): string => {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(6)
  if (typeof value === 'object') return 'name' in value ? String(value.name) : JSON.stringify(value)
  return String(value)
}

/** Rows under a header, columns padded to their longest cell. */
const formatTable = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((each, index) => each.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(header), ...rows.map(line)].join('\n')
}

const formatList = (items: readonly Shown[]): string => {
  const names = preferred.filter((name) => items.some((item) => name in item))
  if (items.length === 0) return 'Nothing yet.'
  return formatTable(
    names,
    items.map((item) => names.map((name) => text(item[name]))),
  )
}

/** One object: its plain values, a line each. */
const formatObject = (item: Shown): string => {
  const entries = Object.entries(item).filter(([, value]) => value !== undefined)
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${text(value)}`).join('\n')
}

/** An answer in words: a list as a table, a leaderboard as its rows, anything else line by line. */
export const formatAnswer = (answer: unknown): string => {
  if (typeof answer !== 'object' || answer === null) return ''
  const { items, nextCursor, entries } = answer as { items?: Shown[]; nextCursor?: string; entries?: Shown[] }
  if (Array.isArray(items)) {
    return `${formatList(items)}${(nextCursor ?? null) === null ? '' : `\nMore: --cursor ${nextCursor}`}`
  }
  if (Array.isArray(entries)) return formatLeaderboard(answer as Leaderboard)
  if ('before' in answer && 'files' in answer) return formatComparison(answer as TaskComparison)
  return formatObject(answer as Shown)
}

/** Two versions of a task as a unified diff; what is not text by its size and hash. */
const formatComparison = ({ before, after, files, environment }: TaskComparison): string =>
  [
    `${before.taskName} ${before.number} → ${after.taskName} ${after.number}`,
    ...(environment.before === environment.after ? [] : [`environment: ${environment.before} → ${environment.after}`]),
    ...files.filter(({ change }) => change !== 'same').map(formatFile),
    ...(files.every(({ change }) => change === 'same') ? ['No file differs.'] : []),
  ].join('\n')

const formatFile = ({ path, change, before, after, hunks }: TaskComparison['files'][number]): string => {
  const side = (file: typeof before) => (file === null ? 'nothing' : `${file.bytes} bytes, SHA-256 ${file.sha256}`)
  if (hunks === null) return `${path} ${change}: ${side(before)} → ${side(after)}`
  return patchOf(
    { before: before === null ? '/dev/null' : `a/${path}`, after: after === null ? '/dev/null' : `b/${path}` },
    hunks,
  )
}

type Leaderboard = {
  readonly metric: string | null
  readonly entries: readonly {
    readonly run: {
      readonly blueprintName: string
      readonly state: string
      readonly modelId: string | null
      readonly retrainedFrom?: unknown
    }
    readonly scores:
      | null
      | (Readonly<Record<'validation' | 'crossValidation', Shown>> & { readonly holdout: Shown | null })
  }[]
}

const formatLeaderboard = ({ metric, entries }: Leaderboard): string => {
  const about = ['model', 'blueprint', 'state']
  const rows = entries.map(({ run }) => [run.modelId ?? '–', run.blueprintName, run.state])
  if (metric === null)
    return `${formatTable(about, rows)}\nThere is no metric without labels of anomalies; the newest is first.`
  return formatTable(
    [...about, `${metric} validation`, 'cross validation', 'holdout'],
    entries.map(({ run, scores }, at) => [
      ...(rows[at] ?? []),
      text(scores?.validation[metric]),
      text(scores?.crossValidation[metric]),
      (run.retrainedFrom ?? null) !== null
        ? 'learned'
        : scores?.holdout === null
          ? 'locked'
          : text(scores?.holdout[metric]),
    ]),
  )
}
