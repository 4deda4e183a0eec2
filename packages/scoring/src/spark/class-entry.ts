import type { Limits } from '../limits.ts'
import type { Model } from '../model/model.ts'
import type { Folder } from './folder.ts'
import type { Saved } from './saved.ts'

/** Reads one saved object and says as a neutral model what its class computes. */
export type SparkBuilder = (saved: Saved, context: SparkContext) => Model

export type SparkContext = {
  readonly folder: Folder
  readonly limits: Limits
  /** Builds the object saved in a folder below. */
  readonly build: (path: string) => Model
  /** Reads the object saved in a folder below, which is a part of this one. */
  readonly read: (path: string) => Saved
}

/** Builders by the full name of the class. */
export type SparkFamily = Readonly<Record<string, SparkBuilder>>
