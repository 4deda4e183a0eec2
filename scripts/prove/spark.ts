import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * What a saved pipeline of Spark's costs without Spark, beside local Spark and beside the same stages in numpy, in processor time of
 * all processes. `bench/spark/README.md` says what is compared.
 */
const [python, javaHome] = process.argv.slice(2)
if (python === undefined) {
  console.error('Usage: npm run prove -- spark PYTHON [JAVA_HOME]')
  process.exit(2)
}
const mostShare = 0.2
const worstRelative = 1e-9

type Cost = { readonly row_ms: number; readonly batch_ms: number }
type Answers = { readonly worst_relative: number; readonly other_predictions: number }
type Found = {
  readonly version: string
  readonly rows: number
  readonly spark: Cost
  readonly numpy: Cost & Answers
  readonly modelsmith: Cost & Answers & { readonly first_batch_ms: number; readonly process_ms: number }
}

const said = execFileSync(python, [join(import.meta.dirname, '../../bench/spark/bench.py'), process.execPath], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'],
  env: {
    ...process.env,
    PYSPARK_PYTHON: python,
    ...(javaHome === undefined ? {} : { JAVA_HOME: javaHome }),
  },
})
const { version, rows, spark, numpy, modelsmith } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Found

let held = true
const judge = (what: string, holds: boolean, words: string): void => {
  held &&= holds
  console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${words}`)
}
const microseconds = ({ row_ms }: Cost): string =>
  `${(row_ms * 1000).toLocaleString('en', { maximumFractionDigits: 1 })} µs`
const batch = ({ batch_ms }: Cost): string => `${batch_ms.toFixed(1)} ms`
const count = rows.toLocaleString('en')

console.log(`Spark ${version}, local[2]; five stages; processor time, minimum of the rounds`)
console.log(
  `one row: Spark ${microseconds(spark)}, numpy ${microseconds(numpy)}, Modelsmith ${microseconds(modelsmith)}`,
)
console.log(`${count} rows: Spark ${batch(spark)}, numpy ${batch(numpy)}, Modelsmith ${batch(modelsmith)}`)
console.log(
  `Modelsmith cold: the first ${count} rows ${modelsmith.first_batch_ms.toFixed(1)} ms; its whole process, all rounds of it, ${modelsmith.process_ms.toFixed(0)} ms`,
)
for (const [side, { worst_relative, other_predictions }] of Object.entries({ Modelsmith: modelsmith, numpy }))
  judge(
    `${side} answers as Spark`,
    worst_relative <= worstRelative && other_predictions === 0,
    `probabilities within ${worst_relative.toExponential(1)} (limit ${worstRelative}), ${other_predictions} other predictions (limit 0)`,
  )
const share = modelsmith.batch_ms / spark.batch_ms
judge(`${count} rows`, share < mostShare, `${share.toFixed(3)} of Spark's processor time (limit ${mostShare})`)
judge(
  'one row',
  modelsmith.row_ms < numpy.row_ms,
  `${(modelsmith.row_ms / numpy.row_ms).toFixed(3)} of numpy's (limit 1)`,
)
process.exitCode = held ? 0 : 1
