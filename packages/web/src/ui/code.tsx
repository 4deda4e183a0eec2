import { json } from '@codemirror/lang-json'
import { python } from '@codemirror/lang-python'
import { yaml } from '@codemirror/lang-yaml'
import { StreamLanguage } from '@codemirror/language'
import { r } from '@codemirror/legacy-modes/mode/r'
import { useComputedColorScheme } from '@mantine/core'
import CodeMirror from '@uiw/react-codemirror'

const languages = {
  py: python,
  yaml,
  yml: yaml,
  json,
  R: () => StreamLanguage.define(r),
  r: () => StreamLanguage.define(r),
} as const

/** A file's text in the colours of its language. */
export const Code = ({ path, text }: { readonly path: string; readonly text: string }) => {
  const scheme = useComputedColorScheme('light')
  const language = languages[path.split('.').at(-1) as keyof typeof languages]
  return (
    <CodeMirror
      value={text}
      theme={scheme}
      readOnly
      aria-label={path}
      maxHeight="60vh"
      extensions={language === undefined ? [] : [language()]}
      basicSetup={{ highlightActiveLine: false, highlightActiveLineGutter: false }}
    />
  )
}
