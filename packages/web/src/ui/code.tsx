import { json } from '@codemirror/lang-json'
import { python } from '@codemirror/lang-python'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { r } from '@codemirror/legacy-modes/mode/r'
import { tags } from '@lezer/highlight'
import { useComputedColorScheme } from '@mantine/core'
import CodeMirror, { EditorView } from '@uiw/react-codemirror'

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

/** A file's text in the colours of its language. */
export const Code = ({ path, text }: { readonly path: string; readonly text: string }) => {
  const scheme = useComputedColorScheme('light')
  const language = languages[path.split('.').at(-1) as keyof typeof languages]
  return (
    <CodeMirror
      value={text}
      theme="none"
      readOnly
      maxHeight="60vh"
      extensions={[
        colours,
        look,
        EditorView.darkTheme.of(scheme === 'dark'),
        EditorView.contentAttributes.of({ 'aria-label': path, tabindex: '0' }),
        ...(language === undefined ? [] : [language()]),
      ]}
      basicSetup={{ highlightActiveLine: false, highlightActiveLineGutter: false, syntaxHighlighting: false }}
    />
  )
}
