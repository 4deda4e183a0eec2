import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import type { Data } from '../data/data.ts'
import { openModel } from '../file/open.ts'
import { compile } from '../model/compile.ts'

type Plain = null | boolean | number | string | readonly Plain[] | ReadonlyMap<string, Plain> | Made
/** An object by module, class and attributes. */
type Made = { readonly is: string; readonly [attribute: string]: Plain }

/** What Python's protocol 0 and 2 write for a value. */
const written = (value: Plain): string => {
  if (value === null) return 'N'
  if (typeof value === 'boolean') return value ? 'I01\n' : 'I00\n'
  if (typeof value === 'number') return Number.isInteger(value) ? `I${value}\n` : `F${String(value).toLowerCase()}\n`
  if (typeof value === 'string') return `V${value}\n`
  if (value instanceof Map) return dict(value)
  if ('is' in value) {
    const { is, ...attributes } = value as Made
    return `c${is.replace(' ', '\n')}\n)\x81${dict(new Map(Object.entries(attributes)))}b`
  }
  return `(${(value as readonly Plain[]).map(written).join('')}l`
}

const dict = (entries: ReadonlyMap<string, Plain>): string =>
  `(${[...entries].map(([key, value]) => written(key) + written(value)).join('')}d`

const open = (made: Made) => compile(openModel(Uint8Array.from(Buffer.from(`${written(made)}.`, 'latin1'))))

const transform = (made: Made, data: Data): Data => open(made).methods.transform?.apply(data) as Data

const refusal = (act: () => unknown): ModelsmithError => {
  try {
    act()
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

const rows = (columns: number, ...values: readonly number[]): Data => ({
  kind: 'dense',
  rows: values.length / columns,
  columns,
  values: Float64Array.from(values),
})

const vectorizer = (attributes: Readonly<Record<string, Plain>>): Made => ({
  is: 'sklearn.feature_extraction.text CountVectorizer',
  vocabulary_: new Map([['a', 0]]),
  ...attributes,
})

describe('a vectorizer', () => {
  it.each([
    ['a pattern that never ends elsewhere', { token_pattern: '^(a+)+$' }, 'limit'],
    ['n-grams of any length', { ngram_range: [1, 1_000_000] }, 'limit'],
    [
      'an index that stands for a size',
      {
        vocabulary_: new Map([
          ['a', 2 ** 40],
          ['b', -5],
        ]),
      },
      'limit',
    ],
    [
      'an index below zero',
      {
        vocabulary_: new Map([
          ['a', 0],
          ['b', -5],
        ]),
      },
      'invalid',
    ],
    ['a pattern that looks ahead', { token_pattern: 'a(?=b)' }, 'unsupported'],
    ['files as its input', { input: 'filename' }, 'unsupported'],
  ] as const)('with %s is refused', (_, attributes, kind) => {
    expect(refusal(() => open(vectorizer(attributes))).kind).toBe(kind)
  })

  it('names the pattern and the reason', () => {
    expect(refusal(() => open(vectorizer({ token_pattern: 'a(?=b)' }))).message).toBe(
      'CountVectorizer with token_pattern = "a(?=b)" (a group that starts with (?= is not read) cannot be scored natively.',
    )
  })

  it('takes no missing text', () => {
    const data: Data = { kind: 'frame', rows: 2, columns: [{ name: 'note', values: ['a', null] }] }
    expect(refusal(() => transform(vectorizer({}), data)).message).toContain('row 1, column "note"')
  })
})

const encoder: Made = {
  is: 'sklearn.preprocessing._encoders OrdinalEncoder',
  categories_: [['a', 'b']],
  _sklearn_version: '0.21.3',
}

describe('an encoder', () => {
  it('refuses a category that it does not know, by name', () => {
    const data: Data = { kind: 'frame', rows: 1, columns: [{ name: 'size', values: ['c'] }] }
    expect(refusal(() => transform(encoder, data)).message).toBe(
      'OrdinalEncoder was not fitted on the category "c" in column "size".',
    )
  })

  it('refuses missing values where the version does', () => {
    const data: Data = { kind: 'frame', rows: 1, columns: [{ name: 'size', values: [null] }] }
    expect(refusal(() => transform(encoder, data)).code).toBe('input.missing')
  })

  it('finds truth values and numbers equal, as Python does', () => {
    const data: Data = { kind: 'frame', rows: 2, columns: [{ name: undefined, values: [true, false] }] }
    const numbers: Made = { ...encoder, categories_: [[0, 1]] }
    expect(transform(numbers, data)).toMatchObject({ values: Float64Array.of(1, 0) })
  })
})

describe('a column transformer', () => {
  const made = (columns: Plain): Made => ({
    is: 'sklearn.compose._column_transformer ColumnTransformer',
    transformers_: [['p', 'passthrough', columns]],
    _n_features: 3,
    _sklearn_version: '0.21.3',
  })

  it('counts columns from the end', () => {
    expect(transform(made([-1, 0]), rows(3, 1, 2, 3))).toMatchObject({ values: Float64Array.of(3, 1) })
  })

  it('refuses a column that there is not', () => {
    expect(refusal(() => open(made([3]))).message).toContain('transformers_ of ColumnTransformer')
  })

  it('names the column that rows lack', () => {
    const data: Data = {
      kind: 'frame',
      rows: 1,
      columns: ['a', 'b', 'c'].map((name) => ({ name, values: Float64Array.of(1) })),
    }
    expect(refusal(() => transform(made(['d']), data)).message).toBe(
      'ColumnTransformer needs the column "d", which the rows do not have.',
    )
  })
})

describe('the polynomials', () => {
  const made = (degree: number, columns: number): Made => ({
    is: 'sklearn.preprocessing.data PolynomialFeatures',
    degree,
    interaction_only: false,
    include_bias: true,
    n_input_features_: columns,
  })

  it('come in the order of the library', () => {
    expect(transform(made(2, 2), rows(2, 3, 5))).toMatchObject({ values: Float64Array.of(1, 3, 5, 9, 15, 25) })
  })

  it('of too many features meet a limit', () => {
    expect(refusal(() => open(made(40, 40))).kind).toBe('limit')
  })
})

it('a power for positive numbers refuses others', () => {
  const power: Made = {
    is: 'sklearn.preprocessing.data PowerTransformer',
    method: 'box-cox',
    standardize: false,
    lambdas_: [0.5],
  }
  expect(refusal(() => transform(power, rows(1, 4, -1))).message).toBe(
    'PowerTransformer takes positive numbers, not -1: row 1, feature 0.',
  )
})

it('a class that cannot be scored says why', () => {
  const image: Made = { is: 'sklearn.feature_extraction.image PatchExtractor' }
  expect(refusal(() => open(image)).message).toContain('its rows are images')
})
