import { allows, check, Hyperparameter, resolveParameters, TargetType, TypeSchema } from '@modelsmith/domain'
import type { Finding, Place } from '@modelsmith/table'
import Type, { type Static } from 'typebox'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { engineError } from './errors.ts'

const strict = { additionalProperties: false } as const

/**
 * One file of `library/`: what a built-in task wraps, how it is shown, what it takes. The runtime beside them makes a task of it.
 * Adding one is its file here and its case in `conformance/library/cases`.
 */
export const LibraryEntry = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    version: Type.Integer({ minimum: 1 }),
    title: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    group: Type.String({ minLength: 1 }),
    citation: Type.String({ minLength: 1 }),
    targetTypes: Type.Array(TargetType, { minItems: 1 }),
    environment: Type.String(),
    /** Modules that must be imported before the class can be. */
    imports: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** Import path of the class, or of a function that makes the object: one, or one for each thing that a blueprint may learn. */
    wraps: Type.Union([Type.String(), Type.Record(Type.String(), Type.String())]),
    /**
     * Arguments that are not offered as hyperparameters. `$seed`, `$threads`, `$nan` and `$classes` are looked up, `{$by: …}` is
     * chosen by what the blueprint learns, `{$import: path}` names a function, `{$new: path, …}` makes another object.
     */
    arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /**
     * How columns are made ready: `numbers` under their names, `values` by place, `categories` with missing as a category of its own,
     * `documents` with missing as an empty text, `pairs` of column and category, `dates`, or nothing but the count of `rows`.
     */
    columns: Type.Enum(['numbers', 'values', 'categories', 'documents', 'pairs', 'dates', 'rows']),
    /** An object for each column, for classes that take one column. */
    each: Type.Optional(Type.Literal('column')),
    /** The method that transforms, where it is not `transform`. */
    method: Type.Optional(Type.Enum(['predict_proba', 'predict'])),
    /** The target as `places` of its labels among those that occur, or among `all places`; as it is where this is left out. */
    labels: Type.Optional(Type.Enum(['places', 'all places'])),
    /** Whether `fit` takes row weights; without, it says in the log that every row counts alike. */
    weights: Type.Optional(Type.Boolean()),
    /** A transform that looks at the target. */
    supervised: Type.Optional(Type.Boolean()),
    /** What a supervised transform can be told of: everything unless given. */
    learns: Type.Optional(Type.Array(TargetType, { minItems: 1 })),
    /** A transform whose output would tell the target of its training rows: they get what fits without them gave. */
    crossFitted: Type.Optional(Type.Boolean()),
    /** Hyperparameters that cannot exceed what they are fitted on. */
    atMost: Type.Optional(Type.Record(Type.String(), Type.Enum(['rows', 'columns', 'both']))),
    typeSchema: TypeSchema,
    hyperparameters: Type.Array(Hyperparameter),
  },
  strict,
)
export type LibraryEntry = Static<typeof LibraryEntry>

/** An entry of the library; throws everything that is wrong with it, each with its line. */
export const readEntry = (file: string, text: string): LibraryEntry => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const placeAt = (offset: number): Place => {
    const { line, col: column } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, column) }
  }
  const unreadable = document.errors.map(({ message, pos }) => wrong(message, placeAt(pos[0])))
  const findings = unreadable.length > 0 ? unreadable : checkEntry(file, document.toJS())
  if (findings.length === 0) return document.toJS() as LibraryEntry
  const placed = findings.map((found) => ({
    ...found,
    place: { ...placeAt(offsetOf(document, found.place?.pointer ?? '')), ...found.place },
  }))
  throw engineError('library.entry', { file, count: findings.length }, { findings: placed })
}

/** What is wrong with an entry, by JSON pointer. */
const checkEntry = (file: string, value: unknown): readonly Finding[] => {
  const findings = check(LibraryEntry, value)
  return findings.length > 0 ? findings : checkMeaning(file, value as LibraryEntry)
}

/** What the schema cannot say. */
const checkMeaning = (file: string, entry: LibraryEntry): Finding[] => {
  const { name, targetTypes, wraps, hyperparameters, atMost = {}, supervised = false, crossFitted = false } = entry
  const transforms = targetTypes.includes('transform')
  const names = hyperparameters.map((each) => each.name)
  return [
    ...(file === `${name}.yaml` ? [] : [wrong(`The file of ${name} is called ${name}.yaml.`, { pointer: '/name' })]),
    ...(transforms && targetTypes.length > 1
      ? [wrong('A transform has no other target type.', { pointer: '/targetTypes' })]
      : []),
    ...(typeof wraps === 'string' || transforms ? [] : targetTypes.filter((type) => wraps[type] === undefined)).map(
      (type) => wrong(`It names no class for ${type}.`, { pointer: '/wraps' }),
    ),
    ...(supervised && !transforms
      ? [wrong('Every estimator looks at the target: say it of transforms only.', { pointer: '/supervised' })]
      : []),
    ...(crossFitted && !supervised
      ? [wrong('Only what looks at the target tells it: say `supervised` too.', { pointer: '/crossFitted' })]
      : []),
    ...Object.keys(atMost)
      .filter((each) => !names.includes(each))
      .map((each) => wrong(`There is no hyperparameter ${each}.`, { pointer: `/atMost/${each}` })),
    ...hyperparameters.flatMap((each, index) => {
      const pointer = `/hyperparameters/${index}`
      const words = each.title === undefined || each.description === undefined
      const search = 'search' in each ? each.search : undefined
      return [
        ...(search === undefined || (search.low < search.high && allows(each, search.low) && allows(each, search.high))
          ? []
          : [wrong(`What to search of ${each.name} is no range that it allows.`, { pointer: `${pointer}/search` })]),
        ...(search?.log === true && search.low <= 0
          ? [wrong(`What to search of ${each.name} by its logarithm begins above 0.`, { pointer: `${pointer}/search` })]
          : []),
        ...(names.indexOf(each.name) < index ? [wrong(`There are two of ${each.name}.`, { pointer })] : []),
        ...(words ? [wrong(`${each.name} has no title or no description.`, { pointer })] : []),
        ...resolveParameters([each], { [each.name]: each.default ?? null }).findings.map((found) => ({
          ...found,
          place: { pointer: `${pointer}/default` },
        })),
      ]
    }),
  ]
}

const wrong = (what: string, place: Place): Finding => {
  const { code, message } = engineError('library.wrong', { what })
  return { code, message, place }
}

/** Where the value that a pointer names begins, or what it should have been in. */
const offsetOf = (document: Document.Parsed, pointer: string): number => {
  const path = pointer.split('/').slice(1)
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
