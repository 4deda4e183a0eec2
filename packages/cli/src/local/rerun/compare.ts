import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { RunBundle } from '@modelsmith/api'
import type { TrainingResult } from '@modelsmith/engine'
import { type ColumnSchema, concatTables, createCsvReader, ModelsmithError, type Table } from '@modelsmith/table'
import type { Workshop } from '../workshop.ts'
import { rerun } from './rerun.ts'

/** What a training that was run again predicted, beside what the bundle says of it. */
export type Comparison = {
  /** Whether every bit of every prediction is the same. */
  readonly same: boolean
  readonly outOfFold: {
    readonly same: boolean
    readonly rows: number
    /** Rows of which a prediction differs, and the largest difference. */
    readonly differing: number
    readonly furthest: number
  }
  /** Null where nothing was held out. Of the holdout the bundle has the digest alone. */
  readonly holdout: { readonly same: boolean; readonly rows: number } | null
  /** The same of a model that learned from the holdout: what it says of these rows tells whether it is the same model. */
  readonly learned?: { readonly same: boolean }
}

type Predicted = NonNullable<Extract<RunBundle, { kind: 'training' }>['predictions']>

/** How a run ends here, and how what it predicts compares where the bundle says that of it. */
export type Rerun = { readonly error: ModelsmithError | null; readonly comparison: Comparison | null }

/** Runs again what a bundle holds; its own error is a result too, that somebody stopped it is none. */
export const rerunAndCompare = async (
  run: RunBundle,
  folder: string,
  workshop: Workshop,
  parallelism?: number,
): Promise<Rerun> => {
  try {
    const result = await rerun(run, folder, workshop, parallelism)
    const wanted = run.kind === 'training' ? run.predictions : undefined
    if (result === undefined || wanted === undefined) return { error: null, comparison: null }
    return { error: null, comparison: await compare(result, wanted, folder) }
  } catch (error) {
    if (!(error instanceof ModelsmithError) || workshop.signal.aborted) throw error
    return { error, comparison: null }
  }
}

/** Compares with the digests, and with the predictions of the folds in `out-of-fold.csv` of the bundle's folder. */
const compare = async (result: TrainingResult, wanted: Predicted, folder: string): Promise<Comparison> => {
  const { outOfFold, holdout } = result
  const found = result.manifest.predictions
  const apart = differences(outOfFold.predictions, await readOutOfFold(folder, outOfFold.predictions.schema.columns))
  const outOfFoldSame = found?.outOfFold === wanted.outOfFold && apart.differing === 0
  const holdoutSame = (found?.holdout ?? null) === wanted.holdout
  const learnedSame = found?.learned === wanted.learned
  return {
    same: outOfFoldSame && holdoutSame && learnedSame,
    outOfFold: { same: outOfFoldSame, rows: outOfFold.rows.length, ...apart },
    holdout: holdout === undefined ? null : { same: holdoutSame, rows: holdout.rows.length },
    ...(wanted.learned === undefined ? {} : { learned: { same: learnedSame } }),
  }
}

const readOutOfFold = async (folder: string, predictions: readonly ColumnSchema[]): Promise<Table> => {
  const columns = [...['row', 'fold'].map((name): ColumnSchema => ({ name, type: 'integer' })), ...predictions]
  const reader = createCsvReader({ schema: { columns } })
  const tables: Table[] = []
  for await (const chunk of createReadStream(join(folder, 'out-of-fold.csv')))
    tables.push(...reader.push(new Uint8Array(chunk as Buffer)))
  return concatTables([...tables, ...reader.end()])
}

/** `wanted` has the row and the fold before the predictions. */
const differences = (found: Table, wanted: Table): { readonly differing: number; readonly furthest: number } => {
  if (found.rows !== wanted.rows) return { differing: Math.max(found.rows, wanted.rows), furthest: Number.NaN }
  let [differing, furthest] = [0, 0]
  for (let row = 0; row < found.rows; row++) {
    let isSame = true
    for (const [at, column] of found.columns.entries()) {
      const other = wanted.columns[at + 2]
      if (column.kind !== 'float64' || other?.kind !== 'float64') continue
      const [a, b] = [column.values[row] as number, other.values[row] as number]
      if (Object.is(a, b)) continue
      isSame = false
      furthest = Math.max(furthest, Math.abs(a - b))
    }
    if (!isSame) differing++
  }
  return { differing, furthest }
}

const count = (rows: number): string => `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`

/** The comparison as a sentence. */
export const wordsOfComparison = ({ same, outOfFold, holdout, learned }: Comparison): string => {
  const held = holdout === null ? '' : ` and ${count(holdout.rows)} held out`
  const whole = learned === undefined ? '' : ', and of the model on all rows those of the holdout, that it learned from'
  if (same)
    return `the same predictions as on the server, bit for bit: ${count(outOfFold.rows)} of folds${held}${whole}.`
  const folds = outOfFold.same
    ? 'those of the folds are the same'
    : `${count(outOfFold.differing)} of ${outOfFold.rows.toLocaleString('en')} of the folds differ, by ${outOfFold.furthest.toPrecision(2)} at the most`
  const apart = (same: boolean) => (same ? 'are the same' : 'differ')
  const rest =
    (holdout === null ? '' : `; those held out ${apart(holdout.same)}`) +
    (learned === undefined ? '' : `; those of the model on all rows ${apart(learned.same)}`)
  return `the predictions are others than on the server: ${folds}${rest}.`
}
