import type { BlueprintCheck, TaskVersion } from '@modelsmith/api'
import {
  type BlueprintGraph,
  checkBlueprint,
  type EstimatorType,
  type FeatureColumn,
  flowOf,
  isError,
  type TaskDescription,
} from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise } from '../../infra/rights/objects.ts'
import type { Tasks } from '../tasks/index.ts'
import * as store from './store.ts'

const describeTask = (version: TaskVersion): TaskDescription => ({
  id: version.id,
  name: version.taskName,
  kind: version.kind,
  targetTypes: version.targetTypes,
  typeSchema: version.typeSchema,
  hyperparameters: version.hyperparameters,
  environment: version.environment,
})

export type Surroundings = { readonly columns?: readonly FeatureColumn[]; readonly targetType?: EstimatorType }

export const createBlueprints = ({ database }: Pick<Context, 'database'>, tasks: Tasks) => {
  const read = async (caller: Caller, id: string) => {
    const object = await authorise(database, caller, 'view', 'blueprint', id)
    return store.toBlueprint(object, (await store.findLatest(database, id)) as store.GraphRow)
  }
  return {
    read,
    /** The same check that the canvas makes, over the tasks that the caller may use. */
    async check(caller: Caller, graph: BlueprintGraph, surroundings: Surroundings = {}): Promise<BlueprintCheck> {
      const known = await tasks.described(
        caller,
        graph.nodes.map(({ taskVersion }) => taskVersion),
      )
      const report = checkBlueprint(graph, {
        taskOf: (id) => {
          const version = known.get(id)
          return version === undefined ? undefined : describeTask(version)
        },
        ...surroundings,
      })
      return {
        valid: !report.findings.some(isError),
        findings: report.findings.map((finding) => ({ ...finding })) as BlueprintCheck['findings'],
        nodes: report.nodes.map(({ id, input, output }) => ({
          id,
          input: input === undefined ? null : flowOf(input),
          output: output === undefined ? null : flowOf(output),
        })),
      }
    },
  }
}

export type Blueprints = ReturnType<typeof createBlueprints>
