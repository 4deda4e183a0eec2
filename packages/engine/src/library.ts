import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, Hyperparameter, TargetType, TypeSchema } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { engineError } from './errors.ts'
import { hashBytes } from './keys.ts'
import type { EngineTask } from './spec.ts'

const strict = { additionalProperties: false } as const

/** One file of `library/`: what a built-in task wraps, how it is shown, what it takes. The runtime beside them makes a task of it. */
export const LibraryEntry = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    version: Type.Integer({ minimum: 1 }),
    title: Type.String({ minLength: 1 }),
    description: Type.String({ minLength: 1 }),
    group: Type.String({ minLength: 1 }),
    citation: Type.Optional(Type.String()),
    targetTypes: Type.Array(TargetType, { minItems: 1 }),
    environment: Type.String(),
    /** Import path of the class, one for all target types or one each. */
    wraps: Type.Union([Type.String(), Type.Record(Type.String(), Type.String())]),
    /** Arguments that are not offered as hyperparameters. */
    arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** How columns are made ready: `numbers` as they are, `texts` as categories with missing as a value of its own. */
    columns: Type.Enum(['numbers', 'texts']),
    typeSchema: Type.Optional(TypeSchema),
    hyperparameters: Type.Array(Hyperparameter),
  },
  strict,
)
export type LibraryEntry = Static<typeof LibraryEntry>

export type LibraryTask = EngineTask & { readonly entry: LibraryEntry }

const libraryDir = fileURLToPath(new URL('../../../library', import.meta.url))
const runtimeFile = 'custom.py'

export const libraryId = ({ name, version }: Pick<LibraryEntry, 'name' | 'version'>): string =>
  `builtin:${name}@${version}`

/** All built-in tasks, each with a code folder below `dataDir` that the engine runs like any custom task. */
export const loadLibrary = async (dataDir: string, from: string = libraryDir): Promise<LibraryTask[]> => {
  const runtime = await readFile(join(from, 'runtime', runtimeFile))
  const files = (await readdir(from)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(
    files.map(async (file) => {
      const entry = readEntry(file, await readFile(join(from, file), 'utf8'))
      const text = JSON.stringify(entry)
      const codeHash = hashBytes(Buffer.concat([runtime, Buffer.from(text)]))
      const codeDir = await writeCode(
        join(dataDir, 'library', `${entry.name}-${codeHash.slice(0, 16)}`),
        join(from, 'runtime'),
        text,
      )
      return {
        id: libraryId(entry),
        name: entry.title,
        kind: 'builtin',
        targetTypes: entry.targetTypes,
        typeSchema: entry.typeSchema ?? {},
        hyperparameters: entry.hyperparameters,
        environment: entry.environment,
        codeDir,
        codeHash,
        entry,
      } satisfies LibraryTask
    }),
  )
}

const readEntry = (file: string, text: string): LibraryEntry => {
  const value: unknown = parse(text)
  const findings = check(LibraryEntry, value)
  if (findings.length > 0) throw engineError('library.entry', { file, count: findings.length }, { findings })
  return value as LibraryEntry
}

const writeCode = async (folder: string, runtime: string, entry: string): Promise<string> => {
  const complete = await readFile(join(folder, 'entry.json'), 'utf8').catch(() => undefined)
  if (complete !== undefined) return folder
  const making = `${folder}.${process.pid}.new`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  await cp(runtime, making, { recursive: true })
  await writeFile(join(making, 'entry.json'), entry)
  // Another process may have been first: its folder is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }))
  return folder
}
