import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ParameterValues } from '@modelsmith/domain'
import { type FittedManifest, lockIn, manifestFile, openPipeline, readManifest } from '@modelsmith/runner'
import { tableWriter } from '@modelsmith/serving'
import { selectColumns, type Table } from '@modelsmith/table'
import { cliError } from '../errors.ts'
import { outputFormatOf, tableFormatOfFile } from '../files.ts'
import { terminal } from '../terminal.ts'
import { type LocalData, readData } from './data.ts'
import { readPredictionParameters } from './flags.ts'
import { predictionsTable } from './fresh.ts'
import { openOutput } from './native/output-file.ts'
import { NeedsCare, rowsOfCsv, rowsOfTable } from './rows-of-file.ts'
import { inWorkshop, limitsOf, type Workshop } from './workshop.ts'

export type TaskFlags = {
  readonly codeDir: string
  readonly input: string
  readonly output: string | undefined
  readonly targetType: string | undefined
  /** `name=value` each. */
  readonly parameters: readonly string[]
  readonly json: boolean
}

/** Scores a file with what `fit` kept, in the same sessions as a deployment. */
export const scoreTask = async ({ codeDir, input, output, targetType, parameters, json }: TaskFlags): Promise<void> => {
  const folder = resolve(codeDir)
  if (!existsSync(join(folder, manifestFile))) throw cliError('cli.notFitted', { path: folder })
  const manifest = await readManifest(folder)
  if (targetType !== undefined && targetType !== manifest.targetType) {
    throw cliError('cli.usage', {
      problem: `--target-type ${targetType}: ${folder} was fitted as ${manifest.targetType}.`,
    })
  }
  const fitted = { folder, manifest, parameters: readPredictionParameters(parameters, manifest) }
  await inWorkshop(async (workshop) => {
    const started = Date.now()
    const rows = await scoreFile(fitted, input, output, workshop)
    if (output === undefined) return
    const seconds = (Date.now() - started) / 1000
    terminal.out(
      json
        ? `${JSON.stringify({ rows, seconds, output }, null, 2)}\n`
        : `${rows.toLocaleString('en')} rows scored in ${seconds.toFixed(1)} s; the predictions are in ${output}\n`,
    )
  })
}

type Fitted = {
  readonly folder: string
  readonly manifest: FittedManifest
  readonly parameters: ParameterValues
}

/** Writes the predictions of a file; returns the number of rows. */
const scoreFile = async (
  fitted: Fitted,
  input: string,
  output: string | undefined,
  workshop: Workshop,
): Promise<number> => {
  const { manifest } = fitted
  if (tableFormatOfFile(input) !== 'csv') {
    const data = await readData(input, join(workshop.folder, 'data.cols'), workshop.signal, manifest.inputs)
    return scoreRows(fitted, { path: input, batches: rowsOfTable(rowsFor(manifest, data, input)) }, output, workshop)
  }
  const score = (isQuick: boolean) =>
    scoreRows(fitted, { path: input, batches: rowsOfCsv(input, manifest.inputs, isQuick) }, output, workshop)
  // Half of a file's answers must not be printed before the rest of it turns out to be none.
  if (output === undefined) return score(false)
  return score(true).catch((error: unknown) => {
    if (error instanceof NeedsCare) return score(false)
    throw error
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

const scoreRows = async (
  { folder, manifest, parameters }: Fitted,
  { path: input, batches }: { readonly path: string; readonly batches: AsyncGenerator<Table> },
  path: string | undefined,
  workshop: Workshop,
): Promise<number> => {
  // What is wrong with the beginning of the file is said before anything is started for it.
  let batch = await batches.next()
  const [node] = manifest.nodes
  const name = node?.environment ?? ''
  const environment = await workshop.environment(name, await lockIn(folder, name))
  const pipeline = await openPipeline(await workshop.runner(environment), {
    folder,
    environmentOf: workshop.environment,
    limits: limitsOf(undefined),
    onPrint: ({ text }) => terminal.err(`${text}\n`),
  })
  const onAbort = () => void pipeline.close()
  workshop.signal.addEventListener('abort', onAbort)
  const writer = tableWriter(outputFormatOf(path))
  const output = await openOutput(path)
  try {
    let rows = 0
    while (batch.done !== true) {
      const scored = pipeline.predict(batch.value, parameters)
      // Read while the session computes; a failure of it is looked at in its turn.
      scored.catch(() => {})
      const next = batches.next()
      next.catch(() => {})
      const answers = predictionsTable(manifest, await scored)
      for (const bytes of writer.write(answers)) await output.write(bytes)
      rows += answers.rows
      batch = await next
    }
    if (rows === 0) throw cliError('cli.input', { path: input, problem: 'it has no rows.' })
    for (const bytes of writer.end()) await output.write(bytes)
    await output.finish()
    return rows
  } catch (error) {
    await output.discard()
    throw error
  } finally {
    workshop.signal.removeEventListener('abort', onAbort)
    await batches.return(undefined)
    await pipeline.close()
  }
}
