import type { ErrorKind } from '@modelsmith/table'

type Row = {
  readonly kind: ErrorKind
  readonly message: (values: never) => string
  readonly hint?: (values: never) => string | undefined
}
export type ErrorTable = Readonly<Record<string, Row>>

/** Values that print as their own names, so that a message shows where each goes. */
const names = new Proxy(
  {},
  { get: (_, name) => Object.assign([`⟨${String(name)}⟩`], { toFixed: () => `⟨${String(name)}⟩` }) },
) as never

const text = (make: ((values: never) => string | undefined) | undefined): string | undefined => {
  try {
    return make?.(names)
  } catch {
    return undefined
  }
}

/** The reference of all errors, one heading a code. */
export const errorReference = (tables: readonly ErrorTable[]): string => {
  const rows = tables.flatMap((table) => Object.entries(table)).sort(([a], [b]) => (a < b ? -1 : 1))
  const sections = rows.map(([code, row]) => {
    const hint = text(row.hint)
    return `## ${code}\n\n*${row.kind}* · ${text(row.message) ?? ''}\n${hint === undefined ? '' : `\nHint: ${hint}\n`}`
  })
  return `# Errors\n\nEvery error has a code, a kind, values and often a hint. Generated from the error tables of the packages by \`npm run docs\`.\n\n${sections.join('\n')}`
}
