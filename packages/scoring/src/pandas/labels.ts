import type { Labels } from '../data/labels.ts'
import type { Limits } from '../limits.ts'
import { labelsOf } from '../numpy/labels.ts'
import { scalarOf } from '../numpy/scalar.ts'
import type { CallNode, Value } from '../pickle/graph.ts'
import { calleeOf, callOf, globalOf } from '../python/names.ts'
import { itemsOf, textMapOf } from '../python/values.ts'

/** The values of a pandas Index or Series. */
export const pandasLabels = (value: Value | undefined, limits: Limits): Labels | undefined => {
  const call = callOf(value)
  if (call === undefined) return undefined
  return calleeOf(call) === 'pandas.core.indexes.base _new_Index'
    ? indexLabels(call, limits)
    : seriesLabels(call, limits)
}

/** `_new_Index(class, {'data': array, 'name': …})`; a RangeIndex has start, stop and step instead. */
const indexLabels = (call: CallNode, limits: Limits): Labels | undefined => {
  const parts = textMapOf(call.args[1])
  const data = parts?.get('data')
  if (data !== undefined) return labelsOf(backingArray(data) ?? data, limits)
  const [start, stop, step] = ['start', 'stop', 'step'].map((name) => Number(scalarOf(parts?.get(name))?.value)) as [
    number,
    number,
    number,
  ]
  const count = Math.max(0, Math.ceil((stop - start) / step))
  if (!(count <= limits.nodes)) return undefined
  return { type: 'integer', values: Array.from({ length: count }, (_, at) => start + at * step) }
}

/** A Series holds a manager of one block; its state is (axes, blocks, …). */
const seriesLabels = (call: CallNode, limits: Limits): Labels | undefined => {
  const made = globalOf(call.callable)
  const isSeries = [made, globalOf(call.args[0] ?? null)].some((one) => one?.name === 'Series')
  const state = isSeries ? textMapOf(call.states.at(-1)) : undefined
  const manager = callOf(state?.get('_mgr') ?? state?.get('_data'))
  const [, blocks] = itemsOf(manager?.states.at(-1)) ?? []
  const block = itemsOf(blocks)?.[0]
  return block === undefined ? undefined : labelsOf(backingArray(block) ?? block, limits)
}

/** The array within a StringArray of pandas 3. */
const backingArray = (value: Value): Value | undefined => {
  const call = callOf(value)
  if (call === undefined || calleeOf(call) !== 'pandas._libs.arrays __pyx_unpickle_NDArrayBacked') return undefined
  return itemsOf(call.states.at(-1))?.find((part) => {
    const inner = callOf(part)
    return inner !== undefined && calleeOf(inner) === 'numpy._core.multiarray _reconstruct'
  })
}
