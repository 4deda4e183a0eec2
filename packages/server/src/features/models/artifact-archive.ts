import { writeBlueprint } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { StoredFile } from '../../infra/objects/step-cache.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { imageLock, lockFileOf } from '../environments/index.ts'
import { modelError } from './errors.ts'
import { readMe } from './read-me.ts'
import type { ModelRow } from './store.ts'
import type { ZipEntry } from './zip.ts'

/** The blueprint of a model, with its tasks named as they were when it was trained: the text is the same whenever it is asked for. */
export const blueprintText = (name: string, { manifest, graph }: Pick<ModelRow, 'manifest' | 'graph'>): string => {
  const names = new Map(manifest.nodes.map(({ id, task }) => [id, task]))
  const titles = new Map(graph.nodes.map(({ id, taskVersion }) => [taskVersion, names.get(id)]))
  return writeBlueprint({ name, graph }, (taskVersion) => titles.get(taskVersion))
}

/** The entries of the archive of a model, in the order of their paths behind what a reader looks at first. */
export const archiveEntries = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  caller: Principal,
  { name, row, folds }: { readonly name: string; readonly row: ModelRow; readonly folds: boolean },
): Promise<ZipEntry[]> => {
  if (folds && row.fold_files.length === 0) throw modelError('model.noFolds', {})
  const stored = ({ path, key, bytes }: StoredFile): ZipEntry => ({ path, size: bytes, read: () => objects.read(key) })
  const texts = new Map<string, string>()
  const paths = new Set(row.files.map(({ path }) => path))
  const lockOf = new Map<string, string>()
  for (const environment of new Set(row.manifest.nodes.map((node) => node.environment))) {
    const image = await imageLock(database, caller, environment)
    const path = image?.path ?? lockFileOf(environment)
    if (image !== undefined) texts.set(path, image.text)
    if (image !== undefined || paths.has(path)) lockOf.set(environment, path)
  }
  const first: readonly (readonly [string, string])[] = [
    ['README.md', readMe({ name, row, folds, lockOf })],
    ['blueprint.yaml', blueprintText(name, row)],
    ...texts,
  ]
  const ofFolds = row.fold_files.map(({ fold, path, ...file }) => ({ ...file, path: `folds/${fold}/${path}` }))
  return [
    ...first.map(([path, text]): ZipEntry => {
      const bytes = Buffer.from(text)
      return { path, size: bytes.length, read: () => bytes }
    }),
    ...[...row.files, ...(folds ? ofFolds : [])].toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(stored),
  ]
}
