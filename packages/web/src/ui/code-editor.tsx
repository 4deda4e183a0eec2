import { json } from '@codemirror/lang-json'
import { python } from '@codemirror/lang-python'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { r } from '@codemirror/legacy-modes/mode/r'
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint'
import { tags } from '@lezer/highlight'
import { useComputedColorScheme } from '@mantine/core'
import CodeMirror, { EditorView } from '@uiw/react-codemirror'
import { useMemo } from 'react'
import { nonce } from '../app/nonce.ts'
import type { CodeProps, LineFinding } from './code.tsx'

const rLanguage = () => StreamLanguage.define(r)
const languages = { py: python, yaml, yml: yaml, json, R: rLanguage, r: rLanguage } as const

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--ms-code-keyword)' },
    { tag: [tags.string, tags.special(tags.string)], color: 'var(--ms-code-text)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--ms-code-number)' },
    { tag: tags.comment, color: 'var(--ms-code-comment)', fontStyle: 'italic' },
    {
      tag: [tags.function(tags.definition(tags.variableName)), tags.className, tags.propertyName],
      color: 'var(--ms-code-name)',
    },
  ]),
)
const look = EditorView.theme({
  '&': {
    backgroundColor: 'transparent',
    fontSize: '0.8125rem',
    border: '1px solid var(--mantine-color-default-border)',
  },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none' },
})

/** A file's text in the colours of its language, to read or to edit; what is wrong with a line is shown at the line. */
export const CodeEditor = ({ path, text, findings = none, onChange, describedBy }: CodeProps) => {
  const scheme = useComputedColorScheme('light')
  const isEdited = onChange !== undefined
  // By content: the same findings come as new objects with each letter that is typed.
  const found = JSON.stringify(findings)
  const extensions = useMemo(() => {
    const diagnostics = JSON.parse(found) as readonly LineFinding[]
    const language = languages[path.split('.').at(-1) as keyof typeof languages]
    return [
      colours,
      look,
      EditorView.cspNonce.of(nonce),
      EditorView.darkTheme.of(scheme === 'dark'),
      EditorView.contentAttributes.of({
        'aria-label': path,
        tabindex: '0',
        ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
      }),
      ...(language === undefined ? [] : [language()]),
      ...(isEdited ? [linter((view) => diagnostics.map(diagnosticIn(view)), { delay: 0 }), lintGutter()] : []),
    ]
  }, [path, scheme, describedBy, found, isEdited])
  return (
    <CodeMirror
      value={text}
      theme="none"
      readOnly={!isEdited}
      maxHeight="60vh"
      extensions={extensions}
      basicSetup={{ highlightActiveLine: false, highlightActiveLineGutter: false, syntaxHighlighting: false }}
      {...(onChange === undefined ? {} : { onChange })}
    />
  )
}

const none: readonly LineFinding[] = []

const diagnosticIn =
  ({ state }: EditorView) =>
  ({ message, line, column, severity }: LineFinding): Diagnostic => {
    const { from, to } = state.doc.line(Math.min(Math.max(1, line), state.doc.lines))
    return { from: Math.min(from + column - 1, to), to, message, severity }
  }
