import type { Allowed, Names } from '../audit/allowed.ts'
import type { Limits } from '../limits.ts'
import type { Model } from '../model/model.ts'
import type { Value } from '../pickle/graph.ts'
import type { Instance } from '../python/instance.ts'

/** Reads the fitted attributes of one object and says as a neutral model what its class computes. */
export type Builder = (instance: Instance, context: BuildContext) => Model

export type BuildContext = {
  readonly limits: Limits
  /** Trees keep what came through their nodes: for explanations. */
  readonly withCover: boolean
  /** Builds an object within: a pipeline's step, a meta-estimator's part. */
  readonly build: (instance: Instance) => Model
  /** The object that a value is, built; an error names `owner` and `attribute` where it is none. */
  readonly buildValue: (value: Value, owner: Instance, attribute: string) => Model
}

/** A class by the modules that it has lived in, oldest first, separated by blanks. */
export type ClassEntry = {
  readonly modules: string
} & ({ readonly build: Builder } | { /** Why the class cannot be scored natively. */ readonly unsupported: string })

/** What one file builds. */
export type Family = {
  /** The classes, by name. */
  readonly classes: Readonly<Record<string, ClassEntry>>
  /** What objects of these classes hold beside other classes and arrays: losses, distances, trees. The audit allows these. */
  readonly parts?: readonly Part[]
}

export type Part = Allowed & { readonly names: Names }
