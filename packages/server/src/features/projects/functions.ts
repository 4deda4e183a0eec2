import type { TaskVersion } from '@modelsmith/api'
import { type FunctionType, type ParameterValues, resolveParameters } from '@modelsmith/domain'
import { encodeBlocksWhole, type Table } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { hold } from '../../infra/objects/references.ts'
import { type JobEndings, queueJob, resultOf } from '../jobs/index.ts'
import { useTaskVersion } from '../tasks/index.ts'
import { projectError } from './errors.ts'

/** A function that the caller may use, as it is asked for. */
export const useFunction = async (
  queries: Queries,
  caller: Caller,
  type: FunctionType,
  { id, parameters, pointer }: { readonly id: string; readonly parameters: ParameterValues; readonly pointer: string },
): Promise<TaskVersion> => {
  if (id.startsWith('builtin:')) throw projectError('project.noFunction', { task: id, types: ['models'], type })
  const version = await useTaskVersion(queries, caller, id)
  if (!version.targetTypes.includes(type))
    throw projectError('project.noFunction', { task: version.taskName, types: version.targetTypes, type })
  const { findings } = resolveParameters(version.hyperparameters, parameters)
  if (findings.length > 0)
    throw projectError(
      'project.functionParameters',
      { task: version.taskName, problems: findings.map(({ message }) => message).join(' ') },
      {
        findings: findings.map((found) => ({
          ...found,
          place: { pointer: `${pointer}${found.place?.pointer ?? ''}` },
        })),
      },
    )
  return version
}

export type SplitPayload = {
  readonly code: { readonly taskVersionId: string }
  readonly parameters: ParameterValues
  readonly seed: number
  /** A column block file of the rows that are split. */
  readonly rowsKey: string
  /** Where the rows come from. */
  readonly datasets: readonly string[]
}

type Split = {
  readonly id: string
  readonly parameters: ParameterValues
  readonly seed: number
  readonly rows: Table
  readonly datasets: readonly string[]
}

/** A first session may wait until its environment is installed. */
const patienceMs = 600_000

/** Asks a worker what a function says of each row: the server itself runs nobody's code. Whoever goes away stops the work. */
export const createSplit =
  ({ database, objects }: Pick<Context, 'database' | 'objects'>, endings: () => JobEndings, timeoutMs = patienceMs) =>
  async (
    caller: Caller,
    { id, parameters, seed, rows, datasets }: Split,
    signal: AbortSignal,
  ): Promise<Float64Array> => {
    const stored = await objects.putBytes(encodeBlocksWhole(rows))
    const payload: SplitPayload = { code: { taskVersionId: id }, parameters, seed, rowsKey: stored.key, datasets }
    const job = await database.transaction(async (queries) => {
      const { taskId, taskName } = await useFunction(queries, caller, 'split', {
        id,
        parameters,
        pointer: '/partitioning/parameters',
      })
      const queued = await queueJob(queries, {
        kind: 'splitRows',
        title: `Split rows by ${taskName}`,
        owner: caller.id,
        organisation: caller.organisation,
        subject: { kind: 'task', id: taskId },
        payload,
      })
      await hold(queries, queued, [stored])
      return queued
    })
    const bytes = await resultOf({ database, objects }, job, { endings: endings(), timeoutMs, signal })
    if (bytes === undefined) throw projectError('project.notSplit', { seconds: timeoutMs / 1000 })
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }

export type SplitBy = ReturnType<typeof createSplit>
