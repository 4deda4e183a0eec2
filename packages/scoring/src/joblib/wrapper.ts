import { scoringError } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { CallNode, NestedPickle } from '../pickle/graph.ts'
import { describe } from '../pickle/machine.ts'
import { countElements } from '../numpy/array.ts'
import { readDType } from '../numpy/dtype.ts'
import { calleeOf } from '../python/names.ts'
import { itemsOf, textMapOf } from '../python/values.ts'

export const isArrayWrapper = (call: CallNode): boolean => calleeOf(call) === 'joblib.numpy_pickle NumpyArrayWrapper'

/**
 * joblib writes an array's bytes into the stream right behind the BUILD of its wrapper; since 1.2 after one byte that says
 * how much padding follows. Object arrays are a pickle of their own there.
 */
export const readWrapped = (
  call: CallNode,
  bytes: Uint8Array,
  start: number,
  limits: Limits,
  runNested: (start: number) => { readonly nested: NestedPickle; readonly end: number },
): number => {
  const state = textMapOf(call.states.at(-1))
  const invalid = (reason: string) => scoringError('numpy.invalid', { offset: call.offset, reason })
  if (state === undefined) throw invalid(`its state is ${describe(call.states.at(-1) ?? null)}`)
  if (call.payload !== undefined) throw invalid('its state is set twice')
  const dtype = readDType(state.get('dtype'), limits)
  if (dtype.kind === 'O') {
    const { nested, end } = runNested(start)
    call.payload = nested
    return end
  }
  let position = start
  const alignment = state.get('numpy_array_alignment_bytes')
  if (alignment !== undefined && alignment !== null) {
    const padding = bytes[position]
    if (padding === undefined) throw invalid('its data are cut short')
    position += 1 + padding
  }
  const { count } = countElements(itemsOf(state.get('shape')), dtype.itemSize, call.offset, limits)
  const end = position + count * dtype.itemSize
  if (end > bytes.length) throw invalid(`its data are cut short: ${end - bytes.length} bytes are missing`)
  call.payload = { kind: 'bytes', bytes: bytes.subarray(position, end), offset: position }
  return end
}
