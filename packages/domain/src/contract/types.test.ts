import { describe, expect, it } from 'vitest'
import { dataTypeOf, flowOf, joinKinds, kindOfColumns, type TableKind } from './data-types.ts'
import type { TypeSchema } from './schema.ts'
import { checkInput, checkOutput, kindOfOutput, outputKind, type TypedTask } from './types.ts'

const transform = (typeSchema?: TypeSchema): TypedTask => ({ name: 'impute', targetTypes: ['transform'], typeSchema })
const estimator = (typeSchema?: TypeSchema): TypedTask => ({ name: 'ridge', targetTypes: ['regression'], typeSchema })
const kind = (changes: Partial<TableKind> = {}): TableKind => ({
  types: new Set(['NUM']),
  columns: { min: 3, max: 3 },
  missing: 'never',
  sparse: 'never',
  ...changes,
})
const said = (findings: ReturnType<typeof checkInput>) =>
  findings.map(({ severity, message }) => `${severity ?? 'error'}: ${message}`)
const input = (...rules: NonNullable<TypeSchema['input_requirements']>) => ({ input_requirements: rules })
const output = (...rules: NonNullable<TypeSchema['output_requirements']>) => ({ output_requirements: rules })

describe('data types of columns', () => {
  it('are numbers, categories, text and dates', () => {
    expect((['number', 'integer', 'boolean', 'category', 'text', 'date'] as const).map(dataTypeOf)).toEqual([
      'NUM',
      'NUM',
      'CAT',
      'CAT',
      'TXT',
      'DATE',
    ])
  })

  it('lie side by side with their counts and doubts added up', () => {
    const mixed = joinKinds([
      kindOfColumns([{ name: 'a', type: 'number', missing: true }]),
      kind({ types: new Set(['CAT']), columns: { min: 1, max: undefined }, sparse: 'always' }),
    ])
    expect(mixed).toEqual({
      types: new Set(['NUM', 'CAT']),
      columns: { min: 2, max: undefined },
      missing: 'present',
      sparse: 'possible',
    })
  })
})

describe('flowOf', () => {
  it('shows a kind as the API does', () => {
    expect(flowOf(kind({ missing: 'present', sparse: 'unknown', columns: { min: 1, max: undefined } }))).toEqual({
      dataTypes: ['NUM'],
      columns: null,
      missing: 'possible',
      sparse: 'possible',
    })
    expect(flowOf(kind())).toEqual({ dataTypes: ['NUM'], columns: 3, missing: 'never', sparse: 'never' })
  })
})

describe('what a task takes', () => {
  it('is by default numbers, categories, text and dates, with missing values', () => {
    const everything = kind({ types: new Set(['NUM', 'CAT', 'TXT', 'DATE']), missing: 'present' })
    expect(checkInput(transform(), everything)).toEqual([])
    expect(checkInput(estimator(), everything)).toEqual([])
    expect(said(checkInput(transform(), kind({ types: new Set(['IMG']) })))).toEqual([
      'error: Task "impute" takes only NUM, CAT, TXT, DATE, DATE_DURATION, found IMG.',
    ])
  })

  it('is by default sparse data for a transform, not for an estimator', () => {
    expect(checkInput(transform(), kind({ sparse: 'always' }))).toEqual([])
    expect(said(checkInput(estimator(), kind({ sparse: 'always' })))).toEqual([
      'error: Task "ridge" takes no sparse data, and its input is or may be sparse.',
    ])
  })

  it('keeps the default of each field on which a schema is silent', () => {
    const task = estimator(input({ field: 'contains_missing', condition: 'EQUALS', value: 'FORBIDDEN' }))
    expect(said(checkInput(task, kind({ types: new Set(['GEO']), missing: 'present' })))).toEqual([
      'error: Task "ridge" takes only NUM, CAT, TXT, DATE, found GEO.',
      'error: Task "ridge" takes no missing values, and its input has or may have some.',
    ])
  })

  it('warns of what is only possible', () => {
    const task = estimator(input({ field: 'contains_missing', condition: 'EQUALS', value: 'FORBIDDEN' }))
    expect(checkInput(task, kind({ missing: 'possible', sparse: 'possible' })).map(({ severity }) => severity)).toEqual(
      ['warning', 'warning'],
    )
  })

  it('says nothing of what nobody declared', () => {
    const task = estimator(input({ field: 'contains_missing', condition: 'EQUALS', value: 'FORBIDDEN' }))
    expect(checkInput(task, kind({ missing: 'unknown', sparse: 'unknown' }))).toEqual([])
  })

  it('refuses dense data where sparse is required', () => {
    const task = transform(input({ field: 'sparse', condition: 'EQUALS', value: 'REQUIRED' }))
    expect(said(checkInput(task, kind()))).toEqual([
      'error: Task "impute" takes sparse data only, and its input is or may be dense.',
    ])
    expect(checkInput(task, kind({ sparse: 'always' }))).toEqual([])
  })

  it.each([
    ['EQUALS', ['NUM'], ['NUM'], true],
    ['EQUALS', ['NUM', 'CAT'], ['NUM'], false],
    ['IN', ['NUM', 'CAT'], ['NUM'], true],
    ['IN', ['NUM'], ['NUM', 'CAT'], false],
    ['NOT_EQUALS', ['NUM'], ['NUM'], false],
    ['NOT_EQUALS', ['NUM'], ['NUM', 'CAT'], true],
    ['NOT_IN', ['TXT'], ['NUM', 'CAT'], true],
    ['NOT_IN', ['TXT', 'IMG'], ['NUM', 'TXT'], false],
  ] as const)('data_types %s %j with %j: %s', (condition, value, types, allowed) => {
    const task = transform(input({ field: 'data_types', condition, value: [...value] }))
    expect(checkInput(task, kind({ types: new Set(types) }))).toHaveLength(allowed ? 0 : 1)
  })

  it.each([
    ['EQUALS', 3, true],
    ['EQUALS', 4, false],
    ['IN', [1, 3], true],
    ['NOT_EQUALS', 3, false],
    ['NOT_IN', [1, 2], true],
    ['GREATER_THAN', 3, false],
    ['GREATER_THAN', 2, true],
    ['LESS_THAN', 3, false],
    ['LESS_THAN', 4, true],
    ['NOT_GREATER_THAN', 3, true],
    ['NOT_GREATER_THAN', 2, false],
    ['NOT_LESS_THAN', 3, true],
    ['NOT_LESS_THAN', 4, false],
  ] as const)('number_of_columns %s %j with 3 columns: %s', (condition, value, allowed) => {
    const rule = {
      field: 'number_of_columns' as const,
      condition,
      value: typeof value === 'number' ? value : [...value],
    }
    expect(checkInput(transform(input(rule)), kind())).toHaveLength(allowed ? 0 : 1)
  })

  it('refuses a count only when no count that is possible would do', () => {
    const task = transform(input({ field: 'number_of_columns', condition: 'LESS_THAN', value: 5 }))
    expect(checkInput(task, kind({ columns: { min: 1, max: undefined } }))).toEqual([])
    expect(said(checkInput(task, kind({ columns: { min: 7, max: 9 } })))).toEqual([
      'error: Task "impute" takes a number of columns that is fewer than 5, found 7 to 9 columns.',
    ])
  })
})

describe('what a transform gives', () => {
  it('is by default numbers, and nobody knows how many', () => {
    expect(outputKind(transform(), kind())).toEqual({
      types: new Set(['NUM']),
      columns: { min: 1, max: undefined },
      missing: 'unknown',
      sparse: 'unknown',
    })
  })

  it('is as sparse as its input under IDENTITY', () => {
    const task = transform(output({ field: 'sparse', condition: 'EQUALS', value: 'IDENTITY' }))
    expect(outputKind(task, kind({ sparse: 'always' })).sparse).toBe('always')
    expect(outputKind(task, kind()).sparse).toBe('never')
  })

  it('narrows the number of columns by all rules together', () => {
    const task = transform(
      output(
        { field: 'number_of_columns', condition: 'NOT_LESS_THAN', value: 2 },
        { field: 'number_of_columns', condition: 'LESS_THAN', value: 6 },
        { field: 'number_of_columns', condition: 'NOT_EQUALS', value: 5 },
      ),
    )
    expect(outputKind(task, kind()).columns).toEqual({ min: 2, max: 4 })
  })

  it('is checked against its promises, all at once', () => {
    const task = transform(
      output(
        { field: 'data_types', condition: 'EQUALS', value: 'NUM' },
        { field: 'number_of_columns', condition: 'EQUALS', value: 2 },
        { field: 'contains_missing', condition: 'EQUALS', value: 'NEVER' },
        { field: 'sparse', condition: 'EQUALS', value: 'NEVER' },
      ),
    )
    const returned = kindOfOutput(task, { columns: [{ type: 'text' }], missing: true, sparse: true })
    expect(said(checkOutput(task, kind(), returned))).toEqual([
      'error: Task "impute" returned TXT, its schema promises exactly NUM.',
      'error: Task "impute" returned 1 column, its schema promises a number that is 2.',
      'error: Task "impute" returned missing values, its schema promises none.',
      'error: Task "impute" returned sparse data, its schema promises dense data.',
    ])
  })

  it('may be booleans where numbers are promised, and where categories are', () => {
    const booleans = { columns: [{ type: 'boolean' as const }], missing: false, sparse: false }
    const categories = transform(output({ field: 'data_types', condition: 'EQUALS', value: 'CAT' }))
    expect(checkOutput(transform(), kind(), kindOfOutput(transform(), booleans))).toEqual([])
    expect(checkOutput(categories, kind(), kindOfOutput(categories, booleans))).toEqual([])
  })

  it('may keep missing values where it promises nothing', () => {
    expect(checkOutput(transform(), kind(), kind({ missing: 'present' }))).toEqual([])
  })
})
