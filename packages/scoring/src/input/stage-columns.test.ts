import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspect } from '../file/inspect.ts'
import { openModel } from '../file/open.ts'
import { compile } from '../model/compile.ts'
import type { Model } from '../model/model.ts'
import type { Stage } from '../stages/stage.ts'
import { dataOf } from './data-of.ts'
import { inputOf } from './input.ts'

const fixtures = join(import.meta.dirname, '../../../../fixtures')
const stage = (made: Stage): Model => ({ kind: 'stage', name: made.kind, stage: made })
const pipeline = (...made: readonly Stage[]): Model => ({ kind: 'pipeline', name: 'Pipeline', steps: made.map(stage) })
const inputs = (model: Model, given?: readonly string[]) =>
  inputOf(model, { name: 'Model', columns: undefined, methods: {} }, undefined, given).columns
const namesOf = (model: Model, given?: readonly string[]): readonly string[] =>
  inputs(model, given).map(({ name }) => name)

const norm = (input: string, output: string): Stage => ({
  kind: 'vectorMap',
  input,
  output,
  made: { kind: 'norm', power: 2 },
})
const indexer = (input: string, output: string, labels: readonly string[]): Stage => ({
  kind: 'textToIndex',
  columns: [{ input, output, labels }],
  invalid: 'error',
})
const line = (features: string, size: number): Stage => ({
  kind: 'regressor',
  features,
  size,
  scores: { kind: 'linear', weights: new Float64Array(size), intercepts: Float64Array.of(0) },
  prediction: 'prediction',
})
const assembler = (...names: readonly string[]): Stage => ({
  kind: 'assembler',
  inputs: names,
  output: 'features',
  invalid: 'error',
})

describe('the columns that stages of Spark read', () => {
  const cases = readdirSync(fixtures)
    .filter((folder) => folder.startsWith('spark-'))
    .flatMap((folder) => readdirSync(join(fixtures, folder)).map((name) => join(fixtures, folder, name)))

  it.each(cases)('are among those that the rows have: %s', (folder) => {
    const bytes = new Uint8Array(readFileSync(join(folder, 'model.zip')))
    const [head = ''] = readFileSync(join(folder, 'input.csv'), 'utf8').split('\n')
    const given = head.split(',')
    const { input_columns: types } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as {
      input_columns: Readonly<Record<string, string>> | null
    }
    const model = openModel(bytes)
    const { columns } = inputOf(model, compile(model, { kernels: 'plain' }), undefined, given)
    // The older models know no names: they take one vector, or two ids.
    const names = types === null ? columns.map((_, at) => given[at]) : columns.map(({ name }) => name)
    expect(given).toEqual(expect.arrayContaining(names))
    for (const { name, type, vector, isList } of columns) {
      if (type === 'any' || types === null) continue
      const kind = types?.[vector ?? name] ?? ''
      const expected = vector !== undefined ? 'vector' : isList === true ? 'array<string>' : type
      expect([kind, expected]).toEqual([
        kind,
        { string: 'text', json: 'text' }[kind] ?? (/^(?:v|a)/.test(kind) ? kind : 'number'),
      ])
    }
    expect(inspect(bytes).model?.spark?.inputs).toEqual([...new Set(columns.map(({ name, vector }) => vector ?? name))])
  })

  it('are not the label, whose numbers nothing reads', () => {
    const model = pipeline(
      indexer('answer', 'label', ['no', 'yes']),
      indexer('colour', 'index', ['red', 'green']),
      assembler('index', 'x'),
      line('features', 2),
    )
    expect(namesOf(model)).toEqual(['colour', 'x'])
    expect(namesOf(pipeline(indexer('a', 'p', ['1']), indexer('b', 'q', ['2'])))).toEqual(['a', 'b'])
  })

  it('are as wide as a later stage asks, or as the rows have parts', () => {
    const model = pipeline(norm('given', 'normed'), norm('normed', 'features'), line('features', 2))
    expect(namesOf(model)).toEqual(['given:0', 'given:1'])
    expect(namesOf(stage(norm('given', 'out')), ['given:0', 'given:1', 'given:2', 'given:4'])).toHaveLength(3)
    expect(() => namesOf(stage(norm('given', 'out')), ['given'])).toThrow(
      expect.objectContaining({ code: 'model.input', message: expect.stringContaining('"given:0"') }),
    )
    expect(namesOf(stage(assembler('x', 'given')), ['x', 'given:0', 'given:1'])).toEqual(['x', 'given:0', 'given:1'])
  })

  it('are those that a statement of SQL names', () => {
    const statement = 'SELECT *, x * 2 AS twice FROM __THIS__ WHERE colour = "red"'
    const model = pipeline({ kind: 'selectedColumns', statement, version: 3 }, assembler('twice', 'y'))
    expect(inputs(model)).toMatchObject([
      { name: 'colour', type: 'any' },
      { name: 'x', type: 'any' },
      { name: 'y', type: 'number' },
    ])
  })

  it('keep the type by which numbers are found among labels', () => {
    const model = stage(indexer('x', 'place', ['1.0', '-2.5', '1.0E10']))
    const input = inputOf(model, compile(model))
    expect(input.columns).toMatchObject([{ name: 'x', type: 'number', values: [1, -2.5, 1e10] }])
    const result = compile(model).methods.transform?.apply(dataOf(input, 2, [[1e10, 1]]))
    expect(result).toMatchObject({ kind: 'named' })
    expect(result?.kind === 'named' && result.columns.get('place')).toMatchObject({ values: Float64Array.of(2, 0) })
  })

  it('are lists of texts as JSON', () => {
    const model = stage({ kind: 'wordRuns', input: 'words', output: 'pairs', length: 2 })
    const input = inputOf(model, compile(model))
    const result = compile(model).methods.transform?.apply(dataOf(input, 1, [['["a", "b", "c"]']]))
    expect(result?.kind === 'named' && result.columns.get('pairs')).toEqual({
      kind: 'textLists',
      values: [['a b', 'b c']],
    })
    for (const cell of ['a b', '[1]', '{}', '["a"'])
      expect(() => dataOf(input, 1, [[cell]])).toThrow(expect.objectContaining({ code: 'input.kind' }))
  })
})
