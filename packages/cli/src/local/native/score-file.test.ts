import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openModelFile } from '@modelsmith/scoring'
import { createCsvReader, rowsFromTable } from '@modelsmith/table'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../command-line.ts'
import { scoreCsv, type ScoreOptions } from './score-file.ts'

const fixtures = fileURLToPath(new URL('../../../../../fixtures', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-score-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const modelOf = (fixture: string): string =>
  ['model.pkl', 'model.zip'].map((name) => join(fixtures, fixture, name)).find((path) => existsSync(path)) ?? ''

const scored = async (fixture: string, input: string, more: Partial<ScoreOptions> = {}) => {
  const output = join(folder, 'out.csv')
  const done = await scoreCsv(openModelFile(readFileSync(modelOf(fixture))), {
    input,
    output,
    asked: 'prediction',
    keep: [],
    columns: [],
    threads: 2,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...more,
  })
  return { ...done, text: readFileSync(output, 'utf8') }
}

/** Cells of a CSV text by the names of its columns. */
const columnsOf = (text: string): ReadonlyMap<string, readonly unknown[]> => {
  const header = text.slice(0, text.indexOf('\n')).trim().split(',')
  const reader = createCsvReader({ schema: { columns: header.map((name) => ({ name, type: 'text' })) } })
  const rows = [...reader.push(new TextEncoder().encode(text)), ...reader.end()].flatMap(rowsFromTable)
  return new Map(header.map((name, at) => [name, rows.map((row) => row[at])]))
}

/** The name in a file of predictions for the library's. */
const ourName = (name: string): string =>
  name
    .replace(/^predict$/, 'prediction')
    .replace(/^predict_proba:/, 'probability_')
    .replace(/^predict:/, 'prediction_')

/** Cells that are not what is expected. */
const differences = (found: readonly unknown[] = [], expected: readonly unknown[]): readonly unknown[] =>
  expected.flatMap((wanted, row) => {
    const [a, b] = [Number(found[row]), Number(wanted)]
    const isAlike =
      Number.isNaN(a) || Number.isNaN(b)
        ? found[row] === wanted
        : Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
    return isAlike && found.length === expected.length ? [] : [[row, found[row], wanted]]
  })

describe('scoring a file with a model file', () => {
  it.each(
    [
      'sklearn-0.21.3/logreg_multinomial_binary',
      'sklearn-0.21.3/ct_text_column',
      'sklearn-0.21.3/text_tfidf_logreg',
      'sklearn-0.21.3/ct_gbr_target',
      'sklearn-0.21.3/dtc_multioutput',
      'sklearn-modern/lgbm_clf_multi',
      'sklearn-other/v1_0_2_rfc',
      'spark-2.4.4/pipe_mixed_rf_labels',
      'spark-2.4.4/rdd_logreg_multi',
    ].filter((name) => existsSync(join(fixtures, name))),
  )('gives for %s what the library gave', async (name) => {
    const { text } = await scored(name, join(fixtures, name, 'input.csv'))
    const found = columnsOf(text)
    const expected = columnsOf(readFileSync(join(fixtures, name, 'expected.csv'), 'utf8'))
    const input = columnsOf(readFileSync(join(fixtures, name, 'input.csv'), 'utf8'))
    const compared = Array.from(expected).filter(([column]) =>
      name.startsWith('spark')
        ? !input.has(column) && !column.startsWith('features')
        : /^predict(_proba)?(:|$)/.test(column),
    )
    expect(compared.length).toBeGreaterThan(0)
    for (const [column, values] of compared)
      expect({ [column]: differences(found.get(ourName(column)), values) }).toEqual({ [column]: [] })
  })

  const plain = 'sklearn-0.21.3/logreg_multinomial_binary'
  const source = readFileSync(join(fixtures, plain, 'input.csv'), 'utf8')
  const [header = '', ...lines] = source.trimEnd().split(/\r?\n/)
  const times = (count: number): string =>
    Array.from({ length: count }, (_, round) => lines.map((line, at) => `${round}-${at},${line}\n`).join('')).join('')

  it('keeps rows in order over many pieces and threads, and columns beside', async () => {
    const rounds = Math.ceil((3 * 2 ** 20) / times(1).length)
    const input = fileOf('long.csv', `id,${header}\n${times(rounds)}`)
    const { text, rows, threads, columns } = await scored(plain, input, { keep: ['id'] })
    const single = columnsOf((await scored(plain, join(fixtures, plain, 'input.csv'))).text)
    expect({ rows, threads, first: columns[0] }).toEqual({ rows: rounds * lines.length, threads: 2, first: 'id' })
    const found = columnsOf(text)
    const expected = single.get('prediction') ?? []
    expect(found.get('id')?.at(-1)).toBe(`${rounds - 1}-${lines.length - 1}`)
    expect(found.get('prediction')).toEqual(Array.from({ length: rows }, (_, row) => expected[row % lines.length]))
  }, 60_000)

  it('scores all rows at once where the answers depend on all of them', async () => {
    const name = 'sklearn-0.21.3/gbc_init_estimator_multi'
    const [own = '', ...rows] = readFileSync(join(fixtures, name, 'input.csv'), 'utf8')
      .trimEnd()
      .split(/\r?\n/)
    const rounds = Math.ceil(2 ** 20 / rows.join('\n').length)
    const all = Array.from({ length: rounds }, () => rows).flat()
    const { threads, text } = await scored(name, fileOf('batch.csv', `${own}\n${all.join('\n')}`))
    expect(threads).toBe(1)
    expect(text.trimEnd().split('\n')).toHaveLength(all.length + 1)
    await expect(scored(name, fileOf('huge.csv', `${own}\n${'1\n'.repeat(2 ** 25 + 1)}`))).rejects.toMatchObject({
      code: 'cli.input',
      message: expect.stringContaining('depends on all rows at once'),
    })
  }, 60_000)

  it('answers other methods under their names', async () => {
    const input = join(fixtures, plain, 'input.csv')
    expect((await scored(plain, input, { asked: 'decisionFunction' })).columns).toEqual(['decision_function'])
    expect((await scored(plain, input, { asked: 'predictProba' })).columns).toEqual(['probability_0', 'probability_1'])
    await expect(scored(plain, input, { asked: 'transform' })).rejects.toMatchObject({ code: 'model.method' })
  })

  it('takes columns by order where the model has no names, and says when their number differs', async () => {
    const input = fileOf('more.csv', `extra,${header}\n0,${lines[0]}\n`)
    await expect(scored(plain, input)).rejects.toMatchObject({
      code: 'cli.input',
      message: expect.stringMatching(/no column names and takes \d+ columns in their order; the file has \d+/),
    })
    const { text } = await scored(plain, input, { columns: header.split(',') })
    expect(text.split('\n')).toHaveLength(3)
  })

  it('names every column that is missing, and every cell that does not fit with its line, and leaves no file', async () => {
    const missing = scored('sklearn-0.21.3/ct_text_column', fileOf('few.csv', 'city,income\nParis,1\n'))
    await expect(missing).rejects.toMatchObject({
      findings: [{ message: expect.stringContaining('"age"') }, { message: expect.stringContaining('"comment"') }],
    })
    const wide = header.split(',').length
    const bad = ['x', ...Array.from({ length: wide - 1 }, () => '1')].join(',')
    const input = fileOf('bad.csv', `${header}\n${lines[0]}\n${bad}\n1\n`)
    await expect(scored(plain, input, { output: join(folder, 'never.csv') })).rejects.toMatchObject({
      findings: [
        { code: 'csv.cell', message: expect.stringContaining('Line 3'), place: { line: 3 } },
        { code: 'csv.ragged', message: expect.stringContaining('4'), place: { line: 4 } },
      ],
    })
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([])
  })

  it('names the row that the model refuses', async () => {
    const empty = header.replace(/[^,]/g, '')
    const input = fileOf('hole.csv', `${header}\n${lines[0]}\n${empty}\n`)
    await expect(scored(plain, input)).rejects.toMatchObject({
      code: 'cli.input',
      findings: [{ code: 'input.notFinite', message: expect.stringContaining('row 2'), place: { row: 2 } }],
    })
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const input = fileOf('cancel.csv', `id,${header}\n${times(Math.ceil((4 * 2 ** 20) / times(1).length))}`)
    const stop = new AbortController()
    const running = scored(plain, input, {
      keep: ['id'],
      output: join(folder, 'cancelled.csv'),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await expect(running).rejects.toMatchObject({ code: 'cli.cancelled' })
    expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual([])
  }, 60_000)

  it('ends with 3 on a file that is no model, 1 on one that would run code, 2 on wrong usage', async () => {
    const input = join(fixtures, plain, 'input.csv')
    const status = (model: string, ...more: string[]) =>
      run(['score', '--model', model, '--input', input, '--json', ...more])
    expect(await status(fileOf('list.pkl', '(lp0\nI1\na.'))).toBe(3)
    expect(await status(fileOf('evil.pkl', "cos\nsystem\n(S'true'\ntR."))).toBe(1)
    expect(await status(modelOf(plain), '--method', 'guess')).toBe(2)
    expect(await status(modelOf(plain), '--code-dir', folder)).toBe(2)
    const output = join(folder, 'whole.csv')
    expect(await status(modelOf(plain), '--output', output)).toBe(0)
    expect(readFileSync(output, 'utf8').split('\n')[0]).toBe('prediction,probability_0,probability_1')
  }, 60_000)
})
