import type { ColumnSchema, Table } from '@modelsmith/table'
import { type Columns, withColumns } from '../data/columns.ts'
import { type Data, dense, type Dense } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import { compile, type CompileOptions } from '../model/compile.ts'
import type { Model } from '../model/model.ts'
import { type Output, run, type Scorer } from '../model/scorer.ts'
import { dataColumns, joined, ready, type ReadyForm } from './ready.ts'

/** A trained blueprint of library tasks as plain data: its nodes in an order in which each follows what it reads; the last answers. */
export type NativeBlueprint = {
  /** Columns of a row, with the types frozen when it was fitted. */
  readonly inputs: readonly ColumnSchema[]
  /** Of the target, in the order of the answers; none where it is a number. */
  readonly classes: readonly string[]
  readonly nodes: readonly NativeNode[]
}

export type NativeNode = {
  readonly id: string
  readonly inputs: readonly NativeInput[]
  readonly form: ReadyForm
  /** Whether sparse data reaches it as such. */
  readonly takesSparse: boolean
  readonly model: Model
  readonly gives: Gives
}
export type NativeInput =
  | { readonly from: 'data'; readonly columns: readonly string[] }
  | { readonly from: 'node'; readonly node: string }

/** What of a model's methods a node gives to the next. */
export type Gives =
  | { readonly type: 'transform' | 'shares' | 'number' | 'unusualness' }
  /** Of the blueprint's classes; `known` are those of the model, in its order. A class without a row in training is never expected. */
  | { readonly type: 'probabilities'; readonly known: readonly string[] }

export type BlueprintScorer = {
  /** Rows under the blueprint's inputs to one column of numbers, or one a class; what Python would refuse is refused. */
  readonly predict: (rows: Table) => readonly Float64Array[]
  /** What the last node's model is given of these rows. */
  readonly enter: (rows: Table) => Data
}

export const compileBlueprint = (blueprint: NativeBlueprint, options: CompileOptions = {}): BlueprintScorer => {
  const { inputs, nodes, classes } = blueprint
  const whole = new Set(inputs.filter(({ type }) => type === 'integer').map(({ name }) => name))
  const compiled = nodes.map((node) => compileNode(node, classes, whole, options))
  const last = compiled.at(-1)
  if (last === undefined) throw new RangeError('A blueprint has nodes.')
  const enter = (rows: Table): Data => {
    const given = new Map<string, Columns>()
    for (const node of compiled.slice(0, -1)) given.set(node.id, node.give(node.enter(rows, given)))
    return last.enter(rows, given)
  }
  return { enter, predict: (rows) => answered(last.give(enter(rows)) as Dense, last.id) }
}

type CompiledNode = {
  readonly id: string
  readonly enter: (rows: Table, given: ReadonlyMap<string, Columns>) => Data
  readonly give: (data: Data) => Columns
}

const compileNode = (
  { id, inputs, form, takesSparse, model, gives }: NativeNode,
  classes: readonly string[],
  whole: ReadonlySet<string>,
  options: CompileOptions,
): CompiledNode => {
  const scorer = compile(model, options)
  const give = giverOf(scorer, gives, classes)
  return {
    id,
    enter: (rows, given) => {
      const columns = joined(
        inputs.map((input) =>
          input.from === 'data' ? dataColumns(rows, input.columns) : (given.get(input.node) as Columns),
        ),
        takesSparse,
      )
      const names = columns.kind === 'frame' ? columns.columns.map(({ name }) => name) : []
      return ready(form, columns, (at) => whole.has(names[at] ?? ''), scorer.name)
    },
    give,
  }
}

const giverOf = (scorer: Scorer, gives: Gives, classes: readonly string[]): ((data: Data) => Columns) => {
  const { name, methods } = scorer
  const lacking = (method: string) =>
    scoringError('model.method', { name, method, why: 'a node of the blueprint asks for it' })
  const outputOf = (output: Output | undefined, method: string) => {
    if (output === undefined) throw lacking(method)
    return (data: Data): Dense => dense(data.rows, output.columns, run(output, data) as Float64Array<ArrayBuffer>)
  }
  switch (gives.type) {
    case 'transform': {
      const { transform } = methods
      if (transform === undefined) throw lacking('transform')
      return (data) => withColumns(transform.apply(data), name)
    }
    case 'shares':
      return outputOf(methods.predictProba, 'predict_proba')
    case 'number':
      return outputOf(methods.predict, 'predict')
    case 'unusualness': {
      const usual = outputOf(methods.scoreSamples, 'score_samples')
      return (data) => {
        const { rows, columns, values } = usual(data)
        return dense(
          rows,
          columns,
          values.map((value) => -value),
        )
      }
    }
    case 'probabilities': {
      const shares = outputOf(methods.predictProba, 'predict_proba')
      const places = gives.known.map((label) => classes.indexOf(label))
      return (data) => {
        const { rows, columns, values } = shares(data)
        if (columns !== places.length)
          throw scoringError('input.width', { model: name, expected: places.length, found: columns })
        const result = dense(rows, classes.length)
        for (let row = 0; row < rows; row++)
          for (const [column, place] of places.entries())
            if (place >= 0) result.values[row * classes.length + place] = values[row * columns + column] as number
        return result
      }
    }
  }
}

/** Columns of finite numbers: nothing else is an answer. */
const answered = ({ rows, columns, values }: Dense, node: string): readonly Float64Array[] => {
  if (!values.every(Number.isFinite)) throw scoringError('blueprint.notFinite', { node })
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (__, row) => values[row * columns + column] as number),
  )
}
