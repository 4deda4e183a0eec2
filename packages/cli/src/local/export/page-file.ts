import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { bundle } from './bundle.ts'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A page to try a model on: one file, whose policy allows its own script and style and nothing else. */
export const pageFile = async (title: string, packed: string): Promise<string> => {
  // Within a page, the end of a line is one character whatever the file has.
  const script = (await bundle('page', packed)).replaceAll('\r', '\\r')
  const style = (await readFile(new URL('./page/page.css', import.meta.url), 'utf8')).trim()
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript>This page computes in your browser: it needs JavaScript.</noscript>
<script type="module">${script}</script>
</body>
</html>
`
}
