import {
  type Breakage,
  differingRows,
  type ProbeResults,
  probedColumns,
  probedRows,
  rulesOf,
  sameScoreAgain,
  spread,
  withoutValues,
  withUnseenCategory,
} from '@modelsmith/domain'
import type { EngineTask } from '@modelsmith/engine'
import type { Pipeline } from '@modelsmith/runner'
import { concatTables, ModelsmithError, sliceRows, type Table, takeRows } from '@modelsmith/table'

/** How much was tried, for the verdict. */
export type Probes = ProbeResults & {
  readonly tried: {
    readonly again: number
    readonly alone: number
    /** Columns; fewer than there are where a task has very many. */
    readonly missing: number
    readonly unseen: number
  }
}

/** Scores rows that a deployment may meet, all in the one session of the pipeline. */
export const probe = async (task: EngineTask, pipeline: Pipeline, rows: Table, scores: Table): Promise<Probes> => {
  const chosen = spread(rows.rows, probedRows)
  const sample = takeRows(rows, chosen)
  const again = differingRows(scores, await pipeline.predict(rows), sameScoreAgain)
  const alone = await scoredAlone(pipeline, sample)
  const takesMissing = !rulesOf(task).input.some(
    ({ field, value }) => field === 'contains_missing' && value === 'FORBIDDEN',
  )
  const columns = rows.schema.columns
  const few = (names: readonly string[]): readonly string[] =>
    Array.from(spread(names.length, probedColumns(sample)), (index) => names[index] as string)
  const missing = takesMissing ? few(columns.map(({ name }) => name)) : []
  const unseen = few(columns.filter(({ type }) => type === 'category').map(({ name }) => name))
  return {
    again,
    alone: differingRows(takeRows(scores, chosen), alone).map((row) => chosen[row] as number),
    missing: await breakages(pipeline, missing, (name) => withoutValues(sample, name)),
    unseen: await breakages(pipeline, unseen, (name) => withUnseenCategory(sample, name)),
    tried: { again: rows.rows, alone: sample.rows, missing: missing.length, unseen: unseen.length },
  }
}

const scoredAlone = async (pipeline: Pipeline, sample: Table): Promise<Table> => {
  const answers: Table[] = []
  for (let row = 0; row < sample.rows; row++) answers.push(await pipeline.predict(sliceRows(sample, row, row + 1)))
  const names = (table: Table) => JSON.stringify(table.schema.columns.map(({ name }) => name))
  const [first] = answers
  // A transform whose columns follow the row gives nothing that could be laid below another.
  return first !== undefined && answers.every((answer) => names(answer) === names(first))
    ? concatTables(answers)
    : sample
}

const breakages = async (
  pipeline: Pipeline,
  names: readonly string[],
  changed: (name: string) => Table,
): Promise<readonly Breakage[]> => {
  const found: Breakage[] = []
  for (const column of names) {
    const problem = await pipeline.predict(changed(column)).then(() => undefined, problemOf)
    if (problem !== undefined) found.push({ column, problem })
  }
  return found
}

/** What the task's own code did wrong; an end of its session, or anything that is not its doing, is no answer to the question. */
const problemOf = (error: unknown): string => {
  const cause = error instanceof ModelsmithError && error.cause instanceof ModelsmithError ? error.cause : error
  if (!(cause instanceof ModelsmithError) || cause.kind !== 'userCode' || cause.code === 'session.died') throw error
  // Libraries write whole pages below the first line.
  return cause.message.split('\n', 1)[0] ?? ''
}
