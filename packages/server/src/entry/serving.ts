import { join } from 'node:path'
import { createRunner, installEnvironment, makeRuntimeFolder, openPipeline } from '@modelsmith/runner'
import { servingPaths, startServing } from '@modelsmith/serving'
import { sessionLimits } from '../features/training/index.ts'
import { runChild } from '../infra/process/child.ts'
import { placesOf, readSettings } from '../infra/settings.ts'

await runChild(async () => {
  const settings = readSettings()
  const folder = placesOf(settings).serving
  const runner = createRunner({ runtimeDir: makeRuntimeFolder() })
  const serving = await startServing({
    folder,
    listen: { host: settings.host, port: settings.servingPort },
    open: async (deployment) => {
      const pipeline = await openPipeline(runner, {
        folder: join(folder, servingPaths.models, deployment.folder),
        environmentOf: (name) => installEnvironment({ name, dataDir: settings.dataDir, forEveryone: true }),
        limits: sessionLimits(settings),
      })
      return {
        inputs: pipeline.manifest.inputs,
        predict: pipeline.predict,
        close: pipeline.close,
        ended: pipeline.ended,
      }
    },
  })
  return async () => {
    await serving.close()
    await runner.close()
  }
})
