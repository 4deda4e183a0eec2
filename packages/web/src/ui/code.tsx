import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'

/** Something about a line; lines and columns begin at 1. */
export type LineFinding = {
  readonly message: string
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
}

export type CodeProps = {
  readonly path: string
  readonly text: string
  readonly findings?: readonly LineFinding[]
  /** Left out: the text is only read. */
  readonly onChange?: (text: string) => void
  /** Id of the words that explain the keys. */
  readonly describedBy?: string
}

const CodeEditor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

/** A file's text in the colours of its language, to read or to edit; the editor is loaded when one is first shown. */
export const Code = (props: CodeProps) => (
  <Suspense fallback={<Skeleton height={320} />}>
    <CodeEditor {...props} />
  </Suspense>
)
