import { boosterFormat, openBooster } from '../boosters/open.ts'
import { buildModel, findModel } from '../build/build.ts'
import { allowList } from '../build/registry.ts'
import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import type { Model } from '../model/model.ts'
import { buildSpark } from '../spark/build.ts'
import { readSaved } from '../spark/saved.ts'
import { examine, type ExamineOptions } from './examine.ts'
import { featureNames } from './feature-names.ts'
import { libraryOf } from './library.ts'

/** A neutral model and what its file says of it. */
export type OpenedModel = {
  readonly model: Model
  readonly library: string
  readonly version: string | null
  readonly className: string
  /** Names of the columns that it was fitted on, in their order; undefined where the file keeps none. */
  readonly featureNames: readonly string[] | undefined
}

export type OpenOptions = ExamineOptions & {
  /** Trees keep how many training rows came through their nodes, which explanations need and scores do not. */
  readonly withCover?: boolean
}

/** The neutral model of a file; throws why it is refused, with every finding. */
export const openModel = (bytes: Uint8Array, options: OpenOptions = {}): Model => openModelFile(bytes, options).model

/** The same, with what the file says beside the model. */
export const openModelFile = (bytes: Uint8Array, options: OpenOptions = {}): OpenedModel => {
  const limits = options.limits ?? defaultLimits
  const booster = boosterFormat(bytes)
  if (booster !== undefined) {
    const { model, about } = openBooster(bytes, booster, limits, options.withCover)
    const { library, version, featureNames: names } = about
    return { model, library, version, className: 'Booster', featureNames: names }
  }
  const { root, folder, within, problem, format } = examine(bytes, allowList, options)
  if (problem !== undefined) throw problem
  if (folder !== undefined) {
    const { version = null, name } = readSaved(folder, '', limits)
    const model = buildSpark(folder, limits)
    return { model, library: 'Spark', version, className: name, featureNames: undefined }
  }
  if (within !== undefined) {
    const opened = openModelFile(within.content, options)
    return { ...opened, featureNames: opened.featureNames ?? within.featureNames }
  }
  if (root === undefined) throw scoringError('modelFile.notNative', { format })
  const instance = findModel(root, limits)
  return {
    model: buildModel(root, limits, options.withCover),
    library: libraryOf(instance.module),
    version: instance.version?.join('.') ?? null,
    className: instance.className,
    featureNames: featureNames(instance),
  }
}
