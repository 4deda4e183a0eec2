import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pipeline } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { placesOf } from '../../infra/settings.ts'
import { type JobPorts, whileOpen } from '../jobs/index.ts'
import { openFolder, type TrainingSupplies } from '../training/index.ts'
import { predictionSecrets } from './secrets.ts'
import type { ModelRow } from './store.ts'

/**
 * Loads a model into sessions for as long as `use` takes, with a folder that goes with them; a cancelled job closes them at once. Without
 * the training that it is of, as a deployment does: no credential reaches its code.
 */
export const withModel = async <T>(
  context: Context,
  supplies: TrainingSupplies,
  model: Pick<ModelRow, 'files'> & Partial<Pick<ModelRow, 'training_run_id'>>,
  ports: Pick<JobPorts, 'job' | 'signal' | 'log'>,
  use: (pipeline: Pipeline, folder: string) => Promise<T>,
): Promise<T> => {
  const { objects, settings } = context
  const folder = join(placesOf(settings).work, `model-${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  try {
    const place = join(folder, 'model')
    await takeFolder(objects, model.files, place)
    const { training_run_id: run } = model
    const secretsOf =
      run === undefined
        ? undefined
        : await predictionSecrets(context, { training_run_id: run }, ports.job.organisation_id)
    const pipeline = await openFolder(context, supplies, place, ports, secretsOf)
    return await whileOpen(pipeline, ports.signal, () => use(pipeline, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
