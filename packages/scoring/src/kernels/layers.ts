import { places, twoAbreast } from './memory.ts'
import { kernelInstance } from './module.ts'

const lanes = 8

export type LayerPlan = {
  readonly inputs: number
  readonly outputs: number
  /** inputs × outputs. */
  readonly weights: Float64Array
  readonly intercepts: Float64Array
  /** What is done to each sum: in WebAssembly where it is rectified, else by the function. */
  readonly activation: 'rectify' | ((value: number) => number) | undefined
}

/**
 * What the last layer makes of up to eight rows from `row` on: output k of row `row + l` is at 8k + l, until the next call.
 * Undefined where a row holds a number that is not finite.
 */
export type RunLayers = (values: Float64Array, row: number, rows: number) => Float64Array | undefined

/** Undefined where WebAssembly is not to be had. */
export const runLayers = (layers: readonly LayerPlan[]): RunLayers | undefined => {
  const columns = layers[0]?.inputs ?? 0
  const { take, end } = places()
  const given = take(lanes * columns * 8)
  let from = take(lanes * columns * 8)
  const abreast = from
  const laid = layers.map(({ inputs, outputs, weights, intercepts, activation }) => {
    const pairs = Math.ceil(outputs / 2)
    const at = { from, others: take(pairs * inputs * 16), added: take(pairs * 16), to: take(pairs * lanes * 16) }
    from = at.to
    return { ...at, inputs, outputs, pairs, weights, intercepts, activation }
  })
  const instance = kernelInstance(end())
  if (instance === undefined) return undefined
  const { buffer, exports } = instance
  for (const { inputs, outputs, others, added, weights, intercepts } of laid) {
    const valueAt = (output: number, input: number): number => weights[input * outputs + output] as number
    twoAbreast(outputs, inputs, valueAt, new Float64Array(buffer, others))
    new Float64Array(buffer, added).set(intercepts)
  }
  const steps = laid.map((layer) => ({ ...layer, view: new Float64Array(buffer, layer.to, layer.outputs * lanes) }))
  const givenView = new Float64Array(buffer, given, lanes * columns)
  const last = steps.at(-1)?.view ?? givenView
  return (values, row, count) => {
    givenView.set(values.subarray(row * columns, (row + count) * columns))
    if (exports.takeRows(given, count, columns, abreast) !== 0) return undefined
    for (const { from: input, inputs, others, pairs, added, to, activation, view } of steps) {
      exports.layer(input, inputs, others, pairs, added, activation === 'rectify' ? 1 : 0, to)
      if (typeof activation === 'function')
        for (let i = 0; i < view.length; i++) view[i] = activation(view[i] as number)
    }
    return last
  }
}
