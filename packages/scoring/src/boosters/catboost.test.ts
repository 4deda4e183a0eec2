import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { openModel } from '../file/open.ts'
import { compile } from '../model/compile.ts'

const file = readFileSync(
  fileURLToPath(new URL('../../../../fixtures/sklearn-modern/catboost_clf_multi/model.pkl', import.meta.url)),
)
const at = file.indexOf('CBM1')

/** The file with some bytes of CatBoost's own model set otherwise. */
const changed = (place: number, ...bytes: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(file)
  copy.set(bytes, at + place)
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
    ['another format', changed(0, 0x43, 0x42, 0x4d, 0x32), 'does not begin with CBM1'],
    ['a root that lies outside', changed(8, 0xff, 0xff, 0xff, 0x7f), 'outside of it'],
    ['a table whose fields lie outside', changed(8 + 16, 0, 0, 0, 0x80), 'outside of it'],
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
})
