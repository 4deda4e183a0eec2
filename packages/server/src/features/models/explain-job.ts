import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Explanation as ExplanationAnswer, ExplainRows } from '@modelsmith/api'
import {
  type Explanation,
  holdoutPart,
  type Predictor,
  randomFrom,
  sampledShapley,
  shuffle,
  validationPart,
} from '@modelsmith/domain'
import { shownOutputs } from '@modelsmith/serving'
import {
  type Cell,
  type Column,
  type ColumnSchema,
  cellReader,
  columnIndex,
  concatTables,
  decodeBlocks,
  encodeBlocksWhole,
  ModelsmithError,
  rowsFromTable,
  selectColumns,
  sliceRows,
  type Table,
  tableFromRows,
  takeRows,
} from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { hold } from '../../infra/objects/references.ts'
import { announceChange } from '../../infra/rights/objects.ts'
import { type JobHandler, type JobPorts, jobError } from '../jobs/index.ts'
import { findProject, type ProjectRow } from '../projects/index.ts'
import { actualsOf, toldOf, type TrainingSupplies } from '../training/index.ts'
import { exactExplainer, explainedExactly } from './explain-exactly.ts'
import { explainDefaults } from './explain.ts'
import { isTried, tryNative } from './native-scoring.ts'
import { withModel } from './open-model.ts'
import { isTrained, nameOfPart, partRows } from './parts.ts'
import { predictorOf } from './predictor.ts'
import {
  findModel,
  keepExplanations,
  keepInsight,
  type ModelRow,
  type StoredExplanation,
  type StoredNative,
} from './store.ts'

export type ExplainPayload = { readonly model: string } & Required<Omit<ExplainRows, 'changes'>> &
  Pick<ExplainRows, 'changes'>

const batchRows = 20_000

/** The rows that are explained, with what the project knows of them. */
type Chosen = {
  readonly table: Table
  /** Of the project, or undefined for rows that were given. */
  readonly numbers: readonly (number | undefined)[]
}

/**
 * Explains rows exactly where the model is read natively and is of trees or linear. Any other is asked what it predicts for rows that are partly
 * those in question and partly those that it learnt from: any task, by the path of every prediction.
 */
export const explainJob =
  (context: Context, supplies: TrainingSupplies): JobHandler =>
  async (ports) => {
    const { job } = ports
    const payload = job.payload as ExplainPayload
    const model = (await findModel(context.database, payload.model)) as ModelRow
    const { found, keepNative } = await explainRows(context, supplies, model, payload, ports)
    return {
      result: { modelId: model.id, explanations: found.length },
      keep: async (queries) => {
        await keepExplanations(queries, job, model.id, found)
        await keepNative(queries)
        await announceChange(queries, model.id)
      },
    }
  }

/** Explanations of rows, and how to keep what came of a first trial of the native scorer. */
export const explainRows = async (
  context: Context,
  supplies: TrainingSupplies,
  model: ModelRow,
  payload: ExplainPayload,
  ports: Pick<JobPorts, 'job' | 'signal' | 'log' | 'progress'>,
  { credentials = true } = {},
): Promise<{
  readonly found: readonly StoredExplanation[]
  readonly keepNative: (queries: Queries) => Promise<void>
}> => {
  const { database, objects } = context
  if (!supplies.sandboxed) throw jobError('job.sandbox', {})
  const { signal, progress } = ports
  const project = (await findProject(database, model.project_id)) as ProjectRow
  progress(null, 'Loading the model')
  const { found, native } = await withModel(
    context,
    supplies,
    credentials ? model : { files: model.files },
    ports,
    async (pipeline, folder) => {
      const data = decodeBlocks(await readFile(await objects.pathOf(project.blocks_key)))
      const features = selectColumns(
        data,
        model.manifest.inputs.map(({ name }) => name),
      )
      const predict = predictorOf(pipeline)
      progress(null, 'Choosing rows')
      const chosen = changed(
        await chosenRows(payload, project, data, features, async (rows) => {
          signal.throwIfAborted()
          return predict(rows)
        }),
        payload.changes,
      )
      const trained = partRows(project, isTrained)
      const background = takeRows(features, drawn(trained, payload.background, payload.seed))
      const actualOf = cellsOf(data, project.target)
      const place = join(folder, 'model')
      progress(null, 'Trying the native scorer')
      // The model is open, and its what-if is asked next.
      const tried =
        isTried(model) && model.native?.background !== undefined
          ? undefined
          : {
              ...(await tryNative(context, model, project, place, features, predict, signal)),
              background: await keepBackground(context, takeRows(features, drawnByDefault(trained))),
            }
      const native = (tried ?? model.native) as StoredNative
      const { classes } = toldOf(project)
      const exact =
        payload.method === 'sampled'
          ? { why: null }
          : await exactly(await exactExplainer(context, model, native, place, background, signal), {
              rows: chosen.table,
              predict,
              classes,
            })
      const explanations: StoredExplanation[] = []
      for (const [index, number] of chosen.numbers.entries()) {
        const row = sliceRows(chosen.table, index, index + 1)
        const outputs =
          'found' in exact
            ? (exact.found[index] as Outputs)
            : labelled(
                classes,
                await sampledShapley({
                  row,
                  background,
                  population: trained.length,
                  predict,
                  pairs: payload.pairs,
                  seed: payload.seed,
                  onProgress: (fraction) => {
                    signal.throwIfAborted()
                    progress(
                      (index + fraction) / chosen.numbers.length,
                      `Explaining row ${index + 1} of ${chosen.numbers.length}`,
                    )
                  },
                }),
              )
        const { pairs, seed } = payload
        const sampling = { rows: background.rows, of: trained.length, pairs, seed }
        explanations.push({
          row: number ?? null,
          part: number === undefined ? null : nameOfPart(project.partition.readInt8(number)),
          targetType: project.target_type,
          features: features.schema.columns.map(({ name }) => name),
          values: rowsFromTable(row)[0] as Cell[],
          changed: Object.keys(payload.changes ?? {}),
          actual: number === undefined ? null : actualOf(number),
          ...('found' in exact
            ? { method: 'exact', whySampled: null, background: { ...sampling, ...exact.sampling } }
            : { method: 'sampled', whySampled: exact.why, background: sampling }),
          outputs: shownOutputs(project.target_type, outputs),
        })
      }
      return { found: explanations, native: tried }
    },
  )
  return {
    found,
    keepNative: async (queries) => {
      if (native === undefined) return
      await keepInsight(queries, model.id, 'native', native)
      const keys = [native.key, native.background].filter((key) => key !== null)
      await hold(
        queries,
        model.id,
        keys.map((key) => ({ key })),
      )
    },
  }
}

const chosenRows = async (
  { rows, values, part, order, count }: ExplainPayload,
  project: ProjectRow,
  data: Table,
  features: Table,
  predict: (rows: Table) => Promise<readonly Float64Array[]>,
): Promise<Chosen> => {
  if (rows.length > 0 || values.length > 0)
    return {
      table: concatTables([takeRows(features, Int32Array.from(rows)), tableFromRows(features.schema, values)]),
      numbers: [...rows, ...values.map(() => undefined)],
    }
  const wanted = part === 'holdout' ? holdoutPart : validationPart
  const candidates = partRows(project, (each) => each === wanted)
  const places =
    order === 'first'
      ? Array.from(candidates.subarray(0, count).keys())
      : firstBy(await ranksOf(order, project, data, candidates, await predictAll(features, candidates, predict)), count)
  const numbers = places.map((place) => candidates[place] as number)
  return { table: takeRows(features, Int32Array.from(numbers)), numbers }
}

const predictAll = async (
  features: Table,
  rows: Int32Array,
  predict: (rows: Table) => Promise<readonly Float64Array[]>,
): Promise<Float64Array[]> => {
  const outputs: Float64Array[] = []
  for (let start = 0; start < rows.length; start += batchRows)
    for (const [output, values] of (
      await predict(takeRows(features, rows.subarray(start, start + batchRows)))
    ).entries()) {
      outputs[output] ??= new Float64Array(rows.length)
      outputs[output].set(values, start)
    }
  return outputs
}

/** What puts a row before others: the larger, the sooner. */
const ranksOf = (
  order: 'highest' | 'lowest' | 'worst',
  project: ProjectRow,
  data: Table,
  rows: Int32Array,
  predicted: readonly Float64Array[],
): Float64Array => {
  const at = (output: number, place: number): number => predicted[output]?.[place] ?? Number.NaN
  if (order === 'worst') {
    const { values, targetType } = actualsOf(project, data)
    return Float64Array.from(rows, (row, place) =>
      targetType === 'regression'
        ? Math.abs(at(0, place) - (values[row] as number))
        : -at(values[row] as number, place),
    )
  }
  const sign = order === 'highest' ? 1 : -1
  const shown = (place: number): number =>
    project.target_type === 'multiclass'
      ? Math.max(...predicted.map((column) => column[place] as number))
      : at(project.target_type === 'binary' ? 1 : 0, place)
  return Float64Array.from(rows, (_, place) => sign * shown(place))
}

/** Rows without a rank, whose actual value is missing, come last. */
const firstBy = (ranks: Float64Array, count: number): number[] =>
  Array.from(ranks.keys())
    .sort((a, b) => {
      const [one, other] = [ranks[a] as number, ranks[b] as number]
      if (Number.isNaN(one) || Number.isNaN(other))
        return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b
      return other - one || a - b
    })
    .slice(0, count)

const changed = ({ table, numbers }: Chosen, changes: ExplainRows['changes']): Chosen => {
  if (changes === undefined) return { table, numbers }
  const columns = table.schema.columns.filter(({ name }) => Object.hasOwn(changes, name))
  const given = takeRows(tableFromRows({ columns }, [changes]), new Int32Array(table.rows))
  return {
    table: {
      ...table,
      columns: table.columns.map((column, index) => {
        const place = columns.indexOf(table.schema.columns[index] as ColumnSchema)
        return place < 0 ? column : (given.columns[place] as Column)
      }),
    },
    numbers,
  }
}

/** At most so many of the rows, in an order drawn with a seed. */
const drawn = (rows: Int32Array, most: number, seed: number): Int32Array => {
  const order = Int32Array.from(rows)
  shuffle(order, randomFrom(seed))
  return order.subarray(0, most)
}

const drawnByDefault = (rows: Int32Array) => drawn(rows, explainDefaults.background, explainDefaults.seed)

/** Requests are explained against the rows that a job draws where nothing else is said. */
const keepBackground = async ({ objects }: Pick<Context, 'objects'>, rows: Table): Promise<string> =>
  (await objects.putBytes(encodeBlocksWhole(rows))).key

const cellsOf = (data: Table, name: string | null): ((row: number) => Cell) => {
  const index = name === null ? -1 : columnIndex(data, name)
  const column = data.columns[index]
  return column === undefined ? () => null : cellReader(column, data.schema.columns[index] as ColumnSchema)
}

type Outputs = ExplanationAnswer['outputs']

type ExactQuestion = { readonly rows: Table; readonly predict: Predictor; readonly classes: readonly string[] }

/** Exact explanations of all rows, or why there are none. */
const exactly = async (
  explainer: Awaited<ReturnType<typeof exactExplainer>>,
  { rows, predict, classes }: ExactQuestion,
) => {
  if ('why' in explainer) return explainer
  try {
    const found = explainedExactly(explainer, rows, await predict(rows), classes)
    return { found, sampling: explainer.usesBackground ? { pairs: 0 } : { rows: 0, pairs: 0 } }
  } catch (error) {
    if (error instanceof ModelsmithError) return { why: error.message }
    throw error
  }
}

const labelled = (classes: readonly string[], outputs: readonly Explanation[]): Outputs =>
  outputs.map(({ base, prediction, contributions, errors }, output) => ({
    label: classes[output] ?? null,
    base,
    prediction,
    score: null,
    contributions: [...contributions],
    errors: errors === undefined ? null : [...errors],
  }))
