import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Zippable, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Named, NamedColumn } from '../data/named.ts'
import { inspect } from '../file/inspect.ts'
import { openModel } from '../file/open.ts'
import { defaultLimits } from '../limits.ts'
import { compile } from '../model/compile.ts'
import { readZip } from '../zip/zip.ts'
import { repeatedKey } from './json.ts'
import { readParquet } from './parquet.ts'

const fixture = (name: string): Uint8Array =>
  new Uint8Array(
    readFileSync(fileURLToPath(new URL(`../../../../fixtures/spark-2.4.4/${name}/model.zip`, import.meta.url))),
  )

/** A fixture's files, some of them changed or left out. */
const changed = (name: string, change: (path: string, content: Uint8Array) => Uint8Array | undefined): Uint8Array => {
  const files: Zippable = {}
  for (const entry of readZip(fixture(name), defaultLimits)) {
    const content = change(entry.name, entry.read())
    if (content !== undefined) files[entry.name] = content
  }
  return zipSync(files)
}

const saved = (className: string, paramMap: Readonly<Record<string, unknown>>): Uint8Array =>
  zipSync({
    'metadata/part-00000': new TextEncoder().encode(
      JSON.stringify({ class: `org.apache.spark.ml.${className}`, paramMap, defaultParamMap: {} }),
    ),
  })

const rows = (columns: Readonly<Record<string, NamedColumn>>, count: number): Named => ({
  kind: 'named',
  rows: count,
  columns: new Map(Object.entries(columns)),
})
const numbers = (...values: readonly number[]): NamedColumn => ({ kind: 'numbers', values: Float64Array.from(values) })

const transformed = (file: Uint8Array, data: Named): Named => {
  const result = compile(openModel(file)).methods.transform?.apply(data)
  if (result?.kind !== 'named') throw new Error('No columns.')
  return result
}

describe('opening a saved Spark model', () => {
  it('says which folder is missing', () => {
    const file = changed('linear_svc', (path, content) => (path.includes('/data/') ? undefined : content))
    expect(() => openModel(file)).toThrow('The saved Spark model has no data')
  })

  it('makes no room for vectors that are longer than those that are there', () => {
    const file = changed('word2vec_parquet_v2', (path, content) => {
      if (path.endsWith('.crc')) return undefined
      if (!path.includes('metadata/part')) return content
      const text = new TextDecoder().decode(content)
      return new TextEncoder().encode(text.replace(/"vectorSize":\d+/g, '"vectorSize":1e308'))
    })
    expect(() => openModel(file)).toThrow('vector')
  })

  it('names a class that is not read', () => {
    expect(() => openModel(saved('feature.ElementwiseSum', {}))).toThrow('org.apache.spark.ml.feature.ElementwiseSum')
  })

  it('refuses metadata that two readers would read differently', () => {
    expect(repeatedKey('{"a":{"b":1},"b":"a:","c":[{"b":1},{"b":2}]}')).toBeUndefined()
    expect(repeatedKey('{"a":1,"\\u0061":2}')).toBe('a')
  })

  it('refuses a Parquet file that is cut short, wherever it is cut', () => {
    const file = readZip(fixture('rfc_one_tree'), defaultLimits).findLast(({ name }) => name.endsWith('.parquet'))
    const bytes = file?.read() ?? new Uint8Array()
    expect(readParquet(bytes, 'whole', defaultLimits).length).toBeGreaterThan(0)
    for (let length = 0; length < bytes.length; length += 97)
      expect(() => readParquet(bytes.slice(0, length), 'cut', defaultLimits)).toThrow('cut is damaged')
  })

  it('adds up what a Parquet file asks for before it unpacks any of it', () => {
    const file = changed('rfc_one_tree', (_, content) => content)
    expect(() => openModel(file, { limits: { ...defaultLimits, nodes: 20 } })).toThrow('the limit is 20')
  })

  it('refuses several models side by side', () => {
    const one = { 'metadata/part-00000': new TextEncoder().encode('{}') }
    expect(() => openModel(zipSync({ a: one, b: one }))).toThrow('several saved Spark models')
  })

  it('tells class, version and parameters', () => {
    const { verdict, model } = inspect(fixture('lr_custom_columns'))
    expect(verdict).toBe('native')
    expect(model).toMatchObject({ library: 'Spark', version: '2.4.4', className: 'LogisticRegressionModel' })
    expect(model?.parameters).toContainEqual({ name: 'predictionCol', value: '"yhat"' })
    expect(model?.spark).toMatchObject({ uid: expect.stringContaining('LogisticRegression'), stages: [] })
    expect(model?.spark?.outputs).toContain('yhat')
  })

  it('tells the stages of a pipeline, what it takes from outside and what it adds', () => {
    const { model } = inspect(fixture('pipe_pca_kmeans'))
    expect(model?.className).toBe('PipelineModel')
    expect(model?.spark?.stages.map(({ className }) => className).slice(-2)).toEqual(['PCAModel', 'KMeansModel'])
    expect(model?.spark?.inputs).not.toContain(model?.spark?.stages.at(-1)?.inputs[0])
    expect(model?.spark?.outputs).toContain('prediction')
  })

  it('tells which columns a statement of SQL reads and makes', () => {
    const { model } = inspect(fixture('pipe_sqltransformer_lr'))
    expect(model?.spark?.inputs).toEqual(['income', 'grade'])
    expect(model?.spark?.stages[0]).toMatchObject({ inputs: ['income', 'grade'], outputs: ['li', 'low'] })
    const unread = saved('feature.SQLTransformer', { statement: 'SELECT * FROM __THIS__ GROUP BY x' })
    expect(inspect(unread).model?.spark).toMatchObject({ inputs: [], outputs: [] })
  })
})

describe('rows of columns by name', () => {
  it('names a column that the rows lack, and one of another kind', () => {
    const file = saved('feature.VectorAssembler', { inputCols: ['a', 'b'], outputCol: 'v' })
    expect(() => transformed(file, rows({ a: numbers(1) }, 1))).toThrow('needs the column "b"')
    expect(() => transformed(file, rows({ a: numbers(1), b: { kind: 'texts', values: ['x'] } }, 1))).toThrow(
      'numbers or vectors as "b"',
    )
  })

  it('leaves out rows that a stage skips, in every column', () => {
    const file = saved('feature.VectorAssembler', { inputCols: ['a', 'b'], outputCol: 'v', handleInvalid: 'skip' })
    const data = rows(
      { a: numbers(1, Number.NaN, 3), b: numbers(4, 5, 6), t: { kind: 'texts', values: ['x', 'y', 'z'] } },
      3,
    )
    const result = transformed(file, data)
    expect(result.rows).toBe(2)
    expect(result.columns.get('t')).toEqual({ kind: 'texts', values: ['x', 'z'] })
    expect(result.columns.get('v')).toMatchObject({ values: { values: Float64Array.of(1, 4, 3, 6) } })
  })

  it('puts numbers between bounds, the last of which belongs to the last bucket', () => {
    const splits = ['-Infinity', 0, 10, 'Infinity']
    const file = saved('feature.Bucketizer', { inputCol: 'a', outputCol: 'b', splits, handleInvalid: 'keep' })
    const result = transformed(file, rows({ a: numbers(-1, 0, 9.9, 10, Infinity, Number.NaN) }, 6))
    expect(result.columns.get('b')).toMatchObject(numbers(0, 1, 1, 2, 2, 3))
  })

  it('refuses a number outside the bounds', () => {
    const file = saved('feature.Bucketizer', { inputCol: 'a', outputCol: 'b', splits: [0, 1, 2] })
    expect(() => transformed(file, rows({ a: numbers(3) }, 1))).toThrow('takes values from 0 to 2')
  })
})

describe('one classifier a class', () => {
  const members = (count: number): Uint8Array => {
    const files: Zippable = {
      'metadata/part-00000': new TextEncoder().encode(
        JSON.stringify({
          class: 'org.apache.spark.ml.classification.OneVsRestModel',
          paramMap: { predictionCol: 'best' },
          numClasses: count,
        }),
      ),
    }
    for (const [index, name] of ['lr_custom_columns', 'lr_binomial_l1_sparse'].entries())
      for (const entry of readZip(fixture(name), defaultLimits)) {
        const path = entry.name.slice(entry.name.search(/(metadata|data)\//))
        files[`model_${index}/${path}`] = entry.read()
      }
    return zipSync(files)
  }

  it('limits how many there are', () => {
    expect(() => openModel(members(1e9))).toThrow('the limit is')
  })

  it('says which is missing', () => {
    expect(() => openModel(members(3))).toThrow('The saved Spark model has no model_2/metadata')
  })
})
