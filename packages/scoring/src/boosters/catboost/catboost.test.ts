import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { type Cell, dense, type Frame } from '../../data/data.ts'
import { openModel } from '../../file/open.ts'
import { compile } from '../../model/compile.ts'
import { run } from '../../model/scorer.ts'

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../../../fixtures/sklearn-modern/${name}/model.pkl`, import.meta.url)))
const file = fixture('catboost_clf_multi')
const withCategories = fixture('more_catboost_counts')

/** A file with some bytes of CatBoost's own model set otherwise. */
const changed = (place: number, bytes: readonly number[], of: Buffer = file): Uint8Array => {
  const copy = Uint8Array.from(of)
  copy.set(bytes, of.indexOf('CBM1') + place)
  return copy
}

const refusal = (bytes: Uint8Array): ModelsmithError => {
  try {
    compile(openModel(bytes))
  } catch (error) {
    if (error instanceof ModelsmithError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

describe("CatBoost's models", () => {
  it.each([
    ['another format', changed(0, [0x43, 0x42, 0x4d, 0x32]), 'does not begin with CBM1'],
    ['a root that lies outside', changed(8, [0xff, 0xff, 0xff, 0x7f]), 'outside of it'],
    ['a table whose fields lie outside', changed(8 + 16, [0, 0, 0, 0x80]), 'outside of it'],
  ])('refuses %s', (_, bytes, reason) => {
    const error = refusal(bytes)
    expect(error).toMatchObject({ kind: 'invalid', code: 'booster.invalid' })
    expect(error.message).toContain(reason)
  })

  it('refuses a tree that asks a question which is not there', () => {
    // The questions of the first tree are 13, 17 and 7.
    const questions = file.indexOf(Uint8Array.from([13, 0, 0, 0, 17, 0, 0, 0, 7, 0, 0, 0]))
    const copy = Uint8Array.from(file)
    copy.set([0xff, 0xff, 0, 0], questions)
    expect(refusal(copy).message).toContain('asks question 65535')
  })

  const core = withCategories.readUInt32LE(withCategories.indexOf('CBM1') + 4)
  const tables = 8 + core

  it.each([
    ['a core that is longer than the file', changed(4, [0xff, 0xff, 0xff, 0x7f], withCategories), 'cut short'],
    ['more tables of statistics than there are', changed(tables, [0xff, 0, 0, 0], withCategories), 'cut short'],
    ['no table of statistics', changed(tables, [0, 0, 0, 0], withCategories), 'lacks the table of a statistic'],
    ['a table that is cut short', changed(tables + 4, [4, 0, 0, 0], withCategories), 'it '],
  ])('refuses %s', (_, bytes, reason) => {
    const error = refusal(bytes)
    expect(error).toMatchObject({ kind: 'invalid', code: 'booster.invalid' })
    expect(error.message).toContain(reason)
  })

  const { predict } = compile(openModel(fixture('catboost_cat_features'))).methods
  const rows = (age: Cell, city: Cell): Frame => ({
    kind: 'frame',
    rows: 1,
    columns: [
      { name: 'age', values: [age] },
      { name: 'income', values: [20_000] },
      { name: 'city', values: [city] },
      { name: 'grade', values: ['mid'] },
    ],
  })

  it.each([
    ['a missing category', rows(30, null), 'input.missing', 'row 0, column "city"'],
    ['a fraction as a category', rows(30, 1.5), 'input.domain', 'texts or whole numbers as categories, not 1.5'],
    ['a text as a number', rows('old', 'Rome'), 'input.text', 'column "age" holds "old"'],
    ['too few columns', dense(1, 3), 'input.width', 'was fitted on 4 features'],
  ])('refuses %s', (_, data, code, words) => {
    const ask = (): unknown => predict && run(predict, data)
    expect(ask).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }))
  })

  it('takes a category as its text or as a whole number, and others as new ones', () => {
    expect(predict && run(predict, rows(30, 7))).toEqual(predict && run(predict, rows(30, '7')))
  })
})
