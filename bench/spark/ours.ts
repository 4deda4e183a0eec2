import { readFileSync } from 'node:fs'
import { compile, type Named, openModel } from '@modelsmith/scoring'

/** `ours.ts MODEL.zip ROWS.json`: what one row costs, and what all rows cost, as JSON on one line. */
const [modelPath = '', rowsPath = ''] = process.argv.slice(2)
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
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
const times = (count: number, measure: () => number): number[] => Array.from({ length: count }, measure)

const [one, all] = [named(1), named(given.x.length)]
const repeats = 20_000
const rowMicroseconds = times(9, () => {
  const from = cpuMs()
  for (let i = 0; i < repeats; i++) transform.apply(one)
  return ((cpuMs() - from) * 1000) / repeats
})
const firstFrom = cpuMs()
const result = transform.apply(all)
const first = cpuMs() - firstFrom
const batchMs = times(9, () => {
  const from = cpuMs()
  transform.apply(all)
  return cpuMs() - from
})
const prediction = result.kind === 'named' ? result.columns.get('prediction') : undefined
if (prediction?.kind !== 'numbers') throw new Error('The model predicts nothing.')
console.log(
  JSON.stringify({
    row_us: median(rowMicroseconds),
    first_batch_ms: first,
    batch_ms: median(batchMs),
    process_ms: cpuMs(),
    ones: prediction.values.reduce((sum, value) => sum + value, 0),
  }),
)
