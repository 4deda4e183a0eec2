import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Dense, Sparse } from '../data/data.ts'
import type { Named, NamedColumn } from '../data/named.ts'
import { openModel } from '../file/open.ts'
import { compile } from '../model/compile.ts'

const saved = (className: string, paramMap: Readonly<Record<string, unknown>>, sparkVersion = '3.5.1'): Uint8Array =>
  zipSync({
    'metadata/part-00000': new TextEncoder().encode(
      JSON.stringify({
        class: `org.apache.spark.ml.feature.${className}`,
        sparkVersion,
        paramMap,
        defaultParamMap: {},
      }),
    ),
  })

const transformed = (file: Uint8Array, columns: Readonly<Record<string, NamedColumn>>, rows: number): Named => {
  const data: Named = { kind: 'named', rows, columns: new Map(Object.entries(columns)) }
  const result = compile(openModel(file)).methods.transform?.apply(data)
  if (result?.kind !== 'named') throw new Error('No columns.')
  return result
}

const texts = (...values: readonly (string | null)[]): NamedColumn => ({ kind: 'texts', values })
const lists = (...values: readonly (readonly (string | null)[] | null)[]): NamedColumn => ({
  kind: 'textLists',
  values,
})
const vectorsIn = (result: Named, name: string): Dense | Sparse => {
  const column = result.columns.get(name)
  if (column?.kind !== 'vectors') throw new Error('No vectors.')
  return column.values
}

describe('tokenizers', () => {
  const tokenizer = saved('Tokenizer', { inputCol: 't', outputCol: 'w' })

  it('take texts apart at every single white space of ASCII', () => {
    const result = transformed(tokenizer, { t: texts('A  b\u00a0c\t', '', ' ', 'ΣΑΣ İ') }, 4)
    expect(result.columns.get('w')).toEqual(lists(['a', '', 'b\u00a0c'], [''], [], ['σας', 'i̇']))
  })

  it('refuse a null and another kind of column', () => {
    expect(() => transformed(tokenizer, { t: texts('a', null) }, 2)).toThrow('row 1, column "t"')
    expect(() => transformed(tokenizer, { t: lists(['a']) }, 1)).toThrow('takes a column of texts as "t"')
  })

  it('halve a surrogate pair as Spark does', () => {
    const params = { inputCol: 't', outputCol: 'w', pattern: '', gaps: true, minTokenLength: 1, toLowercase: false }
    const result = transformed(saved('RegexTokenizer', params), { t: texts('a😀b') }, 1)
    expect(result.columns.get('w')).toEqual(lists(['a', '?', '?', 'b']))
  })

  it('name a pattern that is not read', () => {
    const file = saved('RegexTokenizer', { inputCol: 't', outputCol: 'w', pattern: 'a++' })
    expect(() => openModel(file)).toThrow('"a++" (possessive repetition is not read)')
  })
})

describe('lists of texts', () => {
  it('lose stop words by the letters of a language', () => {
    const params = { inputCol: 'w', outputCol: 'o', stopWords: ['ILIK'], caseSensitive: false, locale: 'tr' }
    const result = transformed(saved('StopWordsRemover', params), { w: lists(['ılık', 'ilik', null]) }, 1)
    expect(result.columns.get('o')).toEqual(lists(['ilik', null]))
  })

  it('become runs of words, none where they are too short', () => {
    const result = transformed(
      saved('NGram', { inputCol: 'w', outputCol: 'o', n: 2 }),
      { w: lists(['a', null, 'c'], ['a']) },
      2,
    )
    expect(result.columns.get('o')).toEqual(lists(['a null', 'null c'], []))
  })

  it.each([
    ['2.4.4', 1_877, 42],
    ['3.5.1', 3_848, 42],
  ])('are hashed as by Spark %s', (version, place, ofNull) => {
    const params = { inputCol: 'w', outputCol: 'o', numFeatures: 100_000, binary: false }
    const result = transformed(saved('HashingTF', params, version), { w: lists(['straße', 'straße', null]) }, 1)
    expect(vectorsIn(result, 'o')).toMatchObject({
      kind: 'sparse',
      columns: 100_000,
      indices: Int32Array.of(ofNull, place),
      values: Float64Array.of(1, 2),
    })
  })

  it('stay sparse up to a model, however many features there are', () => {
    const rows = 10_000
    const params = { inputCol: 'w', outputCol: 'o', numFeatures: 2 ** 30, binary: true }
    const words = Array.from({ length: rows }, (_, row) => [`word ${row}`, 'the'])
    const result = vectorsIn(transformed(saved('HashingTF', params), { w: lists(...words) }, rows), 'o')
    expect(result.values.length).toBe(2 * rows)
  })

  it('are refused where they would become too many numbers that are not sparse', () => {
    const vectors: Sparse = {
      kind: 'sparse',
      rows: 1_000,
      columns: 2 ** 20,
      starts: new Int32Array(1_001),
      indices: new Int32Array(),
      values: new Float64Array(),
    }
    const file = saved('Binarizer', { inputCol: 'v', outputCol: 'o', threshold: -1 })
    expect(() => transformed(file, { v: { kind: 'vectors', values: vectors } }, 1_000)).toThrow('a dense table')
  })
})

describe('sparse vectors', () => {
  const sparse: Sparse = {
    kind: 'sparse',
    rows: 2,
    columns: 4,
    starts: Int32Array.of(0, 2, 3),
    indices: Int32Array.of(1, 3, 0),
    values: Float64Array.of(3, -4, 2),
  }
  const columns: Readonly<Record<string, NamedColumn>> = {
    v: { kind: 'vectors', values: sparse },
    a: { kind: 'numbers', values: Float64Array.of(0, 7) },
  }

  it.each([
    ['Normalizer', { p: 2 }, [0.6, -0.8, 1]],
    ['Binarizer', { threshold: 1 }, [1, 0, 1]],
    ['ElementwiseProduct', { scalingVec: { type: 1, values: [1, 2, 3, 4] } }, [6, -16, 2]],
  ])('stay so in %s', (className, params, values) => {
    const file = saved(className, { inputCol: 'v', outputCol: 'o', ...params })
    expect(vectorsIn(transformed(file, columns, 2), 'o')).toEqual({ ...sparse, values: Float64Array.from(values) })
  })

  it('are put beside numbers', () => {
    const file = saved('VectorAssembler', { inputCols: ['a', 'v', 'a'], outputCol: 'o' })
    expect(vectorsIn(transformed(file, columns, 2), 'o')).toEqual({
      ...sparse,
      columns: 6,
      starts: Int32Array.of(0, 2, 5),
      indices: Int32Array.of(2, 4, 0, 1, 5),
      values: Float64Array.of(3, -4, 7, 2, 7),
    })
  })

  it('give what dense ones give', () => {
    const file = new Uint8Array(
      readFileSync(
        fileURLToPath(new URL('../../../../fixtures/spark-2.4.4/lr_multinomial_thresholds/model.zip', import.meta.url)),
      ),
    )
    const numbers = Float64Array.of(0, 3, 0, -4, 0, 2, 0, 0, 0, 0)
    const dense: Dense = { kind: 'dense', rows: 2, columns: 5, values: numbers }
    const [one, other] = [{ ...sparse, columns: 5 }, dense].map((values) =>
      transformed(file, { features: { kind: 'vectors', values } }, 2).columns.get('probability'),
    )
    expect(one).toEqual(other)
  })

  it('are transformed by cosines and back', () => {
    const there = transformed(saved('DCT', { inputCol: 'v', outputCol: 'o', inverse: false }), columns, 2)
    const back = transformed(
      saved('DCT', { inputCol: 'v', outputCol: 'o', inverse: true }),
      { v: { kind: 'vectors', values: vectorsIn(there, 'o') } },
      2,
    )
    const expected = [0, 3, 0, -4, 2, 0, 0, 0].map((value) => expect.closeTo(value, 12) as number)
    expect(Array.from(vectorsIn(back, 'o').values)).toEqual(expected)
  })
})

describe('products of columns', () => {
  const file = saved('Interaction', { inputCols: ['c', 'v'], outputCol: 'o' })
  const v: NamedColumn = {
    kind: 'vectors',
    values: { kind: 'dense', rows: 1, columns: 2, values: Float64Array.of(3, 5) },
  }

  it('take a place among categories as ones and zeros', () => {
    const c: NamedColumn = { kind: 'numbers', values: Float64Array.of(1), categories: 3 }
    expect(vectorsIn(transformed(file, { c, v }, 1), 'o')).toMatchObject({
      columns: 6,
      indices: Int32Array.of(2, 3),
      values: Float64Array.of(3, 5),
    })
  })

  it('refuse a place that is none, and categories within vectors', () => {
    const c: NamedColumn = { kind: 'numbers', values: Float64Array.of(3), categories: 3 }
    expect(() => transformed(file, { c, v }, 1)).toThrow('takes values from 0 to 2')
    expect(() => transformed(file, { c, v: { ...v, hasCategories: true } }, 1)).toThrow('vectors with categories')
  })
})

it('passes over a column of labels that the rows lack', () => {
  const bytes = readFileSync(
    fileURLToPath(new URL('../../../../fixtures/spark-2.4.4/string_indexer_keep/model.zip', import.meta.url)),
  )
  expect(transformed(new Uint8Array(bytes), {}, 1).columns.size).toBe(0)
})
