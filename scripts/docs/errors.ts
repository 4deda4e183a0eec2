import type { ErrorKind } from '@modelsmith/table'

type Row = {
  readonly kind: ErrorKind
  readonly message: (values: never) => string
  readonly hint?: (values: never) => string | undefined
}

/** Values that print as their own names, so that a message shows where each goes. */
const names = new Proxy(
  {},
  { get: (_, name) => Object.assign([`⟨${String(name)}⟩`], { toFixed: () => `⟨${String(name)}⟩` }) },
) as never

/** The reference of all errors, one heading a code. */
export const errorReference = (errors: Readonly<Record<string, Row>>): string => {
  const rows = Object.entries(errors).sort(([a], [b]) => (a < b ? -1 : 1))
  const sections = rows.map(([code, { kind, message, hint }]) => {
    const advice = hint?.(names)
    return `## ${code}\n\n*${kind}*: ${message(names)}\n${advice === undefined ? '' : `\nHint: ${advice}\n`}`
  })
  return `# Errors

Made from the error tables of the packages by \`npm run docs\`. Every error has a code, a kind, values and often a hint; over HTTP
it is a problem document, in the terminal it is printed with its findings, in Python it is a \`ModelsmithError\`.

${sections.join('\n')}`
}
