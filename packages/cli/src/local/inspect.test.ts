import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Inspection } from '@modelsmith/scoring'
import { afterAll, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const model = fileURLToPath(
  new URL('../../../../fixtures/sklearn-0.21.3/logreg_multinomial_binary/model.pkl', import.meta.url),
)
const sparkModel = fileURLToPath(new URL('../../../../fixtures/spark-4.3.0/Pipeline_nested/model.zip', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'modelsmith-inspect-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const inspect = (...args: string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'inspect', ...args], (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

const fileOf = (name: string, bytes: string): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes, 'latin1')
  return path
}

describe('modelsmith inspect', { timeout: 60_000 }, () => {
  it('tells what a model is, and ends with 0', async () => {
    const { status, out } = await inspect(model)
    expect(status).toBe(0)
    expect(out).toContain('scikit-learn 0.21.3')
    expect(out).toMatch(/classes +0, 1\n/)
    expect(out).toMatch(/ {2}multi_class +'multinomial'\n/)
    expect(out).toContain('It can be scored natively.')
  })

  it('tells the stages of a Spark pipeline, and which columns go in and out', async () => {
    const { status, out } = await inspect(sparkModel)
    expect(status).toBe(0)
    expect(out).toContain('Spark 4.3.0')
    expect(out).toMatch(/uid +PipelineModel_\w+\n/)
    expect(out).toMatch(/takes +colour, x, y\n/)
    expect(out).toMatch(/stage 2 +OneHotEncoderModel \w+: colourIndex → colourPlaces\n/)
  })

  it('ends with 1 on a file that would run code, and passes no control characters on', async () => {
    const { status, out } = await inspect(fileOf('evil.pkl', "cos\x1b[31m\nsystem\n(S'true'\ntRcos\nsystem\n0."))
    expect(status).toBe(1)
    expect(out).toContain('Loading this file could run code')
    expect(out).toContain('os.system at byte')
    expect(out).not.toContain('\x1b')
  })

  it('ends with 3 on what is harmless and not a model', async () => {
    const { status, out } = await inspect(fileOf('list.pkl', '(lp0\nI1\na.'), '--json')
    expect(status).toBe(3)
    const inspection = JSON.parse(out) as Inspection
    expect(inspection).toMatchObject({ verdict: 'unsupported', format: 'pickle', findings: [], model: null })
  })

  it('ends with 2 where there is no such file, a folder, or none is named', async () => {
    expect(await inspect(join(folder, 'absent'))).toMatchObject({
      status: 2,
      err: expect.stringContaining('no such file'),
    })
    expect((await inspect(folder)).err).toContain('it is not a file')
    expect((await inspect()).status).toBe(2)
  })
})
