import type { BlueprintCheck, BodyOf, Endpoints, TaskVersion } from '@modelsmith/api'
import {
  type BlueprintGraph,
  type BlueprintText,
  canonicalJson,
  checkBlueprint,
  type EstimatorType,
  type FeatureColumn,
  flowOf,
  isError,
  readBlueprint,
  type TaskDescription,
  writeBlueprint,
} from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise, authoriseCreate, createObject, touch } from '../../infra/rights/objects.ts'
import { demandPlaced, misplaced, place, type Tasks } from '../tasks/index.ts'
import { demandStorable } from '../../infra/http/validation.ts'
import { blueprintError } from './errors.ts'
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

/** What a text says, or all that is wrong with it. */
const readText = (yaml: string): Required<BlueprintText> => {
  const { blueprint, findings } = readBlueprint(yaml)
  if (blueprint === undefined) throw blueprintError('blueprint.yaml', { count: findings.length }, { findings })
  demandStorable(blueprint, 'YAML')
  return { description: '', ...blueprint }
}

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

    /** A version as text, with the names of those tasks beside it that the caller may see. */
    async exported(caller: Caller, id: string, number: number | undefined): Promise<{ name: string; yaml: string }> {
      const blueprint = await read(caller, id)
      const version = number === undefined ? blueprint : await store.findVersion(database, id, number)
      if (version === undefined)
        throw blueprintError('blueprint.noVersion', { number: number ?? 0, latest: blueprint.number })
      const { name, description } = blueprint
      const known = await tasks.described(
        caller,
        version.graph.nodes.map(({ taskVersion }) => taskVersion),
      )
      const titleOf = (taskVersion: string) => {
        const task = known.get(taskVersion)
        return task === undefined ? undefined : `${task.taskName} ${task.number}`
      }
      return { name, yaml: writeBlueprint({ name, description, graph: version.graph }, titleOf) }
    },

    async createFrom(caller: Caller, yaml: string, from: string | undefined) {
      authoriseCreate(caller, 'blueprint')
      return this.create(caller, { ...readText(yaml), ...(from === undefined ? {} : { from }) })
    },

    async changeTo(caller: Caller, id: string, yaml: string, seen: number) {
      const object = await authorise(database, caller, 'edit', 'blueprint', id)
      const { graph, ...named } = readText(yaml)
      const latest = await store.findLatest(database, object.id)
      const isSame = latest !== undefined && canonicalJson(latest.graph) === canonicalJson(graph)
      return this.change(caller, id, isSame ? named : { ...named, graph }, seen)
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
