import { join } from 'node:path'
import { type ParameterValues, resolveParameters } from '@modelsmith/domain'
import { type EngineTask, type FunctionCall, prepareTasks } from '@modelsmith/engine'
import type { Context } from '../../infra/context.ts'
import { placesOf } from '../../infra/settings.ts'
import { variablesFor } from '../credentials/index.ts'
import { environmentFor } from '../environments/index.ts'
import { jobError, type JobPorts } from '../jobs/index.ts'
import { engineTasks } from '../tasks/index.ts'
import { sessionLimits } from './limits.ts'

/** A version of a task that is a function, and what it is given. */
export type UsedFunction = { readonly taskVersionId: string; readonly parameters: ParameterValues }

/** Somebody waits for it. */
const mostSeconds = 120

/** How a worker calls a function for a job: its prints go to the log; environments that are not here yet are made ready. */
export const functionCall = async (
  context: Context,
  { sandboxed }: { readonly sandboxed: boolean },
  { taskVersionId, parameters }: UsedFunction,
  seed: number,
  { job, signal, log }: Pick<JobPorts, 'job' | 'signal' | 'log'>,
): Promise<FunctionCall> => {
  if (!sandboxed) throw jobError('job.sandbox', {})
  const { database, settings } = context
  const secrets = await variablesFor(context, database, job.organisation_id, [taskVersionId], 'training')
  const { tasks, environments } = await prepareTasks(
    await engineTasks(context, [taskVersionId], join(placesOf(settings).work, 'code'), job.organisation_id),
    (request) =>
      environmentFor(context, request, {
        signal,
        onLine: (text) => log.add({ source: 'platform', node: null, text }),
      }),
  )
  const task = tasks.get(taskVersionId) as EngineTask
  const environment = environments.get(task.environment)
  if (environment === undefined) throw new Error('The environment of the function was prepared.')
  const limits = sessionLimits(settings)
  const { values } = resolveParameters(task.hyperparameters, parameters)
  return {
    task: { ...task, secrets: secrets.get(taskVersionId) },
    environment,
    // What has neither value nor default is left to the default in the code.
    parameters: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
    seed,
    limits: { ...limits, wallSeconds: Math.min(limits.wallSeconds, mostSeconds) },
    signal,
    onPrint: ({ stream, text }) => log.add({ source: stream, node: null, text }),
  }
}
