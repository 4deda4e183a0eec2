import { isMap, isScalar, type Pair, parseDocument, stringify } from 'yaml'
import type { TaskMetadata } from './schema.ts'

export type MetadataChanges = { readonly [Key in keyof TaskMetadata]?: TaskMetadata[Key] | undefined }

/**
 * The text of a `model-metadata.yaml` with other values; every other line, with its comments, stays as it is. A key whose
 * value is undefined is taken out. A text that cannot be read is given back unchanged: its own findings say why.
 */
export const changeMetadata = (text: string, changes: MetadataChanges): string => {
  const document = parseDocument(text, { version: '1.2', prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length > 0) return text
  const { contents } = document
  if (contents !== null && (!isMap(contents) || contents.flow === true)) return text
  const pairs = (contents?.items ?? []) as Pair[]
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = []
  const added: string[] = []
  for (const [key, value] of Object.entries(changes)) {
    const pair = pairs.find((each) => isScalar(each.key) && each.key.value === key)
    if (pair === undefined) {
      if (value !== undefined) added.push(`${key}: ${flow(value)}\n`)
      continue
    }
    const start = (pair.key as Ranged).range[0]
    const [valueStart, valueEnd, end] = (pair.value as Ranged | null)?.range ?? (pair.key as Ranged).range
    if (value === undefined) edits.push({ from: start, to: lineEnd(text, end), text: '' })
    else if (pair.value === null) edits.push({ from: valueEnd, to: valueEnd, text: `: ${flow(value)}` })
    else {
      // A block ends with its last newline, a value on its line does not.
      const newline = text.slice(valueStart, valueEnd).endsWith('\n') ? '\n' : ''
      const space = text[valueStart - 1] === ':' ? ' ' : ''
      edits.push({ from: valueStart, to: valueEnd, text: `${space}${flow(value)}${newline}` })
    }
  }
  const changed = edits
    .sort((a, b) => b.from - a.from)
    .reduce((result, { from, to, text: put }) => result.slice(0, from) + put + result.slice(to), text)
  if (added.length === 0) return changed
  return `${changed}${changed === '' || changed.endsWith('\n') ? '' : '\n'}${added.join('')}`
}

type Ranged = { readonly range: readonly [start: number, valueEnd: number, nodeEnd: number] }

/** A value on one line. */
const flow = (value: unknown): string =>
  typeof value === 'string' && value.includes('\n')
    ? JSON.stringify(value)
    : stringify(value, {
        version: '1.2',
        collectionStyle: 'flow',
        lineWidth: 0,
        flowCollectionPadding: false,
      }).trimEnd()

const lineEnd = (text: string, from: number): number => {
  if (from > 0 && text[from - 1] === '\n') return from
  const newline = text.indexOf('\n', from)
  return newline < 0 ? text.length : newline + 1
}
