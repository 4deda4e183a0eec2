import type { BodyOf, Endpoints, Project, SampleSet, SampleSetPreview } from '@modelsmith/api'
import {
  type Action,
  checkSampleSet,
  fieldWith,
  partitioningOfRoles,
  type SampleDefinition,
  sampleTable,
} from '@modelsmith/domain'
import type { Table } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller } from '../../infra/http/handler.ts'
import { authorise, authoriseCreate, authoriseUse, createObject, touch } from '../../infra/rights/objects.ts'
import type { Datasets } from '../datasets/index.ts'
import { hiddenOf } from '../sensitive-columns/index.ts'
import type { Projects } from '../projects/index.ts'
import { sampleSetError } from './errors.ts'
import { createPreviews } from './previews.ts'
import * as store from './store.ts'

type NewSampleSet = BodyOf<Endpoints['createSampleSet']>
type Change = BodyOf<Endpoints['changeSampleSet']>
type NewProject = BodyOf<Endpoints['createSampleSetProject']>
type Version = Awaited<ReturnType<Datasets['ready']>>
type Neighbours = { readonly datasets: Datasets; readonly projects: Pick<Projects, 'createOf' | 'previewSplit'> }

export const createSampleSets = (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  { datasets, projects }: Neighbours,
) => {
  const previews = createPreviews()
  const found = async (caller: Caller, action: Action, id: string) => {
    const object = await authorise(database, caller, action, 'sampleSet', id)
    return { object, row: (await store.findSampleSet(database, id)) as store.SampleSetRow }
  }
  const read = async (caller: Caller, id: string): Promise<SampleSet> => {
    const { object, row } = await found(caller, 'view', id)
    return store.toSampleSet(object, row)
  }

  const versionsOf = (caller: Caller, ids: readonly string[], action: Action) =>
    Promise.all(ids.map((id) => datasets.ready(caller, id, action)))

  /** The datasets that it names must be the caller's to use, and have what it says. */
  const demandWhole = async (caller: Caller, ids: readonly string[], definition: SampleDefinition) => {
    const versions = await versionsOf(caller, ids, 'use')
    const findings = checkSampleSet(
      definition,
      versions.map(({ columns }) => columns ?? []),
    )
    if (findings.length > 0)
      throw sampleSetError(
        'sampleSet.invalid',
        { problems: findings.map(({ message }) => message).join(' ') },
        { findings },
      )
    return versions
  }

  const tableOf = async (versions: Awaited<ReturnType<typeof versionsOf>>, row: SampleDefinition): Promise<Table> =>
    sampleTable(row, await Promise.all(versions.map((version) => datasets.table(version))))

  return {
    read,

    async create(caller: Caller, { name, description, datasetVersionIds, fields, labels = [] }: NewSampleSet) {
      authoriseCreate(caller, 'sampleSet')
      await demandWhole(caller, datasetVersionIds, { fields, labels })
      const id = await database.transaction(async (queries) => {
        const made = await createObject(queries, caller, 'sampleSet', name, description)
        await store.putSampleSet(queries, { id: made, dataset_versions: datasetVersionIds, fields, labels })
        return made
      })
      return read(caller, id)
    },

    async change(caller: Caller, id: string, body: Change, seen: number) {
      const { object, row } = await found(caller, 'edit', id)
      const { datasetVersionIds, fields, labels, ...words } = body
      const changed = {
        id,
        dataset_versions: datasetVersionIds ?? row.dataset_versions,
        fields: fields ?? row.fields,
        labels: labels ?? row.labels,
      }
      const isDefined = datasetVersionIds !== undefined || fields !== undefined || labels !== undefined
      if (isDefined) await demandWhole(caller, changed.dataset_versions, changed)
      await database.transaction(async (queries) => {
        await touch(queries, object, seen, words)
        if (isDefined) await store.putSampleSet(queries, changed)
      })
      return read(caller, id)
    },

    async preview(caller: Caller, id: string): Promise<SampleSetPreview> {
      const { row } = await found(caller, 'view', id)
      const versions = await versionsOf(caller, row.dataset_versions, 'view')
      const hidden = await hiddenOf(
        database,
        caller,
        versions.map(({ dataset_id }) => dataset_id),
      )
      const files = await Promise.all(versions.map(({ blocks_key }) => objects.pathOf(blocks_key)))
      return previews({ files, definition: row, hidden: [...hidden] })
    },

    /** Freezes the rows as they are now; `keep` is what else is kept with the project, with the version of the set. */
    async project(
      caller: Caller,
      id: string,
      body: NewProject,
      signal: AbortSignal,
      keep?: (queries: Queries, made: { readonly project: string; readonly version: number }) => Promise<void>,
    ): Promise<Project> {
      authoriseCreate(caller, 'project')
      const { object, row } = await found(caller, 'use', id)
      const source = {
        ...(await sourceOf(caller, row, signal)),
        demand: async (queries: Queries) => {
          await authoriseUse(queries, caller, 'use', 'sampleSet', id)
        },
        ...(keep === undefined
          ? {}
          : { keep: (queries: Queries, project: string) => keep(queries, { project, version: object.version }) }),
      }
      return projects.createOf(caller, source, bodyOf(row, body))
    },

    /** The parts that its rows would have; nothing is kept. */
    async previewSplit(caller: Caller, id: string, body: Omit<NewProject, 'name'>, signal: AbortSignal) {
      const { object, row } = await found(caller, 'use', id)
      const source = await sourceOf(caller, row, signal)
      return projects.previewSplit(caller, source, bodyOf(row, { ...body, name: object.name }))
    },
  }

  async function sourceOf(caller: Caller, row: store.SampleSetRow, signal: AbortSignal) {
    const versions = await demandWhole(caller, row.dataset_versions, row)
    return {
      versions: versions as [Version, ...Version[]],
      table: await tableOf(versions, row),
      isNewTable: true,
      signal,
    }
  }
}

/** A project as the roles of the fields say. */
const bodyOf = (row: store.SampleSetRow, { partitioning, ...how }: NewProject) => {
  const weights = fieldWith(row, 'weight')
  const ofRoles = partitioning?.method === 'function' ? {} : partitioningOfRoles(row)
  return {
    ...how,
    target: fieldWith(row, 'label') ?? '',
    features: row.fields.filter(({ role }) => role === 'feature').map(({ name }) => name),
    ...(weights === undefined ? {} : { weights }),
    partitioning: { ...ofRoles, ...partitioning },
  }
}

export type SampleSets = ReturnType<typeof createSampleSets>
