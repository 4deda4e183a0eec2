import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openPipeline, type Runner } from '@modelsmith/runner'
import type { Context } from '../../infra/context.ts'
import { takeFolder } from '../../infra/objects/step-cache.ts'
import { placesOf } from '../../infra/settings.ts'
import { environmentFor } from '../environments/index.ts'
import type { JobPorts } from '../jobs/index.ts'
import { sessionLimits } from '../training/index.ts'
import type { ModelRow } from './store.ts'

type Pipeline = Awaited<ReturnType<typeof openPipeline>>

/** Loads a model into sessions for as long as `use` takes, with a folder that goes with them; a cancelled job closes them at once. */
export const withModel = async <T>(
  context: Context,
  runner: Runner,
  model: Pick<ModelRow, 'files'>,
  { signal, log }: Pick<JobPorts, 'signal' | 'log'>,
  use: (pipeline: Pipeline, folder: string) => Promise<T>,
): Promise<T> => {
  const { objects, settings } = context
  const folder = join(placesOf(settings).work, `model-${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: 0o755 })
  try {
    await takeFolder(objects, model.files, join(folder, 'model'))
    const pipeline = await openPipeline(runner, {
      folder: join(folder, 'model'),
      environmentOf: (name, lock) =>
        environmentFor(
          context,
          { name, lock },
          { signal, onLine: (text) => log.add({ source: 'stdout', node: null, text }) },
        ),
      limits: sessionLimits(settings),
      onPrint: ({ stream, text }) => log.add({ source: stream, node: null, text }),
    })
    const onAbort = () => void pipeline.close()
    signal.addEventListener('abort', onAbort)
    return await use(pipeline, folder).finally(() => {
      signal.removeEventListener('abort', onAbort)
      return pipeline.close()
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
