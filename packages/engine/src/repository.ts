import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BlueprintGraph, check, EstimatorType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { engineError } from './errors.ts'

/** One file of `library/blueprints/`: a graph of built-in tasks that is made to fit the columns of a project before it is trained. */
const RepositoryFile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    name: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    targetTypes: Type.Array(EstimatorType, { minItems: 1 }),
    graph: BlueprintGraph,
  },
  { additionalProperties: false },
)
export type RepositoryBlueprint = Static<typeof RepositoryFile>

const repositoryDir = fileURLToPath(new URL('../../../library/blueprints', import.meta.url))

/** All built-in blueprints by their ids, so that a variant follows what it varies. */
export const loadRepository = async (from: string = repositoryDir): Promise<RepositoryBlueprint[]> => {
  const files = (await readdir(from)).filter((name) => name.endsWith('.yaml'))
  const all = await Promise.all(
    files.map(async (file) => readBlueprint(file, await readFile(join(from, file), 'utf8'))),
  )
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

const readBlueprint = (file: string, text: string): RepositoryBlueprint => {
  const value: unknown = parse(text)
  const findings = check(RepositoryFile, value)
  if (findings.length > 0) throw engineError('library.entry', { file, count: findings.length }, { findings })
  return value as RepositoryBlueprint
}
