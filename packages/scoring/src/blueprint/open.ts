import type { Finding } from '@modelsmith/table'
import { ModelsmithError } from '@modelsmith/table'
import { scoringError } from '../errors.ts'
import { openModel, type OpenOptions } from '../file/open.ts'
import type { Model } from '../model/model.ts'
import { compileBlueprint, type Gives, type NativeBlueprint, type NativeNode } from './blueprint.ts'
import { type ReadyForm, readyForms } from './ready.ts'

/** What is known of a trained node: the library's entry of its task, and the files that its fit wrote. */
export type TrainedNode = Pick<NativeNode, 'id' | 'inputs' | 'takesSparse'> & {
  /** Undefined where its task is not of the library. */
  readonly entry: TaskEntry | undefined
  readonly model: Uint8Array
  /** Classes that the model knows, in its order. */
  readonly known: readonly string[] | undefined
}

/** The part of a library entry that says what a node takes and gives. */
export type TaskEntry = {
  readonly title: string
  readonly targetTypes: readonly string[]
  readonly columns: string
  readonly method?: string | undefined
}

export type TrainedBlueprint = Pick<NativeBlueprint, 'inputs' | 'classes'> & { readonly nodes: readonly TrainedNode[] }

/** A trained blueprint as one that is scored natively; throws `blueprint.notNative` with a finding for each node that is not. */
export const openBlueprint = (
  { inputs, classes, nodes }: TrainedBlueprint,
  options: OpenOptions = {},
): NativeBlueprint => {
  const findings: Finding[] = []
  const opened = nodes.flatMap((node): NativeNode[] => {
    try {
      return [openNode(node, options)]
    } catch (error) {
      if (!(error instanceof ModelsmithError)) throw error
      findings.push({ code: error.code, message: error.message, place: { node: node.id } })
      return []
    }
  })
  if (findings.length > 0) throw scoringError('blueprint.notNative', { count: findings.length }, { findings })
  const blueprint = { inputs, classes, nodes: opened }
  // A method that a node lacks shows now, not with the first row.
  compileBlueprint(blueprint, { kernels: 'plain' })
  return blueprint
}

const openNode = (node: TrainedNode, options: OpenOptions): NativeNode => {
  const { id, inputs, takesSparse, entry } = node
  if (entry === undefined) throw scoringError('blueprint.ownTask', { node: id })
  const { title, columns } = entry
  if (!readyForms.includes(columns)) throw scoringError('blueprint.columns', { node: id, title, columns })
  const model: Model = openModel(node.model, options)
  return { id, inputs, form: columns as ReadyForm, takesSparse, model, gives: givesOf(entry, node.known) }
}

const givesOf = ({ targetTypes, method }: TaskEntry, known: readonly string[] | undefined): Gives => {
  if (targetTypes.includes('transform')) {
    if (method === undefined) return { type: 'transform' }
    return { type: method === 'predict_proba' ? 'shares' : 'number' }
  }
  if (targetTypes.includes('anomaly')) return { type: 'unusualness' }
  return known === undefined ? { type: 'number' } : { type: 'probabilities', known }
}
