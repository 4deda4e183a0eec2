import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashOf } from './keys.ts'
import { type LibraryEntry, readEntry } from './library-entry.ts'
import type { EngineTask } from './spec.ts'

export type LibraryTask = EngineTask & { readonly entry: LibraryEntry }

const libraryDir = fileURLToPath(new URL('../../../library', import.meta.url))

export const libraryId = ({ name, version }: Pick<LibraryEntry, 'name' | 'version'>): string =>
  `builtin:${name}@${version}`

/** All entries, by name; throws what is wrong with the first that has errors. */
export const readLibrary = async (from: string = libraryDir): Promise<LibraryEntry[]> => {
  const files = (await readdir(from)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(files.map(async (file) => readEntry(file, await readFile(join(from, file), 'utf8'))))
}

/** All built-in tasks, each with a code folder below `dataDir` that the engine runs like any custom task. */
export const loadLibrary = async (dataDir: string, from: string = libraryDir): Promise<LibraryTask[]> => {
  const runtimeDir = join(from, 'runtime')
  const runtime = await filesOf(runtimeDir)
  return Promise.all(
    (await readLibrary(from)).map(async (entry) => {
      const text = JSON.stringify(entry)
      const codeHash = hashOf([runtime, text])
      const codeDir = join(dataDir, 'library', `${entry.name}-${codeHash.slice(0, 16)}`)
      await writeCode(codeDir, runtimeDir, Object.keys(runtime), text)
      return {
        id: libraryId(entry),
        name: entry.title,
        kind: 'builtin',
        targetTypes: entry.targetTypes,
        typeSchema: entry.typeSchema,
        hyperparameters: entry.hyperparameters,
        environment: entry.environment,
        codeDir,
        codeHash,
        ...(entry.crossFitted === true ? { crossFitted: true } : {}),
        entry,
      } satisfies LibraryTask
    }),
  )
}

/** The texts of Python's files below a folder, by path; what Python itself leaves there is none of them. */
const filesOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.py')).sort()
  const texts = paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}

const writeCode = async (folder: string, runtime: string, files: readonly string[], entry: string): Promise<void> => {
  const complete = await readFile(join(folder, 'entry.json'), 'utf8').catch(() => undefined)
  if (complete !== undefined) return
  const making = `${folder}.${process.pid}.new`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  for (const file of files) await cp(join(runtime, file), join(making, file))
  await writeFile(join(making, 'entry.json'), entry)
  // Another process may have been first: its folder is as good.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }))
}
