import { Text } from '@mantine/core'
import type { Finding } from '@modelsmith/table'
import { useId } from 'react'
import { Code, type LineFinding } from './code.tsx'

type Found = {
  readonly message: string
  readonly hint?: string | undefined
  readonly severity?: Finding['severity'] | undefined
  readonly place?: { readonly line?: number; readonly column?: number } | undefined
}

/** A finding where it stands in a text; what is about all of it stands at its beginning. */
export const atLine = ({ message, hint, severity = 'error', place }: Found): LineFinding => ({
  message: hint === undefined ? message : `${message} ${hint}`,
  line: place?.line ?? 1,
  column: place?.column ?? 1,
  severity,
})

type CheckedTextProps = {
  readonly path: string
  readonly text: string
  readonly findingsOf: (text: string) => readonly LineFinding[]
  readonly onType: (text: string) => void
}

/** A text to edit, with what is wrong with it at its lines and in words below. */
export const CheckedText = ({ path, text, findingsOf, onType }: CheckedTextProps) => {
  const keys = useId()
  const findings = findingsOf(text)
  return (
    <>
      <Code path={path} text={text} findings={findings} onChange={onType} describedBy={keys} />
      <Text id={keys} size="xs" c="dimmed">
        Tab indents; Escape, then Tab, leaves the editor. Ctrl S saves, Ctrl F searches.
      </Text>
      <div role="status" aria-label={`Findings in ${path}`}>
        {findings.map(({ line, column, message }) => (
          <Text key={`${line}:${column} ${message}`} size="sm">
            Line {line}, column {column}: {message}
          </Text>
        ))}
      </div>
    </>
  )
}
