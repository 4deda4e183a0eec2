import { openBooster } from '../boosters/open.ts'
import { buildModel } from '../build/build.ts'
import { allowList } from '../build/registry.ts'
import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import { buildSpark } from '../spark/build.ts'
import type { Model } from '../model/model.ts'
import { examine, type ExamineOptions } from './examine.ts'

/** The neutral model of a file; throws why it is refused, with every finding. */
export const openModel = (bytes: Uint8Array, options: ExamineOptions = {}): Model => {
  const booster = openBooster(bytes, options.limits ?? defaultLimits)
  if (booster !== undefined) return booster
  const { root, folder, problem, format } = examine(bytes, allowList, options)
  if (problem !== undefined) throw problem
  if (folder !== undefined) return buildSpark(folder, options.limits ?? defaultLimits)
  if (root === undefined) throw scoringError('modelFile.notNative', { format })
  return buildModel(root, options.limits ?? defaultLimits)
}
