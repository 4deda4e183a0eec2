import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FittedManifest } from '@modelsmith/runner'
import { type NativeBlueprint, openBlueprint, type TaskEntry, type TrainedBlueprint } from '@modelsmith/scoring'

/** A trained blueprint as a child is asked for it. */
export type TrainedFolder = {
  /** As the engine writes it: `model.json`, code and artifacts. */
  readonly path: string
  /** Nodes whose tasks are of the library: the others bring their own code, whatever files they have. */
  readonly library: readonly string[]
  /** Trees keep how many training rows came through their nodes, which explanations need and scores do not. */
  readonly withCover?: boolean
}

const modelFile = 'model.joblib'

/** The neutral blueprint of a model's folder; throws `blueprint.notNative` with a reason for each node that is not read. */
export const readTrained = ({ path, library, withCover = false }: TrainedFolder): NativeBlueprint => {
  const { inputs, classes, nodes } = json(path, 'model.json') as FittedManifest
  const own = new Set(library)
  const trained = {
    inputs,
    classes,
    nodes: nodes.map(
      ({ id, code, artifacts, inputs: reads, takesSparse = false }): TrainedBlueprint['nodes'][number] => ({
        id,
        inputs: reads,
        takesSparse,
        ...(own.has(id)
          ? {
              entry: json(path, code, 'entry.json') as TaskEntry,
              model: readFileSync(join(path, artifacts, modelFile)),
              known: knownIn(join(path, artifacts, 'classes.json')),
            }
          : { entry: undefined, model: new Uint8Array(0), known: undefined }),
      }),
    ),
  }
  return openBlueprint(trained, { withCover })
}

const json = (...parts: readonly string[]): unknown => JSON.parse(readFileSync(join(...parts), 'utf8'))

/** Classes of a classifier, in the order of its own; other models have no such file. */
const knownIn = (path: string): readonly string[] | undefined => {
  try {
    return (json(path) as { readonly known: readonly string[] }).known
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
