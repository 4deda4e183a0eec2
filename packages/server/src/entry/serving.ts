import { join } from 'node:path'
import { brokeredContainers, createRunner, localContainers, makeRuntimeFolder, openPipeline } from '@modelsmith/runner'
import {
  codedModel,
  type Member,
  memberOf,
  openExplainer,
  openHosted,
  readingLimits,
  servingError,
  servingPaths,
  startProcesses,
  startServing,
} from '@modelsmith/serving'
import { environmentHere } from '../features/environments/index.ts'
import { sandboxSetting, sessionLimits } from '../features/training/index.ts'
import { runChild } from '../infra/process/child.ts'
import { placesOf, readSettings, type Settings } from '../infra/settings.ts'

/** Answers predictions, alone or as one of several. */
const serve = async (settings: Settings, member: Member | undefined) => {
  const folder = placesOf(settings).serving
  // Where workers are root and this process is not, they start containers for it.
  const containers = () => brokeredContainers(placesOf(settings).containers)().catch(localContainers)
  const runner = createRunner({ runtimeDir: makeRuntimeFolder(), sandbox: sandboxSetting(settings), containers })
  const serving = await startServing({
    folder,
    member,
    listen: { host: settings.host, port: settings.servingPort },
    openExplainer: async ({ folder: own, application }, { library, background }) => {
      const path = join(folder, servingPaths.models, own)
      const limits = { memoryMb: settings.modelMemoryMb, ...readingLimits, cpuSeconds: 3600, timeoutMs: 60_000 }
      if (library === null && application !== undefined)
        return openExplainer({ path: join(path, servingPaths.modelFile), application }, limits)
      const rows = join(folder, servingPaths.explanations, background ?? '')
      return openExplainer({ path, library: library ?? [], background: rows }, limits)
    },
    open: async (deployment) => {
      const place = join(folder, servingPaths.models, deployment.folder)
      const { application, coded, withheld } = deployment
      if (withheld !== undefined) throw servingError('serving.withheld', { reason: withheld })
      if (application !== undefined && coded === undefined) {
        const limits = { memoryMb: settings.modelMemoryMb, ...readingLimits }
        return openHosted(join(place, servingPaths.modelFile), application, limits)
      }
      const pipeline = await openPipeline(runner, {
        folder: place,
        environmentOf: (name, lock) => environmentHere(settings, name, lock),
        limits: sessionLimits(settings),
      })
      const hosted =
        application === undefined || coded === undefined
          ? undefined
          : codedModel(pipeline, application, {
              outcome: deployment,
              outputs: coded.outputs,
              columns: pipeline.manifest.inputs,
            })
      return {
        inputs: hosted?.inputs ?? pipeline.manifest.inputs,
        predict: hosted?.predict ?? pipeline.predict,
        close: pipeline.close,
        ended: pipeline.ended,
      }
    },
  })
  return async () => {
    await serving.close()
    await runner.close()
  }
}

await runChild(async () => {
  const settings = readSettings()
  const member = memberOf()
  if (member !== undefined || settings.servingProcesses === 1) return serve(settings, member)
  const { close } = await startProcesses({ folder: placesOf(settings).serving, count: settings.servingProcesses })
  return close
})
