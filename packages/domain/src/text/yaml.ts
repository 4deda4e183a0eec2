import type { Finding, Place } from '@modelsmith/table'
import { type Document, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { finding, isError } from '../errors.ts'

export type YamlLimits = { readonly characters: number; readonly levels: number; readonly findings: number }

/**
 * Reads a file that people write (YAML 1.2, strictly): all findings at once, each with its line and column. `checkValue` says what is
 * wrong with what the file holds, by JSON pointer; the value is given when nothing was. What it costs grows with the text alone.
 */
export const readYaml = (
  file: string,
  text: string,
  limits: YamlLimits,
  checkValue: (value: unknown) => readonly Finding[],
): { readonly value?: unknown; readonly findings: readonly Finding[] } => {
  const { characters: limit, levels } = limits
  if (text.length > limit) {
    return { findings: [finding('yaml.tooLarge', { file, what: 'character', limit, found: text.length })] }
  }
  const lines = new LineCounter()
  const document = parseSafely(text, lines, levels)
  if (document === undefined) return { findings: [finding('yaml.tooDeep', { file, limit: levels })] }
  const placeAt = (offset: number): Place => {
    const { line, col: column } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, column) }
  }
  /** Nobody reads thousands of findings; how many were left out is said. */
  const firstOf = (findings: readonly Finding[]): readonly Finding[] =>
    findings.length <= limits.findings
      ? findings
      : [...findings.slice(0, limits.findings), finding('yaml.more', { file, more: findings.length - limits.findings })]

  const unreadable = [
    ...checkSyntax(document, file, placeAt),
    ...checkKeys(document, placeAt),
    ...checkTexts(document, file, placeAt),
    ...checkReferences(document, file, placeAt),
  ]
  if (unreadable.length > 0) return { findings: firstOf(unreadable) }
  const value: unknown = document.toJS()
  const findings = firstOf(checkValue(value)).map((found) => ({
    ...found,
    place: { ...placeAt(offsetOf(document, found)), ...found.place },
  }))
  return findings.some(isError) ? { findings } : { value, findings }
}

/** Undefined when it nests so deeply that reading it would not end well. */
const parseSafely = (text: string, lineCounter: LineCounter, levels: number): Document.Parsed | undefined => {
  try {
    const document = parseDocument(text, {
      version: '1.2',
      strict: true,
      stringKeys: true,
      // Each key would be compared with all before it: see `checkKeys`.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter,
    })
    let tooDeep = false
    visit(document, (_, __, path) => {
      tooDeep ||= path.filter(isCollection).length > levels
      return tooDeep ? visit.BREAK : undefined
    })
    return tooDeep ? undefined : document
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const checkSyntax = (document: Document.Parsed, file: string, placeAt: (offset: number) => Place): Finding[] =>
  [...document.errors, ...document.warnings].map(({ message, pos }) =>
    finding('yaml.syntax', { file, problem: message }, { place: placeAt(pos[0]) }),
  )

const checkKeys = (document: Document.Parsed, placeAt: (offset: number) => Place): Finding[] => {
  const findings: Finding[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (seen.has(name))
          findings.push(finding('yaml.duplicateKey', { key: name }, { place: placeAt(key.range?.[0] ?? 0) }))
        seen.add(name)
      }
    },
  })
  return findings
}

/** An escape can say half a character, which neither JSON nor a database holds. */
const checkTexts = (document: Document.Parsed, file: string, placeAt: (offset: number) => Place): Finding[] => {
  const findings: Finding[] = []
  visit(document, {
    Scalar: (_, { value, range }) => {
      if (typeof value !== 'string' || value.isWellFormed()) return
      const problem = 'A text holds half a character'
      findings.push(finding('yaml.syntax', { file, problem }, { place: placeAt(range?.[0] ?? 0) }))
    },
  })
  return findings
}

// A few hundred bytes of references to references can stand for gigabytes; what people write here has no need of them.
const checkReferences = (document: Document.Parsed, file: string, placeAt: (offset: number) => Place): Finding[] => {
  const findings: Finding[] = []
  const refuse = (text: string, offset = 0) =>
    void findings.push(finding('yaml.alias', { file, text }, { place: placeAt(offset) }))
  visit(document, {
    Alias: (_, { source, range }) => refuse(`*${source}`, range?.[0]),
    Value: (_, { anchor, range }) => (anchor === undefined ? undefined : refuse(`&${anchor}`, range?.[0])),
  })
  return findings
}

/** Where in the text the value that a pointer names begins; for what is missing, where it should have been. */
const offsetOf = (document: Document.Parsed, { place, code }: Finding): number => {
  const path = (place?.pointer ?? '').split('/').slice(1)
  let node: Node | null = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const [depth, part] of path.entries()) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    let next: unknown
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === name)
      const key = pair?.key as Node | undefined
      next = pair?.value
      if (key?.range && depth === path.length - 1 && code === 'schema.unknownKey') return key.range[0]
      if (key?.range) offset = key.range[0]
    } else if (isSeq(node)) {
      next = node.items[Number(name)]
    }
    node = (next ?? null) as Node | null
    offset = node?.range?.[0] ?? offset
  }
  return offset
}
