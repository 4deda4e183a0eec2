import type { Finding } from '@modelsmith/table'
import { finding } from '../errors.ts'
import { type CountRange, dataTypeOf, type MeasuredTable, type TableKind } from './data-types.ts'
import {
  breaksDataTypes,
  countRules,
  dataTypesRules,
  countRangeOf,
  possibleTypes,
  satisfiableCount,
  wordsOfRule,
} from './rules.ts'
import type { DataType, InputRule, OutputRule, TaskType, TypeSchema } from './schema.ts'

/** The part of a task that its type rules need. */
export type TypedTask = {
  readonly name: string
  readonly targetTypes: readonly TaskType[]
  readonly typeSchema?: TypeSchema | undefined
}

type Rules = { readonly input: readonly InputRule[]; readonly output: readonly OutputRule[] }

const transformDefaults: Rules = {
  input: [
    { field: 'data_types', condition: 'IN', value: ['NUM', 'CAT', 'TXT', 'DATE', 'DATE_DURATION'] },
    { field: 'sparse', condition: 'EQUALS', value: 'SUPPORTED' },
    { field: 'contains_missing', condition: 'EQUALS', value: 'SUPPORTED' },
  ],
  output: [{ field: 'data_types', condition: 'EQUALS', value: 'NUM' }],
}
/** An estimator's output is its predictions, which `checkPredictions` knows; it has no output rules. */
const estimatorDefaults: Rules = {
  input: [
    { field: 'data_types', condition: 'IN', value: ['NUM', 'CAT', 'TXT', 'DATE'] },
    { field: 'sparse', condition: 'EQUALS', value: 'FORBIDDEN' },
    { field: 'contains_missing', condition: 'EQUALS', value: 'SUPPORTED' },
  ],
  output: [],
}

export const isTransform = (task: Pick<TypedTask, 'targetTypes'>): boolean => task.targetTypes.includes('transform')

/** The rules that hold for a task: its own, and the default of every field on which its schema is silent. */
export const rulesOf = (task: TypedTask): Rules => {
  const defaults = isTransform(task) ? transformDefaults : estimatorDefaults
  const fill = <R extends { readonly field: string }>(own: readonly R[] | undefined, rest: readonly R[]) => [
    ...(own ?? []),
    ...rest.filter(({ field }) => !own?.some((rule) => rule.field === field)),
  ]
  return {
    input: fill<InputRule>(task.typeSchema?.input_requirements, defaults.input),
    output: fill<OutputRule>(task.typeSchema?.output_requirements, defaults.output),
  }
}

/** Does it take sparse data as such? */
export const takesSparse = (task: TypedTask): boolean =>
  !rulesOf(task).input.some(({ field, value }) => field === 'sparse' && value === 'FORBIDDEN')

/** Must somebody look for missing values in what a transform returned? Only where its rules or those of a reader ask. */
export const asksForMissing = (task: TypedTask, readers: readonly TypedTask[]): boolean =>
  rulesOf(task).output.some(({ field, value }) => field === 'contains_missing' && value === 'NEVER') ||
  readers.some((reader) =>
    rulesOf(reader).input.some(({ field, value }) => field === 'contains_missing' && value === 'FORBIDDEN'),
  )

/**
 * What a task says of a table that is offered to it. What is declared as possible is a warning; of what nobody declared
 * nothing is said before it is seen.
 */
export const checkInput = (task: TypedTask, kind: TableKind): Finding[] => {
  const rules = rulesOf(task).input
  return [
    ...checkTypesAndCount('input', task, rules, kind),
    ...rules.flatMap((rule): Finding[] => {
      if (rule.field === 'contains_missing' && rule.value === 'FORBIDDEN' && isLikely(kind.missing)) {
        return [finding('contract.inputMissing', { task: task.name }, severityOf(kind.missing === 'present'))]
      }
      if (rule.field === 'sparse' && rule.value === 'FORBIDDEN' && isLikely(kind.sparse)) {
        return [finding('contract.inputSparse', { task: task.name }, severityOf(kind.sparse === 'always'))]
      }
      if (
        rule.field === 'sparse' &&
        rule.value === 'REQUIRED' &&
        (kind.sparse === 'never' || kind.sparse === 'possible')
      ) {
        return [finding('contract.inputDense', { task: task.name }, severityOf(kind.sparse === 'never'))]
      }
      return []
    }),
  ]
}

/** What comes out of a transform when a table of this kind goes in, as far as its rules say. */
export const outputKind = (task: TypedTask, input: TableKind): TableKind => {
  const rules = rulesOf(task).output
  const kind: { -readonly [K in keyof TableKind]: TableKind[K] } = {
    types: possibleTypes(dataTypesRules(rules)),
    columns: countRangeOf(countRules(rules)),
    missing: 'unknown',
    sparse: 'unknown',
  }
  for (const rule of rules) {
    if (rule.field === 'contains_missing') kind.missing = rule.value === 'NEVER' ? 'never' : 'possible'
    if (rule.field === 'sparse') {
      kind.sparse = { NEVER: 'never', ALWAYS: 'always', DYNAMIC: 'possible', IDENTITY: input.sparse }[
        rule.value
      ] as TableKind['sparse']
    }
  }
  return kind
}

/**
 * The kind of a table that a transform returned. A boolean column counts as what the task says it gives:
 * indicator columns are numbers to one task and categories to another.
 */
export const kindOfOutput = (task: TypedTask, table: MeasuredTable): TableKind => {
  const categories = possibleTypes(dataTypesRules(rulesOf(task).output)).has('CAT')
  return {
    types: new Set(
      table.columns.map(({ type }): DataType => (type === 'boolean' && !categories ? 'NUM' : dataTypeOf(type))),
    ),
    columns: { min: table.columns.length, max: table.columns.length },
    missing: table.missing === undefined ? 'unknown' : table.missing ? 'present' : 'never',
    sparse: table.sparse ? 'always' : 'never',
  }
}

/** What a transform returned, against what its rules promise. */
export const checkOutput = (task: TypedTask, input: TableKind, actual: TableKind): Finding[] => {
  const rules = rulesOf(task).output
  const promised = outputKind(task, input)
  return [
    ...checkTypesAndCount('output', task, rules, actual),
    ...(promised.missing === 'never' && actual.missing !== 'never'
      ? [finding('contract.outputMissing', { task: task.name })]
      : []),
    ...(promised.sparse === 'never' && actual.sparse === 'always'
      ? [finding('contract.outputSparse', { task: task.name })]
      : []),
    ...(promised.sparse === 'always' && actual.sparse === 'never'
      ? [finding('contract.outputDense', { task: task.name })]
      : []),
  ]
}

const isLikely = (doubt: TableKind['missing'] | TableKind['sparse']): boolean =>
  doubt !== 'never' && doubt !== 'unknown'
const severityOf = (certain: boolean) => (certain ? {} : ({ severity: 'warning' } as const))

const checkTypesAndCount = (
  side: 'input' | 'output',
  task: TypedTask,
  rules: readonly (InputRule | OutputRule)[],
  kind: TableKind,
): Finding[] => [
  ...dataTypesRules(rules)
    .filter((rule) => breaksDataTypes(rule, kind.types))
    .map((rule) =>
      finding(side === 'input' ? 'contract.inputTypes' : 'contract.outputTypes', {
        task: task.name,
        expected: wordsOfRule(rule),
        found: [...kind.types].join(', ') || 'no columns',
      }),
    ),
  ...countRules(rules)
    .filter((rule) => !satisfiableCount([rule], kind.columns))
    .map((rule) =>
      finding(side === 'input' ? 'contract.inputColumns' : 'contract.outputColumns', {
        task: task.name,
        expected: wordsOfRule(rule),
        found: wordsOfRange(kind.columns),
      }),
    ),
]

const wordsOfRange = ({ min, max }: CountRange): string => {
  if (max === undefined) return `${min} or more columns`
  if (min !== max) return `${min} to ${max} columns`
  return min === 1 ? '1 column' : `${min} columns`
}
