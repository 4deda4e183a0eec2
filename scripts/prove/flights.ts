import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processorMs } from '../../bench/engine/processor-time.ts'
import { watchMemory } from '../../bench/flights/memory.ts'
import { steps, useProduct } from '../../bench/flights/product.ts'
import { environmentsWith, installed } from '../../e2e/support/environments.ts'
import { startProduct } from '../../e2e/support/product.ts'

/**
 * `npm run prove -- flights FLIGHTS.parquet [ROUNDS]`: what the product spends on a table of 327,346 rows from its upload to the last chart, beside a plain
 * script that computes the same; `bench/flights/README.md` says what is compared.
 */
const [file, given = '3'] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the file flights.parquet.')
const rounds = Number(given)
const memoryLimitMb = 4096
const aucTolerance = 0.01
const pyarrow = 'pyarrow==22.0.0'

const place = mkdtempSync(join(tmpdir(), 'ms-flights-'))
const { interpreter } = await installed('python-core')
const beside = join(place, 'pyarrow')
execFileSync(interpreter, [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-deps',
  '--only-binary=:all:',
  '--target',
  beside,
  pyarrow,
])

type Script = {
  readonly cpuMs: number
  readonly phasesMs: readonly number[]
  readonly peakMb: number
  readonly auc: number
}
const runScript = (seed: number): Script => {
  const env = { PATH: process.env['PATH'], PYTHONPATH: beside, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const script = join(import.meta.dirname, '../../bench/flights/script.py')
  const out = execFileSync(interpreter, [script, file, place, String(seed)], { env, encoding: 'utf8' })
  return JSON.parse(out) as Script
}

type Spent = { readonly steps: readonly number[]; readonly all: number; readonly peakMb: number; readonly auc: number }
const product = await startProduct({
  env: { MODELSMITH_TOUR: 'off' },
  environments: await environmentsWith('python-ml'),
})
/** Processes come and go while they are counted. */
const spentNow = (): number => {
  for (let attempt = 1; ; attempt++)
    try {
      return processorMs(product.pid)
    } catch (error) {
      if (attempt === 20) throw error
    }
}
const runProduct = async (seed: number): Promise<Spent> => {
  const stop = watchMemory(product.pid)
  const times = [spentNow()]
  const auc = await useProduct(product.client, file, seed, () => times.push(spentNow()))
  const peakMb = await stop()
  const each = times.slice(1).map((time, index) => time - (times[index] as number))
  return { steps: each, all: each.reduce((sum, time) => sum + time, 0), peakMb, auc }
}

const ours: Spent[] = []
const plain: Script[] = []
try {
  for (let round = 0; round < rounds; round++) {
    plain.push(runScript(round))
    ours.push(await runProduct(round))
  }
} finally {
  await product.remove()
  rmSync(place, { recursive: true, force: true })
}

const seconds = (ms: number | undefined): string => ((ms ?? 0) / 1000).toFixed(1).padStart(8)
const least = (values: readonly number[]): number => Math.min(...values)
console.log(
  `processor time in seconds, ${rounds} rounds${' '.repeat(7)}${plain.map((_, round) => `round ${round + 1}`.padStart(8)).join('')}`,
)
const line = (name: string, values: readonly number[]) =>
  console.log(`${name.padEnd(40)}${values.map(seconds).join('')}${seconds(least(values))} at the least`)
for (const [at, name] of steps.entries())
  line(
    `product: ${name}`,
    ours.map((spent) => spent.steps[at] as number),
  )
const [oursLeast, plainLeast] = [least(ours.map(({ all }) => all)), least(plain.map(({ cpuMs }) => cpuMs))]
line(
  'product: all',
  ours.map(({ all }) => all),
)
for (const [at, name] of ['imports, reading and profile', 'training and charts', 'impact and effects'].entries())
  line(
    `script: ${name}`,
    plain.map(({ phasesMs }) => phasesMs[at] as number),
  )
line(
  'script: all',
  plain.map(({ cpuMs }) => cpuMs),
)

let held = true
const judge = (what: string, holds: boolean, words: string): void => {
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${words}`)
}
const most = Math.max(...ours.map(({ peakMb }) => peakMb))
console.log()
const ratio = oursLeast / plainLeast
console.log(`told   processor time beside the script: ${ratio.toFixed(2)} ×`)
judge(
  'memory of all processes of the product',
  most < memoryLimitMb,
  `${Math.round(most)} MB at the most (limit ${memoryLimitMb} MB; the script alone has ${Math.round(Math.max(...plain.map(({ peakMb }) => peakMb)))} MB)`,
)
const apart = Math.max(...ours.map(({ auc }, round) => Math.abs(auc - (plain[round] as Script).auc)))
judge(
  'area under the ROC curve of both',
  apart <= aucTolerance,
  `${apart.toFixed(4)} apart at the most (limit ${aucTolerance})`,
)
process.exitCode = held ? 0 : 1
