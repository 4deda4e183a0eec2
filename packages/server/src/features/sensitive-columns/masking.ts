import { readFile } from 'node:fs/promises'
import type { StoredError } from '@modelsmith/api'
import { mask, valueMask } from '@modelsmith/domain'
import { type Cell, cellReader, type Column, decodeBlocks, type Table } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { hiddenOf, hiddenOfProject } from './columns.ts'
import { blocksOfProject, projectOfModel, sensitiveRowsOf } from './jobs.ts'

/** How somebody reads what programs print, and what went wrong. */
export type Sight = {
  readonly text: (text: string) => string
  readonly error: (error: StoredError) => StoredError
}

/** Nothing is hidden. */
export const clear: Sight = { text: (text) => text, error: (error) => error }

/** Where a value may stand that cannot be looked for. */
const withheld: Sight = {
  text: (text) => (text === '' ? text : mask),
  error: ({ code }) => ({
    code,
    message: 'What went wrong may tell values of sensitive columns.',
    hint: 'Those who may edit the dataset see it.',
  }),
}

const through = (text: (text: string) => string): Sight => ({
  text,
  error: (error) =>
    JSON.parse(
      JSON.stringify(error, (key, value) => (typeof value === 'string' && key !== 'code' ? text(value) : value)),
    ) as StoredError,
})

function* cellsOf(tables: readonly Table[], hidden: ReadonlySet<string>): Generator<Cell> {
  for (const table of tables) yield* cellsOfTable(table, hidden)
}

function* cellsOfTable(table: Table, hidden: ReadonlySet<string>): Generator<Cell> {
  for (const [index, schema] of table.schema.columns.entries()) {
    if (!hidden.has(schema.name)) continue
    const read = cellReader(table.columns[index] as Column, schema)
    for (let row = 0; row < table.rows; row++) yield read(row)
  }
}

const keptMasks = 4

/**
 * Masks values of sensitive columns where they stand in texts, such as prints and errors: for whoever does not see them, whenever the
 * text was written. What is not hidden costs one question to the database.
 */
export const createMasking = ({ database, objects }: Pick<Context, 'database' | 'objects'>) => {
  const known = new Map<string, Promise<Sight>>()

  const make = async (files: readonly string[], hidden: ReadonlySet<string>): Promise<Sight> => {
    const tables = await Promise.all(
      files.map(async (file) => decodeBlocks(await readFile(await objects.pathOf(file)))),
    )
    const text = valueMask(cellsOf(tables, hidden))
    return text === undefined ? withheld : through(text)
  }

  /** Kept for a while: a log is read again and again while it grows. */
  const of = (files: readonly (string | null)[], hidden: ReadonlySet<string>): Promise<Sight> => {
    if (hidden.size === 0) return Promise.resolve(clear)
    const whole = files.filter((file) => file !== null)
    if (whole.length < files.length) return Promise.resolve(withheld)
    const key = JSON.stringify([whole, [...hidden]])
    // Rows that are not there any more may still be told of.
    const found = known.get(key) ?? make(whole, hidden).catch(() => withheld)
    known.delete(key)
    known.set(key, found)
    const [oldest] = known.keys()
    if (known.size > keptMasks && oldest !== undefined) known.delete(oldest)
    return found
  }

  const ofProject = async (caller: Principal, project: string): Promise<Sight> => {
    const hidden = await hiddenOfProject(database, caller, project)
    return hidden.size === 0 ? clear : of([(await blocksOfProject(database, project)) ?? null], hidden)
  }

  return {
    /** How somebody reads the prints and errors of each of these jobs. */
    async ofJobs(caller: Principal, jobs: readonly string[]): Promise<ReadonlyMap<string, Sight>> {
      if (jobs.length === 0) return new Map()
      const sights = new Map<string, Sight>()
      for (const [job, rows] of Map.groupBy(await sensitiveRowsOf(database, jobs), (row) => row.job)) {
        const hidden = await hiddenOf(database, caller, [...new Set(rows.map(({ dataset }) => dataset))])
        sights.set(job, await of([...new Set(rows.map(({ blocks }) => blocks))], hidden))
      }
      return sights
    },

    /** How somebody reads what was said of rows of a project. */
    ofProject,

    /** How somebody reads what was said of a trained model. */
    async ofModel(caller: Principal, model: string): Promise<Sight> {
      const project = await projectOfModel(database, model)
      return project === undefined ? clear : ofProject(caller, project)
    },

    /** How somebody reads what was said of a file of each of these datasets, of which nobody knows what stands in it. */
    async ofDatasets(caller: Principal, datasets: readonly string[]): Promise<ReadonlyMap<string, Sight>> {
      const hidden = await Promise.all(datasets.map((id) => hiddenOf(database, caller, [id])))
      return new Map(datasets.map((id, at) => [id, hidden[at]?.size === 0 ? clear : withheld]))
    },
  }
}

export type Masking = ReturnType<typeof createMasking>
