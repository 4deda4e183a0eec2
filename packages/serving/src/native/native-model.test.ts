import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Application } from '@modelsmith/api'
import { openModelFile } from '@modelsmith/scoring'
import { rowsFromTable, tableFromRows } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { nativeModel } from './native-model.ts'

const fixtures = join(import.meta.dirname, '../../../../fixtures')

const under = (file: string, types: Readonly<Record<string, Application['inputs'][number]['type']>>) =>
  nativeModel(openModelFile(readFileSync(join(fixtures, file))), {
    inputs: Object.entries(types).map(([name, type]) => ({
      input: name,
      field: name,
      type,
      default: null,
      unit: null,
    })),
    passThrough: [],
  })

type Rows = Parameters<typeof tableFromRows>[1]
const answered = ({ inputs, predict }: ReturnType<typeof nativeModel>, rows: Rows) =>
  rowsFromTable(predict(tableFromRows({ columns: inputs }, rows)))

describe('a native model', () => {
  it('takes an empty text as a text, as its library does, and refuses a missing one', () => {
    const tokenizer = under('spark-2.4.4/regex_tokenizer_gaps/model.zip', { text: 'text' })
    expect(answered(tokenizer, [{ text: '' }])).toHaveLength(1)
    expect(() => answered(tokenizer, [{ text: null }])).toThrow('does not take missing values')
  })

  it('fills whole numbers with whole ones, as Spark does, where the field has the type integer', () => {
    const file = 'spark-4.3.0/Imputer_mean_of_other_numbers/model.zip'
    const rows = [{ single: 0.5, level: 1 }]
    const gapsOf = (type: 'integer' | 'number') =>
      answered(under(file, { gaps: type, single: 'number', level: type }), rows)[0]?.[0]
    expect(gapsOf('integer')).toBe(1)
    expect(gapsOf('number')).toBeCloseTo(1.91044776, 8)
  })
})
