import type { Blueprint, Task, TrainingRun } from '@modelsmith/api'
import { json, sql } from '../infra/database/database.ts'
import { call } from './call.ts'
import type { Platform, TestPerson } from './platform.ts'
import { addModel, taskFiles, type World } from './world.ts'

export const nodeOf = (taskVersion: string, id = 'same') => ({
  id,
  taskVersion,
  inputs: [{ from: 'data' as const, dataTypes: ['NUM' as const] }],
})
export const forest = (parameters?: { readonly n_estimators: number }) => ({
  id: 'model',
  taskVersion: 'builtin:random-forest@1',
  inputs: [{ from: 'node' as const, node: 'same' }],
  ...(parameters === undefined ? {} : { parameters }),
})
/** Numbers through a custom task into a forest of the library. */
export const graphWith = (taskVersion: string) => ({ nodes: [nodeOf(taskVersion), forest()] })
/** The same without the custom task. */
export const graphWithout = { nodes: [{ ...forest(), inputs: nodeOf('').inputs }] }

/**
 * A task of the world's owner with a secret in it, in an environment that was built, stands in a blueprint; a run of it in the world's
 * project came to a model, printed something, and raised an error whose traceback has a line of the source.
 */
export const addSecretTask = async (platform: Platform, owner: TestPerson, world: World) => {
  const { database } = platform.context
  const uploaded = await call(platform, owner, 'uploadTask', {
    files: { ...taskFiles, 'secret.txt': 'recipe' },
    fields: { name: 'Secret sauce' },
  })
  const { task } = uploaded.body as unknown as { task: Task }
  await database.run(sql`update object set name = 'tools' where id = ${world.environment}`)
  await database.run(
    sql`update task_version set metadata = metadata || '{"environment": "tools"}' where id = ${task.latest.id}`,
  )
  const graph = graphWith(task.latest.id)
  const made = await call(platform, owner, 'createBlueprint', { body: { name: 'With secret', graph } })
  const blueprint = made.body as unknown as Blueprint
  const started = await call(platform, owner, 'train', {
    params: { id: world.project },
    body: { blueprintId: blueprint.id },
  })
  const { run } = started.body as unknown as { run: TrainingRun }
  const model = await addModel(platform, run, ['same', 'model'])
  const traceback =
    'Traceback (most recent call last):\n  File "custom.py", line 7, in fit\n    secret = recipe(X)\nValueError: no'
  const error = { code: 'task.raised', message: 'no', traceback }
  await database.run(sql`update job set error = ${json(error)} where id = ${run.jobId}`)
  await database.run(sql`update training_run set error = ${json(error)} where id = ${run.id}`)
  const lines = ['fitting 40 rows', ...traceback.split('\n'), 'done']
  for (const [index, text] of lines.entries())
    await database.run(
      sql`insert into job_log (job_id, sequence, at, source, node, text) values (${run.jobId}, ${index + 1}, now(), 'stderr', 'same', ${text})`,
    )
  await database.run(sql`update job set log_lines = ${lines.length} where id = ${run.jobId}`)
  return { task, blueprint, run, model }
}
