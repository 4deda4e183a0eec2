import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type FittedManifest, manifestFile, openPipeline, readManifest } from '@modelsmith/runner'
import { concatTables, selectColumns, sliceRows, type Table, writeCsv } from '@modelsmith/table'
import { defineCommand } from 'citty'
import { cliError } from '../errors.ts'
import { refuseUnknown } from '../remote/arguments.ts'
import { terminal } from '../terminal.ts'
import { type LocalData, readData } from './data.ts'
import { refuseStrayWords } from './flags.ts'
import { predictionsTable } from './fresh.ts'
import { inWorkshop, limitsOf, type Workshop } from './workshop.ts'

const flags = {
  'code-dir': { type: 'string', required: true, description: 'Folder that `modelsmith fit --output` wrote' },
  input: { type: 'string', required: true, description: 'CSV or Parquet file with rows to score' },
  'target-type': { type: 'string', description: 'Checked against what was fitted' },
  output: { type: 'string', description: 'CSV file for the predictions; default: standard output' },
  json: { type: 'boolean', description: 'With --output: say what was done as JSON' },
} as const

/** Rows that a session holds at a time. */
const batchRows = 20_000

/** Scores a file with what `fit` kept, in the same sessions as a deployment. */
export const score = defineCommand({
  meta: { description: 'Score a file with a fitted task, without a server' },
  args: flags,
  run: async ({ args, rawArgs }) => {
    refuseUnknown(flags, rawArgs)
    refuseStrayWords(flags, [], rawArgs)
    const folder = resolve(args['code-dir'])
    if (!existsSync(join(folder, manifestFile))) throw cliError('cli.notFitted', { path: folder })
    const manifest = await readManifest(folder)
    const asked = args['target-type']
    if (asked !== undefined && asked !== manifest.targetType) {
      throw cliError('cli.usage', {
        problem: `--target-type ${asked}: ${folder} was fitted as ${manifest.targetType}.`,
      })
    }
    await inWorkshop(async (workshop) => {
      const started = Date.now()
      const data = await readData(args.input, join(workshop.folder, 'data.cols'), workshop.signal, manifest.inputs)
      const predictions = await scoreRows(folder, manifest, rowsFor(manifest, data, args.input), workshop)
      const csv = writeCsv(predictions)
      if (args.output === undefined) return terminal.out(csv)
      await writeFile(args.output, csv)
      const { rows } = predictions
      const seconds = (Date.now() - started) / 1000
      terminal.out(
        args.json === true
          ? `${JSON.stringify({ rows, seconds, output: args.output }, null, 2)}\n`
          : `${rows.toLocaleString('en')} rows scored in ${seconds.toFixed(1)} s; the predictions are in ${args.output}\n`,
      )
    })
  },
})

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
