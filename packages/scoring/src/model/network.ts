import { numericRows } from '../data/check.ts'
import type { Dense, Sparse } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Matrix } from '../python/instance.ts'
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

export const compileNetwork = (model: NetworkModel): Scorer => ({
  name: model.name,
  columns: model.columns,
  methods: methodsOf(model, forward(model)),
})

const functions: Readonly<Record<NetworkModel['activation'], (value: number) => number>> = {
  identity: (value) => value,
  logistic,
  tanh: Math.tanh,
  relu: (value) => Math.max(value, 0),
}

const forward = ({ name, columns, layers, activation, outputActivation }: NetworkModel): Into => {
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
      if (outputActivation === 'softmax') softmax(last, 0, count)
      if (outputActivation === 'logistic') for (let i = 0; i < count; i++) last[i] = logistic(last[i] as number)
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
