import { scoringError } from '../errors.ts'
import { type Limits, limitReached } from '../limits.ts'
import type { Model } from '../model/model.ts'
import type { SparkContext } from './class-entry.ts'
import type { Folder } from './folder.ts'
import { sparkClasses } from './registry.ts'
import { readSaved } from './saved.ts'

/** Saved models lie within each other as folders do, so that none can hold itself; how deep is limited. */
const maxDepth = 32

/** The neutral model of a folder that Spark saved. */
export const buildSpark = (folder: Folder, limits: Limits): Model => {
  let depth = 0
  const build = (path: string): Model => {
    if (++depth > maxDepth) throw limitReached('models within models', maxDepth)
    const saved = readSaved(folder, path, limits)
    const builder = sparkClasses.get(saved.className)
    if (builder === undefined)
      throw scoringError('model.class', { name: saved.className, why: 'this class is not read' })
    const model = builder(saved, context)
    depth--
    return model
  }
  const context: SparkContext = { folder, limits, build }
  return build('')
}
