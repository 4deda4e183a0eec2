import type { Finding, Place } from '@modelsmith/table'
import { Check } from 'typebox/value'
import { type Document, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { finding, isError } from '../errors.ts'
import { below, check, describe } from '../validate.ts'
import { allows, wordsOfParameter } from './parameters.ts'
import { contradictions } from './rules.ts'
import { Hyperparameter, InputRule, OutputRule, TaskMetadata } from './schema.ts'

export const metadataFile = 'model-metadata.yaml'

export const metadataLimits = { characters: 64 * 1024, levels: 50, findings: 100 } as const

/** Reads `model-metadata.yaml` (YAML 1.2, strictly): all findings at once, each with its line and column. */
export const parseMetadata = (
  text: string,
): { readonly metadata?: TaskMetadata; readonly findings: readonly Finding[] } => {
  if (text.length > metadataLimits.characters) {
    const { characters: limit } = metadataLimits
    return { findings: [finding('metadata.tooLarge', { what: 'character', limit, found: text.length })] }
  }
  const lines = new LineCounter()
  const document = parseSafely(text, lines)
  if (document === undefined) {
    return { findings: [finding('metadata.tooDeep', { limit: metadataLimits.levels })] }
  }
  const placeAt = (offset: number): Place => {
    const { line, col: column } = lines.linePos(offset)
    return { file: metadataFile, line: Math.max(1, line), column: Math.max(1, column) }
  }
  const unreadable = [...checkSyntax(document, text, placeAt), ...checkReferences(document, placeAt)]
  if (unreadable.length > 0) return { findings: firstOf(unreadable) }

  const value: unknown = document.toJS()
  const findings = firstOf([...check(TaskMetadata, value), ...checkMeaning(value)]).map((found) => ({
    ...found,
    place: { ...placeAt(offsetOf(document, found)), ...found.place },
  }))
  return findings.some(isError) ? { findings } : { metadata: value as TaskMetadata, findings }
}

/** Nobody reads thousands of findings; how many were left out is said. */
const firstOf = (findings: readonly Finding[]): readonly Finding[] => {
  const { findings: limit } = metadataLimits
  return findings.length <= limit
    ? findings
    : [...findings.slice(0, limit), finding('metadata.more', { more: findings.length - limit })]
}

/** Undefined when it nests so deeply that reading it would not end well. */
const parseSafely = (text: string, lineCounter: LineCounter): Document.Parsed | undefined => {
  try {
    const document = parseDocument(text, {
      version: '1.2',
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter,
    })
    let tooDeep = false
    visit(document, (_, __, path) => {
      tooDeep ||= path.filter(isCollection).length > metadataLimits.levels
      return tooDeep ? visit.BREAK : undefined
    })
    return tooDeep ? undefined : document
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const checkSyntax = (document: Document.Parsed, text: string, placeAt: (offset: number) => Place): Finding[] =>
  [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
    const place = placeAt(pos[0])
    if (code !== 'DUPLICATE_KEY') return finding('metadata.syntax', { problem: message }, { place })
    const key = /^[^:\n]*/.exec(text.slice(pos[0]))?.[0].trim() ?? ''
    return finding('metadata.duplicateKey', { key }, { place })
  })

// A few hundred bytes of references to references can stand for gigabytes; task metadata has no need of them.
const checkReferences = (document: Document.Parsed, placeAt: (offset: number) => Place): Finding[] => {
  const findings: Finding[] = []
  visit(document, {
    Alias: (_, { source, range }) => {
      findings.push(finding('metadata.alias', { text: `*${source}` }, { place: placeAt(range?.[0] ?? 0) }))
    },
    Value: (_, node) => {
      if (node.anchor === undefined) return
      findings.push(finding('metadata.alias', { text: `&${node.anchor}` }, { place: placeAt(node.range?.[0] ?? 0) }))
    },
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

/** What the schema cannot say: defaults, limits, doubled names, rules that exclude each other. */
const checkMeaning = (value: unknown): Finding[] => {
  const metadata = asObject(value)
  const typeSchema = asObject(metadata['typeSchema'])
  return [
    ...checkParameters(metadata['hyperparameters'], '/hyperparameters'),
    ...checkParameters(metadata['predictionParameters'], '/predictionParameters'),
    ...checkNames(metadata['inputs'], '/inputs', 'Input'),
    ...checkNames(metadata['outputs'], '/outputs', 'Output'),
    ...checkRules(typeSchema['input_requirements'], InputRule, 'input_requirements'),
    ...checkRules(typeSchema['output_requirements'], OutputRule, 'output_requirements'),
    ...checkTargetTypes(metadata['targetType']),
  ]
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Doubled names, limits that cross, defaults that their own declaration refuses. */
export const checkParameters = (list: unknown, pointer: string): Finding[] => [
  ...checkNames(list, pointer, 'Parameter'),
  ...asList(list).flatMap((item, index) =>
    Check(Hyperparameter, item) ? checkParameter(item, below(pointer, String(index))) : [],
  ),
]

const checkParameter = (parameter: Hyperparameter, pointer: string): Finding[] => {
  const { name, default: preset } = parameter
  const limits =
    parameter.type === 'multi'
      ? [parameter.values.int, parameter.values.float]
      : parameter.type === 'int' || parameter.type === 'float'
        ? [parameter]
        : []
  const crossed = limits.flatMap((limit) =>
    limit?.min !== undefined && limit.max !== undefined && limit.min > limit.max
      ? [finding('metadata.limits', { name, min: limit.min, max: limit.max }, { place: { pointer } })]
      : [],
  )
  if (crossed.length > 0 || preset === undefined || allows(parameter, preset)) return crossed
  return [
    finding(
      'metadata.default',
      { name, expected: wordsOfParameter(parameter), found: describe(preset) },
      { place: { pointer: below(pointer, 'default') } },
    ),
  ]
}

export const checkNames = (list: unknown, pointer: string, what: string): Finding[] => {
  const names = asList(list).map((item) => asObject(item)['name'])
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [finding('metadata.duplicate', { what, name }, { place: { pointer: `${pointer}/${index}/name` } })]
      : [],
  )
}

const checkRules = (rules: unknown, schema: typeof InputRule | typeof OutputRule, list: string): Finding[] =>
  contradictions(asList(rules).filter((rule): rule is InputRule | OutputRule => Check(schema, rule))).map((field) =>
    finding('metadata.contradiction', { list, field }, { place: { pointer: `/typeSchema/${list}` } }),
  )

const checkTargetTypes = (targetType: unknown): Finding[] => {
  const types = asList(targetType)
  return types.includes('transform') && types.some((type) => type !== 'transform')
    ? [finding('metadata.targetTypes', {}, { place: { pointer: '/targetType' } })]
    : []
}
