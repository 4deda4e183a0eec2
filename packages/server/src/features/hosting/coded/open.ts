import type { AlgorithmCode, Application } from '@modelsmith/api'
import type { Hyperparameter } from '@modelsmith/domain'
import { type EngineTask, prepareTasks, writeModel } from '@modelsmith/engine'
import { type FittedManifest, openPipeline } from '@modelsmith/runner'
import { codedInputs } from '@modelsmith/serving'
import type { Context } from '../../../infra/context.ts'
import { takeFolder } from '../../../infra/objects/step-cache.ts'
import { placesOf } from '../../../infra/settings.ts'
import { environmentFor } from '../../environments/index.ts'
import { jobError, type JobPorts } from '../../jobs/index.ts'
import { demandModelFilesRun } from '../../organisation/index.ts'
import { engineTasks } from '../../tasks/index.ts'
import { sessionLimits, type TrainingSupplies } from '../../training/index.ts'
import type { StoredModelFile } from '../store.ts'

/** A file, the code that runs it, and how it is asked. */
export type CodedFile = {
  readonly file: Pick<StoredModelFile, 'key' | 'fileName' | 'bytes'>
  readonly code: AlgorithmCode
  readonly application: Application
  readonly parameters: readonly Hyperparameter[]
}

/** Loading the file, or answering once, takes so long at the most: somebody waits, and a release that does not end fails. */
const mostSeconds = 120

/** The only node of such a model. */
const node = 'model'

/**
 * Lays a model with one node out in `folder`, the file as what its task has learnt, and opens it in a session of the sandbox. It is the
 * folder of a trained model: the prediction process opens it likewise.
 */
export const openCoded = async (
  context: Context,
  { runner, sandboxed }: TrainingSupplies,
  { file, code, application, parameters }: CodedFile,
  folder: string,
  { job, signal, log }: Pick<JobPorts, 'job' | 'signal' | 'log'>,
) => {
  if (!sandboxed) throw jobError('job.sandbox', {})
  const { database, objects, settings } = context
  await demandModelFilesRun(database, job.organisation_id)
  const given = await engineTasks(context, [code.taskVersionId], placesOf(settings).code, job.organisation_id)
  const { tasks, environments } = await prepareTasks(given, (request) =>
    environmentFor(context, request, {
      signal,
      onLine: (text) => log.add({ source: 'stdout', node: null, text }),
    }),
  )
  const task = tasks.get(code.taskVersionId) as EngineTask
  const artifacts = `${folder}.file`
  await takeFolder(objects, [{ key: file.key, bytes: file.bytes, path: file.fileName }], artifacts)
  const inputs = codedInputs(application)
  const manifest: FittedManifest = {
    version: 1,
    inputs,
    targetType: code.targetType,
    classes: code.classes,
    seed: 0,
    nodes: [
      {
        id: node,
        task: task.name,
        targetType: code.targetType,
        environment: task.environment,
        ...(task.network === 'public' ? { network: task.network } : {}),
        code: `code/${node}`,
        artifacts: `artifacts/${node}`,
        inputs: [{ from: 'data', columns: inputs.map(({ name }) => name) }],
        ...(parameters.length === 0 ? {} : { predictionParameters: parameters }),
      },
    ],
  }
  await writeModel({ nodes: [{ id: node, task }] }, manifest, environments, new Map([[node, artifacts]]), folder)
  const environment = environments.get(task.environment)
  if (environment === undefined) throw new Error('The environment of the task was prepared.')
  const limits = sessionLimits(settings)
  return openPipeline(runner, {
    folder,
    environmentOf: async () => environment,
    limits: { ...limits, wallSeconds: Math.min(limits.wallSeconds, mostSeconds) },
    onPrint: ({ stream, text }) => log.add({ source: stream, node: null, text }),
  })
}
