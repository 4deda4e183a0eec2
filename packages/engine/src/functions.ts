import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParameterValues, Scores } from '@modelsmith/domain'
import type { Environment, Limits, Print, Runner, Session, TableRef } from '@modelsmith/runner'
import { encodeBlocksWhole, isValid, type Table } from '@modelsmith/table'
import type { EngineTask } from './spec.ts'

/** How a function of a task is called, in a session of its own. */
export type FunctionCall = {
  readonly task: EngineTask
  readonly environment: Environment
  readonly parameters: ParameterValues
  readonly seed: number
  readonly limits: Limits
  readonly signal: AbortSignal
  readonly onPrint: (print: Print) => void
}

/** What is predicted of rows, beside what they are: labels or numbers in one column; of classes a column of probabilities each. */
export type Evaluated = {
  readonly actual: Table
  readonly predictions: Table
  readonly weights: Table | undefined
  readonly metrics: readonly string[]
}

/** What `split` says of each row: the number of its fold, -1 for the holdout, -2 where it is only trained on; NaN where it takes no part. */
export const callSplit = (runner: Runner, call: FunctionCall, data: Table): Promise<Float64Array> =>
  inSession(runner, call, 'split', async (session, given) => {
    const { returned } = await session.call({
      task: call.task.id,
      function: 'split',
      tables: { data: await given('data', data) },
      rows: data.rows,
      parameters: call.parameters,
      seed: call.seed,
    })
    return numbersOf(returned, 0)
  })

/** The metrics that `evaluate` gives; null where one has no finite value. */
export const callEvaluate = (
  runner: Runner,
  call: FunctionCall,
  { actual, predictions, weights, metrics }: Evaluated,
): Promise<Scores> =>
  inSession(runner, call, 'evaluate', async (session, given) => {
    const { returned } = await session.call({
      task: call.task.id,
      function: 'evaluate',
      tables: {
        actual: await given('actual', actual),
        predictions: await given('predictions', predictions),
        ...(weights === undefined ? {} : { weights: await given('weights', weights) }),
      },
      single: predictions.columns.length === 1,
      metrics,
      parameters: call.parameters,
      seed: call.seed,
    })
    return Object.fromEntries(
      returned.schema.columns.map(({ name }, index) => {
        const [value = Number.NaN] = numbersOf(returned, index)
        return [name, Number.isFinite(value) ? value : null]
      }),
    )
  })

/** The values of a column that the worker made; NaN where there is none. */
const numbersOf = ({ columns }: Table, index: number): Float64Array => {
  const column = columns[index]
  if (column?.kind !== 'float64') throw new TypeError('A function gives numbers.')
  return column.values.map((value, row) => (isValid(column.validity, row) ? value : Number.NaN))
}

type Give = (handle: string, table: Table) => Promise<TableRef>

const inSession = async <T>(
  runner: Runner,
  { task, environment, limits, signal, onPrint }: FunctionCall,
  name: 'split' | 'evaluate',
  use: (session: Session, give: Give) => Promise<T>,
): Promise<T> => {
  signal.throwIfAborted()
  const session = await runner.open({
    environment,
    limits,
    readable: [task.codeDir],
    writable: [],
    network: task.network ?? 'isolated',
    ...(task.secrets === undefined ? {} : { secrets: task.secrets }),
    onPrint,
  })
  const stop = () => void session.cancel('cancelled')
  signal.addEventListener('abort', stop)
  try {
    if (signal.aborted) stop()
    await session.addTask({ name: task.id, codeDir: task.codeDir, function: name })
    return await use(session, async (handle, table) => {
      const file = join(session.input, handle)
      await writeFile(file, encodeBlocksWhole(table))
      await session.openTable(handle, file)
      return { parts: [{ table: handle, columns: table.schema.columns.map((column) => column.name) }] }
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await session.close()
  }
}
