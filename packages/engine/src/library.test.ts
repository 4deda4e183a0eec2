import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { ModelsmithError } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { readLibrary } from './library.ts'
import { readEntry } from './library-entry.ts'

const folder = fileURLToPath(new URL('../../../library', import.meta.url))
const ridge = readFileSync(join(folder, 'ridge.yaml'), 'utf8')

const found = (text: string, file = 'ridge.yaml'): readonly string[] => {
  try {
    readEntry(file, text)
    return []
  } catch (error) {
    if (!(error instanceof ModelsmithError)) throw error
    expect(error.code).toBe('library.entry')
    return error.findings.map(({ message, place }) => `${place?.file}:${place?.line} ${message}`)
  }
}

describe('the library', () => {
  it('has sixty tasks and more, no two of which wrap the same class in the same way', async () => {
    const entries = await readLibrary()
    expect(entries.length).toBeGreaterThanOrEqual(60)
    const methods = entries.map(({ wraps, arguments: given, columns, targetTypes }) =>
      JSON.stringify([wraps, given, columns, targetTypes]),
    )
    expect(new Set(methods).size).toBe(entries.length)
    expect(new Set(entries.map(({ title }) => title)).size).toBe(entries.length)
  })

  it('says all that is wrong with an entry, each with its line', () => {
    expect(found(ridge)).toEqual([])
    expect(found('name: [').length).toBeGreaterThan(0)
    expect(found(ridge.replace('version: 1', 'version: one').replace('columns: numbers', 'columns: letters'))).toEqual([
      expect.stringMatching(/^ridge\.yaml:2 .*one/),
      expect.stringMatching(/^ridge\.yaml:\d+ .*letters/),
    ])
    expect(
      found(
        ridge
          .replace('weights: true', 'crossFitted: true\natMost: { depth: rows }')
          .replace('default: 1,', 'default: -1,')
          .replace('wraps: sklearn.linear_model.Ridge', 'wraps: { binary: sklearn.linear_model.Ridge }'),
        'crest.yaml',
      ),
    ).toEqual([
      'crest.yaml:1 The file of ridge is called ridge.yaml.',
      expect.stringContaining('It names no class for regression.'),
      expect.stringContaining('Only what looks at the target tells it'),
      expect.stringContaining('There is no hyperparameter depth.'),
      expect.stringContaining('-1'),
    ])
    const searched = ridge.replace(/search: .*/, 'search: { low: 0, high: 1, log: true },')
    expect(found(searched)).toEqual([
      expect.stringContaining('What to search of alpha by its logarithm begins above 0.'),
    ])
    expect(found(searched.replace('low: 0, high: 1, log: true', 'low: -2, high: 1'))).toEqual([
      expect.stringContaining('What to search of alpha is no range that it allows.'),
    ])
  })
})
