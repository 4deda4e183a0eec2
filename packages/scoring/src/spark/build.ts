import { ModelsmithError } from '@modelsmith/table'
import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import type { Model } from '../model/model.ts'
import { verifyFolder } from './checksums.ts'
import type { SparkContext } from './class-entry.ts'
import type { Folder } from './folder.ts'
import { sparkClasses } from './registry.ts'
import { readSaved, type Saved } from './saved.ts'
import { room } from './vectors.ts'

/** Saved models lie within each other as folders do, so that none can hold itself; how deep is limited. */
const maxDepth = 32

/** What is wrong with a file that was damaged on its way is best said by its checksums. */
const explained = <T>(folder: Folder, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof ModelsmithError && error.kind === 'invalid') verifyFolder(folder)
    throw error
  }
}

/** The neutral model of a folder that Spark saved. */
export const buildSpark = (folder: Folder, limits: Limits): Model => {
  let depth = 0
  const build = (path: string): Model => {
    if (++depth > maxDepth) throw limitReached('models within models', maxDepth)
    const saved = read(path)
    const builder = sparkClasses.get(saved.className)
    if (builder === undefined)
      throw scoringError('model.class', { name: saved.className, why: 'this class is not read' })
    const model = builder(saved, context)
    depth--
    return model
  }
  const space = room()
  const read = (path: string): Saved => readSaved(folder, path, limits, space)
  const context: SparkContext = { folder, limits, build, read }
  const model = explained(folder, () => build(''))
  verifyFolder(folder)
  return model
}
