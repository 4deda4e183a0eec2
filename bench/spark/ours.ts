import { readFileSync, writeFileSync } from 'node:fs'
import { compile, type Named, openModel } from '@modelsmith/scoring'

/**
 * `ours.ts MODEL.zip ROWS.json SCORED.json`: the least processor time of one row and of all rows, in ms, as JSON on one line; what all rows
 * got, as `[probabilities, predictions]`, in SCORED.json.
 */
const [modelPath = '', rowsPath = '', scoredPath = ''] = process.argv.slice(2)
const { transform } = compile(openModel(new Uint8Array(readFileSync(modelPath)))).methods
if (transform === undefined) throw new Error('The model has no transform.')

const given = JSON.parse(readFileSync(rowsPath, 'utf8')) as { colour: string[]; x: number[]; y: number[] }
const named = (count: number): Named => ({
  kind: 'named',
  rows: count,
  columns: new Map([
    ['colour', { kind: 'texts', values: given.colour.slice(0, count) }],
    ['x', { kind: 'numbers', values: Float64Array.from(given.x.slice(0, count)) }],
    ['y', { kind: 'numbers', values: Float64Array.from(given.y.slice(0, count)) }],
  ]),
})

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const least = (count: number, repeats: number, rows: Named): number => {
  const times = Array.from({ length: count }, () => {
    const from = cpuMs()
    for (let i = 0; i < repeats; i++) transform.apply(rows)
    return (cpuMs() - from) / repeats
  })
  return Math.min(...times)
}

const [one, all] = [named(1), named(given.x.length)]
const firstFrom = cpuMs()
const result = transform.apply(all)
const first = cpuMs() - firstFrom
console.log(
  JSON.stringify({
    row_ms: least(5, 20_000, one),
    first_batch_ms: first,
    batch_ms: least(9, 1, all),
    process_ms: cpuMs(),
  }),
)
if (result.kind !== 'named') throw new Error('The model answers no columns.')
const prediction = result.columns.get('prediction')
const probability = result.columns.get('probability')
if (prediction?.kind !== 'numbers' || probability?.kind !== 'vectors' || probability.values.kind !== 'dense')
  throw new Error('The model predicts nothing.')
const { values } = probability.values
writeFileSync(
  scoredPath,
  JSON.stringify([Array.from(prediction.values, (_, row) => values[2 * row + 1]), [...prediction.values]]),
)
