import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * What `modelsmith score --model` costs beside pandas and the model's own library, in processor time of all processes; the
 * sides take turns, and the minimum of the rounds counts. `bench/score-files/README.md` says what is compared.
 */
const [python, rowsWord = '1000000', seedWord = '1', only] = process.argv.slice(2)
if (python === undefined) {
  console.error('Usage: npm run prove -- score-files PYTHON [ROWS] [SEED] [linear|trees]')
  process.exit(2)
}
const rounds = 3
const chunkSizes = [50_000, 200_000]
const leastTimes = { linear: 1.6, trees: 3 }
const mostMb = 200

const bench = join(import.meta.dirname, '../../bench/score-files')
const cli = join(import.meta.dirname, '../../packages/cli/src/main.ts')
const place = mkdtempSync(join(tmpdir(), 'ms-score-files-'))
const file = (name: string): string => join(place, name)

type Spent = { readonly cpu: number; readonly peakMb: number }

const spent = (...command: readonly string[]): Spent => {
  const said = execFileSync(python, [join(bench, 'spent.py'), ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const found = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Spent & { readonly status: number }
  if (found.status !== 0) throw new Error(`${command.join(' ')} ended with ${found.status}.`)
  return found
}

const sides = {
  modelsmith: (model: string) =>
    spent(
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      cli,
      'score',
      '--model',
      file(`${model}.pkl`),
      '--input',
      file('rows.csv'),
      '--output',
      file('ours.csv'),
    ),
  peer: (model: string, chunk: number) =>
    spent(python, join(bench, 'peer.py'), file(`${model}.pkl`), file('rows.csv'), file('peers.csv'), String(chunk)),
}

/** The largest difference between the probabilities of both sides, of every hundredth row. */
const largestDifference = (): number => {
  const [ours, peers] = ['ours.csv', 'peers.csv'].map((name) => readFileSync(file(name), 'utf8').trimEnd().split('\n'))
  if (ours?.length !== peers?.length || ours?.[0] !== peers?.[0])
    throw new Error('The two sides wrote other rows or columns.')
  let largest = 0
  for (let row = 1; row < (ours?.length ?? 0); row += 100) {
    const [a = [], b = []] = [ours?.[row]?.split(','), peers?.[row]?.split(',')]
    for (const at of [1, 2]) largest = Math.max(largest, Math.abs(Number(a[at]) - Number(b[at])))
  }
  return largest
}

let held = true
const judge = (what: string, holds: boolean, words: string): void => {
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${words}`)
}
const least = (all: readonly Spent[]): number => Math.min(...all.map(({ cpu }) => cpu))
const shown = (all: readonly Spent[]): string => all.map(({ cpu }) => cpu.toFixed(2)).join(' ')

try {
  console.log(
    `${Number(rowsWord).toLocaleString('en')} rows × 30 columns, seed ${seedWord}, ${rounds} rounds; processor seconds`,
  )
  execFileSync(python, [join(bench, 'make.py'), place, rowsWord, seedWord], { stdio: 'inherit' })
  for (const model of (['linear', 'trees'] as const).filter((one) => only === undefined || one === only)) {
    const ours: Spent[] = []
    const peers = new Map(chunkSizes.map((size) => [size, [] as Spent[]]))
    for (let round = 0; round < rounds; round++) {
      ours.push(sides.modelsmith(model))
      for (const [size, all] of peers) all.push(sides.peer(model, size))
    }
    console.log(`\n${model}\n  modelsmith  ${shown(ours)}`)
    for (const [size, all] of peers)
      console.log(
        `  peer        ${shown(all)}  in chunks of ${size.toLocaleString('en')}, ${Math.round(Math.max(...all.map(({ peakMb }) => peakMb)))} MB`,
      )
    const times = Math.min(...Array.from(peers.values(), least)) / least(ours)
    const peak = Math.max(...ours.map(({ peakMb }) => peakMb))
    const difference = largestDifference()
    judge(
      'less processor time than the fastest peer',
      times >= leastTimes[model],
      `${times.toFixed(2)} × (at least ${leastTimes[model]} ×)`,
    )
    judge('peak memory of the largest process', peak < mostMb, `${Math.round(peak)} MB (below ${mostMb} MB)`)
    judge('the same answers', difference <= 1e-9, `largest difference ${difference.toPrecision(2)}`)
  }
} finally {
  rmSync(place, { recursive: true, force: true })
}
process.exitCode = held ? 0 : 1
