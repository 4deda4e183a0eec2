import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type FittedManifest, manifestFile, openPipeline, readManifest } from '@modelsmith/runner'
import { tableWriter } from '@modelsmith/serving'
import { concatTables, selectColumns, sliceRows, type Table } from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { outputFormatOf } from '../files.ts'
import { terminal } from '../terminal.ts'
import { type LocalData, readData } from './data.ts'
import { predictionsTable } from './fresh.ts'
import { openOutput } from './native/output-file.ts'
import { inWorkshop, limitsOf, type Workshop } from './workshop.ts'

/** Rows that a session holds at a time. */
const batchRows = 20_000

export type TaskFlags = {
  readonly codeDir: string
  readonly input: string
  readonly output: string | undefined
  readonly targetType: string | undefined
  readonly json: boolean
}

/** Scores a file with what `fit` kept, in the same sessions as a deployment. */
export const scoreTask = async ({ codeDir, input, output, targetType, json }: TaskFlags): Promise<void> => {
  const folder = resolve(codeDir)
  if (!existsSync(join(folder, manifestFile))) throw cliError('cli.notFitted', { path: folder })
  const manifest = await readManifest(folder)
  if (targetType !== undefined && targetType !== manifest.targetType) {
    throw cliError('cli.usage', {
      problem: `--target-type ${targetType}: ${folder} was fitted as ${manifest.targetType}.`,
    })
  }
  await inWorkshop(async (workshop) => {
    const started = Date.now()
    const data = await readData(input, join(workshop.folder, 'data.cols'), workshop.signal, manifest.inputs)
    const predictions = await scoreRows(folder, manifest, rowsFor(manifest, data, input), workshop)
    const writer = tableWriter(outputFormatOf(output))
    const chunks = [...writer.write(predictions), ...writer.end()]
    const file = await openOutput(output)
    for (const bytes of chunks) await file.write(bytes)
    await file.finish()
    if (output === undefined) return
    const { rows } = predictions
    const seconds = (Date.now() - started) / 1000
    terminal.out(
      json
        ? `${JSON.stringify({ rows, seconds, output }, null, 2)}\n`
        : `${rows.toLocaleString('en')} rows scored in ${seconds.toFixed(1)} s; the predictions are in ${output}\n`,
    )
  })
}

const rowsFor = ({ inputs }: FittedManifest, { columns, table }: LocalData, path: string): Table => {
  const names = inputs.map(({ name }) => name)
  const missing = names.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0) {
    const problem = `it lacks columns that the task was fitted with: ${missing.join(', ')}.`
    throw cliError('cli.input', { path, problem })
  }
  return selectColumns(table, names)
}

const scoreRows = async (folder: string, manifest: FittedManifest, rows: Table, workshop: Workshop): Promise<Table> => {
  const [node] = manifest.nodes
  const environment = await workshop.environment(node?.environment ?? '')
  const pipeline = await openPipeline(await workshop.runner(environment), {
    folder,
    environmentOf: workshop.environment,
    limits: limitsOf(undefined),
    onPrint: ({ text }) => terminal.err(`${text}\n`),
  })
  const onAbort = () => void pipeline.close()
  workshop.signal.addEventListener('abort', onAbort)
  try {
    const scored: Table[] = []
    for (let start = 0; start < rows.rows; start += batchRows) {
      scored.push(await pipeline.predict(sliceRows(rows, start, start + batchRows)))
    }
    return predictionsTable(manifest, concatTables(scored))
  } finally {
    workshop.signal.removeEventListener('abort', onAbort)
    await pipeline.close()
  }
}
