import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseRequirements, requirementsFile } from '@modelsmith/domain'
import type { Environment, EnvironmentLock } from '@modelsmith/runner'
import type { EngineTask } from './spec.ts'

export type EnvironmentRequest = {
  readonly name: string
  readonly requirements: readonly string[]
  readonly lock: EnvironmentLock | undefined
}

/** What the code of a task asks for beside its environment. Built-in tasks ask for nothing. */
export const requestOf = async ({ kind, environment, codeDir, lock }: EngineTask): Promise<EnvironmentRequest> => {
  if (kind === 'builtin') return { name: environment, requirements: [], lock }
  const text = await readFile(join(codeDir, requirementsFile), 'utf8').catch(() => '')
  const isR = await readFile(join(codeDir, 'custom.R')).then(
    () => true,
    () => false,
  )
  const { requirements } = parseRequirements(text, isR ? 'r' : 'python')
  return { name: environment, requirements: requirements.map((each) => each.text), lock }
}

/** The tasks with the environments that their requirements make of those that they name, one after another. */
export const prepareTasks = async (
  tasks: ReadonlyMap<string, EngineTask>,
  prepare: (request: EnvironmentRequest) => Promise<Environment>,
): Promise<{
  readonly tasks: ReadonlyMap<string, EngineTask>
  readonly environments: ReadonlyMap<string, Environment>
}> => {
  const prepared = new Map<string, EngineTask>()
  const known = new Map<string, Environment>()
  const environments = new Map<string, Environment>()
  for (const [id, task] of tasks) {
    const request = await requestOf(task)
    const key = JSON.stringify(request)
    const environment = known.get(key) ?? (await prepare(request))
    known.set(key, environment)
    // What requirements made has a name of its own, under which its lock is kept; any other is asked for again as it was here.
    const name = environment.lock === undefined ? task.environment : environment.name
    environments.set(name, environment)
    prepared.set(id, { ...task, environment: name })
  }
  return { tasks: prepared, environments }
}
