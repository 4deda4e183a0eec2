import { realpath } from 'node:fs/promises'
import type { FitOutput } from '@modelsmith/engine'
import type { Context } from '../../infra/context.ts'
import { putFolder, stepFiles, type StoredFile } from '../../infra/objects/step-cache.ts'

/** A file that the fit of a fold wrote; its path is as in the folder of a model. */
export type FoldFile = StoredFile & { readonly fold: number }

/** What the fits of the folds wrote, in the store: nothing is stored twice of what a step has there. */
export const foldFilesOf = async (
  { database, objects }: Pick<Context, 'database' | 'objects'>,
  organisation: string,
  folds: readonly (readonly FitOutput[])[],
): Promise<FoldFile[]> => {
  const found: FoldFile[] = []
  for (const [index, nodes] of folds.entries())
    for (const { node, key, folder } of nodes) {
      const known = key === undefined ? undefined : await stepFiles(database, organisation, key)
      const files = known ?? (folder === undefined ? [] : await putFolder(objects, await realpath(folder)))
      for (const file of files) found.push({ fold: index + 1, ...file, path: `artifacts/${node}/${file.path}` })
    }
  return found
}
