import {
  type DataType,
  type InputRule,
  type OutputRule,
  rulesOf,
  type TypedTask,
  wordsOfRule,
} from '@modelsmith/domain'
import { dataTypeWords } from '../blueprints/index.ts'

export const languageWords = { python: 'Python', r: 'R' } as const

const ruleWords = {
  sparse: {
    FORBIDDEN: 'Sparse data is refused',
    SUPPORTED: 'Sparse data is taken',
    REQUIRED: 'Only sparse data is taken',
    NEVER: 'Never sparse',
    DYNAMIC: 'Sparse or not, as the data makes it',
    ALWAYS: 'Always sparse',
    IDENTITY: 'Sparse when the input is',
  },
  contains_missing: {
    FORBIDDEN: 'Missing values are refused',
    SUPPORTED: 'Missing values are taken',
    NEVER: 'Never a missing value',
    DYNAMIC: 'Missing values where the data makes them',
  },
} as const

const wordsOf = (rule: InputRule | OutputRule): string => {
  switch (rule.field) {
    case 'data_types':
      return `Data types: ${wordsOfRule(rule).replace(/[A-Z_]+/g, (code) => dataTypeWords[code as DataType])}`
    case 'number_of_columns':
      return `Number of columns: ${wordsOfRule(rule)}`
    default:
      return ruleWords[rule.field][rule.value as keyof (typeof ruleWords)[typeof rule.field]]
  }
}

/** What a task takes and gives, in sentences; also where its schema is silent and the contract's defaults hold. */
export const schemaWords = (task: TypedTask): { readonly input: string[]; readonly output: string[] } => {
  const { input, output } = rulesOf(task)
  return { input: input.map(wordsOf), output: output.map(wordsOf) }
}
