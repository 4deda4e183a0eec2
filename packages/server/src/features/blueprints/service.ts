import type { BlueprintCheck, BodyOf, Endpoints, TaskVersion } from '@modelsmith/api'
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
import { authorise, authoriseCreate, createObject, touch } from '../../infra/rights/objects.ts'
import { demandPlaced, misplaced, place, type Tasks } from '../tasks/index.ts'
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

type NewBlueprint = BodyOf<Endpoints['createBlueprint']>
type BlueprintChange = BodyOf<Endpoints['changeBlueprint']>

/** What a graph can be made from. */
const originKinds = ['blueprint', 'trainingRun', 'model'] as const

export type Surroundings = { readonly columns?: readonly FeatureColumn[]; readonly targetType?: EstimatorType }

export const createBlueprints = ({ database }: Pick<Context, 'database'>, tasks: Tasks) => {
  const read = async (caller: Caller, id: string, action: 'view' | 'use' = 'view') => {
    const object = await authorise(database, caller, action, 'blueprint', id)
    return store.toBlueprint(object, (await store.findLatest(database, id)) as store.GraphRow)
  }
  /** The graph of a blueprint, a run or a model that the caller may see: what another graph is made from. */
  const origin = async (caller: Caller, id: string | undefined): Promise<BlueprintGraph | undefined> => {
    if (id === undefined) return undefined
    const kind = originKinds.find((each) => id.startsWith(`${each}_`))
    if (kind === undefined || kind === 'blueprint') return (await read(caller, id)).graph
    await authorise(database, caller, 'view', kind, id)
    return store.findTrained(database, id)
  }

  return {
    read,
    origin,

    async create(caller: Caller, { name, description, graph, from }: NewBlueprint) {
      authoriseCreate(caller, 'blueprint')
      const made = await origin(caller, from)
      const id = await database.transaction(async (queries) => {
        await demandPlaced(queries, caller, graph, made)
        const blueprint = await createObject(queries, caller, 'blueprint', name, description)
        await store.insertVersion(queries, blueprint, graph)
        await place(queries, caller, blueprint, graph, 'these')
        return blueprint
      })
      return read(caller, id)
    },

    async change(caller: Caller, id: string, body: BlueprintChange, seen: number) {
      await database.transaction(async (queries) => {
        const row = await authorise(queries, caller, 'edit', 'blueprint', id)
        if (body.graph !== undefined)
          await demandPlaced(queries, caller, body.graph, (await store.findLatest(queries, id))?.graph)
        await touch(queries, row, seen, body)
        if (body.graph === undefined) return
        await store.insertVersion(queries, id, body.graph)
        await place(queries, caller, id, body.graph, 'these')
      })
      return read(caller, id)
    },

    /** The check of a graph that is not saved, with where it has tasks that the caller may only execute. */
    async checkDrawn(caller: Caller, graph: BlueprintGraph, surroundings: Surroundings, from: string | undefined) {
      const report = await this.check(caller, graph, surroundings)
      const wrong = await misplaced(database, caller, graph, await origin(caller, from))
      const findings = wrong.map(({ code, message, hint, place }) => ({
        code,
        message,
        severity: 'error',
        ...(hint === undefined ? {} : { hint }),
        ...(place === undefined ? {} : { place }),
      })) as BlueprintCheck['findings']
      return { ...report, valid: report.valid && wrong.length === 0, findings: [...report.findings, ...findings] }
    },

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
