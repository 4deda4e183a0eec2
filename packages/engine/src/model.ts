import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takesSparse } from '@modelsmith/domain'
import { type Environment, type FittedManifest, manifestFile, writeLock } from '@modelsmith/runner'
import type { ColumnSchema } from '@modelsmith/table'
import { copyFolder } from './copy-folder.ts'
import type { PlannedPart } from './plan.ts'
import type { EngineTask, FittingSpec } from './spec.ts'

/** What is needed to apply the nodes of a part to other rows. */
export const manifestOf = (spec: FittingSpec, { nodes }: PlannedPart): FittedManifest => {
  const used = new Set(
    nodes.flatMap(({ inputs }) => inputs.flatMap((input) => (input.from === 'data' ? input.columns : []))),
  )
  const inputs = spec.data.columns
    .filter(({ name }) => used.has(name))
    .map(({ missing: _, ...column }): ColumnSchema => column)
  return {
    version: 1,
    inputs,
    target: spec.target,
    targetType: spec.targetType,
    classes: spec.classes,
    seed: spec.seed,
    nodes: nodes.map(({ id, task, inputs: reads, targetType }) => ({
      id,
      task: task.name,
      targetType,
      environment: task.environment,
      ...(task.network === 'public' ? { network: task.network } : {}),
      code: `code/${id}`,
      artifacts: `artifacts/${id}`,
      inputs: reads,
      ...(takesSparse(task) ? { takesSparse: true } : {}),
      ...(task.predictionParameters === undefined || task.predictionParameters.length === 0
        ? {}
        : { predictionParameters: task.predictionParameters }),
    })),
  }
}

/** A folder with `model.json`, code, artifacts and the locks of environments that are not built in: complete, and movable. */
export const writeModel = async (
  { nodes }: { readonly nodes: readonly { readonly id: string; readonly task: EngineTask }[] },
  manifest: FittedManifest,
  environments: ReadonlyMap<string, Environment>,
  artifacts: ReadonlyMap<string, string>,
  folder: string,
): Promise<void> => {
  await mkdir(folder)
  for (const { id, task } of nodes) {
    await copyFolder(await realpath(task.codeDir), join(folder, 'code', id))
    await copyFolder(artifacts.get(id) as string, join(folder, 'artifacts', id))
    const lock = environments.get(task.environment)?.lock
    if (lock !== undefined) await writeLock(folder, lock)
  }
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest, null, 2))
}
