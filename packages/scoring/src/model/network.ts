import { numericRows } from '../data/check.ts'
import type { Dense, Sparse } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Kernels } from '../kernels/kernels.ts'
import { type LayerPlan, type RunLayers, runLayers } from '../kernels/layers.ts'
import { fewestRows, rowsAtOnce } from '../kernels/pairs.ts'
import type { Matrix } from '../python/instance.ts'
import type { Compile } from './compile.ts'
import { argmax, logistic, softmax } from './numeric.ts'
import { classProbabilities, type Into, logarithmOf, matrix, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** Layers of weighted sums with a function behind each. */
export type NetworkModel = {
  readonly kind: 'network'
  readonly name: string
  readonly columns: number
  readonly layers: readonly Layer[]
  readonly activation: 'identity' | 'logistic' | 'tanh' | 'relu'
  readonly outputActivation: 'identity' | 'logistic' | 'softmax'
  readonly task:
    | { readonly type: 'regression' }
    | { readonly type: 'classification'; readonly classes: Labels; readonly isMultilabel: boolean }
}
/** `weights` is inputs × outputs. */
export type Layer = { readonly weights: Matrix; readonly intercepts: Float64Array }

export const compileNetwork = (model: NetworkModel, _: Compile, kernels: Kernels): Scorer => ({
  name: model.name,
  columns: model.columns,
  methods: methodsOf(model, forward(model, kernels)),
})

const functions: Readonly<Record<NetworkModel['activation'], (value: number) => number>> = {
  identity: (value) => value,
  logistic,
  tanh: Math.tanh,
  relu: (value) => Math.max(value, 0),
}

const forward = (model: NetworkModel, kernels: Kernels): Into => {
  const plainly = plainForward(model)
  if (kernels === 'plain') return plainly
  const { columns, layers, outputActivation } = model
  const outputs = layers.at(-1)?.intercepts.length ?? 0
  // Made when a first batch comes; one row does not need it.
  let run: RunLayers | 'none' | undefined
  return (data, out) => {
    if (data.kind !== 'dense' || data.columns !== columns || data.rows < fewestRows) return plainly(data, out)
    run ??= runLayers(layerPlans(model)) ?? 'none'
    if (run === 'none') return plainly(data, out)
    for (let row = 0; row < data.rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, data.rows - row)
      const last = run(data.values, row, count)
      // Says what is wrong with the rows.
      if (last === undefined) return plainly(data, out)
      for (let lane = 0; lane < count; lane++) {
        const to = (row + lane) * outputs
        for (let i = 0; i < outputs; i++) out[to + i] = last[i * rowsAtOnce + lane] as number
        finishRow(outputActivation, out, to, outputs)
      }
    }
  }
}

const layerPlans = ({ layers, activation }: NetworkModel): readonly LayerPlan[] =>
  layers.map(({ weights, intercepts }, index) => ({
    inputs: weights.rows,
    outputs: weights.columns,
    weights: weights.values,
    intercepts,
    activation:
      index === layers.length - 1 || activation === 'identity'
        ? undefined
        : activation === 'relu'
          ? 'rectify'
          : functions[activation],
  }))

const finishRow = (
  activation: NetworkModel['outputActivation'],
  values: Float64Array,
  start: number,
  count: number,
): void => {
  if (activation === 'softmax') softmax(values, start, count)
  if (activation === 'logistic') for (let i = start; i < start + count; i++) values[i] = logistic(values[i] as number)
}

const plainForward = ({ name, columns, layers, activation, outputActivation }: NetworkModel): Into => {
  const widest = Math.max(...layers.map(({ intercepts }) => intercepts.length))
  const buffers = [new Float64Array(widest), new Float64Array(widest)] as const
  const hidden = functions[activation]
  return (data, out) => {
    const rows = numericRows(data, { model: name, columns, values: 'finite' })
    for (let row = 0; row < rows.rows; row++) {
      const last = layers.reduce<Float64Array | undefined>((input, layer, index) => {
        const result = buffers[index % 2] as Float64Array
        const count = layer.intercepts.length
        result.fill(0, 0, count)
        if (input === undefined) addRow(rows, row, layer, result)
        else for (let i = 0; i < layer.weights.rows; i++) addScaled(result, input[i] as number, layer, i)
        for (let i = 0; i < count; i++) {
          const sum = (result[i] as number) + (layer.intercepts[i] as number)
          result[i] = index === layers.length - 1 ? sum : hidden(sum)
        }
        return result
      }, undefined) as Float64Array
      const count = layers.at(-1)?.intercepts.length ?? 0
      finishRow(outputActivation, last, 0, count)
      out.set(last.subarray(0, count), row * count)
    }
  }
}

const addRow = (rows: Dense | Sparse, row: number, layer: Layer, sums: Float64Array): void => {
  if (rows.kind === 'dense')
    for (let i = 0; i < rows.columns; i++) addScaled(sums, rows.values[row * rows.columns + i] as number, layer, i)
  else
    for (let i = rows.starts[row] as number; i < (rows.starts[row + 1] as number); i++)
      addScaled(sums, rows.values[i] as number, layer, rows.indices[i] as number)
}

/** Adds what input `from` of this value gives to each sum. */
const addScaled = (sums: Float64Array, value: number, { weights }: Layer, from: number): void => {
  const { columns, values } = weights
  for (let i = 0, at = from * columns; i < columns; i++, at++)
    sums[i] = (sums[i] as number) + value * (values[at] as number)
}

const methodsOf = ({ layers, task }: NetworkModel, into: Into): Methods => {
  const outputs = layers.at(-1)?.intercepts.length ?? 0
  if (task.type === 'regression') return { predict: outputs === 1 ? vector(into) : matrix(outputs, into) }
  const { classes, isMultilabel } = task
  const predictProba = classProbabilities(classes, outputs === 1 ? bothOfTwo(into) : into)
  return {
    predict: isMultilabel ? aboveHalf(into, outputs) : predicted(into, outputs, classes),
    predictProba,
    predictLogProba: logarithmOf(predictProba),
  }
}

const bothOfTwo =
  (into: Into): Into =>
  (data, out) => {
    into(data, out)
    for (let row = data.rows - 1; row >= 0; row--) {
      const second = out[row] as number
      out[row * 2] = 1 - second
      out[row * 2 + 1] = second
    }
  }

const aboveHalf = (into: Into, outputs: number): Output =>
  matrix(
    outputs,
    (data, out) => {
      into(data, out)
      for (let i = 0; i < data.rows * outputs; i++) out[i] = (out[i] as number) > 0.5 ? 1 : 0
    },
    { isInteger: true },
  )

const predicted = (into: Into, outputs: number, classes: Labels): Output =>
  vector(
    (data, out) => {
      const all = new Float64Array(data.rows * outputs)
      into(data, all)
      for (let row = 0; row < data.rows; row++)
        out[row] = outputs === 1 ? ((all[row] as number) > 0.5 ? 1 : 0) : argmax(all, row * outputs, outputs)
    },
    { labels: [classes] },
  )
