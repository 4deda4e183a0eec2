import { numericRows } from '../data/check.ts'
import { selectColumns } from '../data/column-sets.ts'
import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import type { Compile } from './compile.ts'
import { indicesIn, needed } from './members.ts'
import type { Model } from './model.ts'
import { argmax, divideBy } from './numeric.ts'
import { classProbabilities, decisionScores, type Into, logarithmOf, vector } from './outputs.ts'
import type { Methods, Output, Scorer } from './scorer.ts'

/** The mean of models, each of which sees some of the columns. */
export type BaggingModel = {
  readonly kind: 'bagging'
  readonly name: string
  readonly columns: number
  readonly members: readonly BaggingMember[]
  /** Of a classifier; its members are fitted on the indices of the classes. */
  readonly classes: Labels | undefined
}
export type BaggingMember = {
  readonly model: Model
  /** The columns that it sees. */
  readonly features: Int32Array
}

/** One compiled member on the rows of the whole. */
type Seen = { readonly scorer: Scorer; readonly see: (rows: Data) => Data }

export const compileBagging = (model: BaggingModel, compile: Compile): Scorer => {
  const { name, columns, members, classes } = model
  const seen = members.map((member): Seen => {
    const { features } = member
    const isAll = features.length === columns && features.every((feature, index) => feature === index)
    const see = (rows: Data): Data =>
      isAll || (rows.kind !== 'dense' && rows.kind !== 'sparse') ? rows : selectColumns(rows, features)
    return { scorer: compile(member.model), see }
  })
  const enter = (into: Into): Into => {
    const expected = { model: name, columns, values: 'any' } as const
    return (data, out) => into(numericRows(data, expected), out)
  }
  return {
    name,
    columns,
    methods: classes === undefined ? regression(model, seen, enter) : classification(model, classes, seen, enter),
  }
}

const meanOf =
  (seen: readonly Seen[], outputs: readonly Output[]): Into =>
  (rows, out) => {
    const count = rows.rows * (outputs[0]?.columns ?? 1)
    const one = new Float64Array(count)
    out.fill(0, 0, count)
    for (const [index, { see }] of seen.entries()) {
      outputs[index]?.into(see(rows), one)
      for (let i = 0; i < count; i++) out[i] = (out[i] as number) + (one[i] as number)
    }
    divideBy(out, 0, count, seen.length)
  }

type Enter = (into: Into) => Into

const regression = ({ name }: BaggingModel, seen: readonly Seen[], enter: Enter): Methods => {
  const outputs = seen.map(({ scorer }) => needed(scorer, 'predict', name))
  const [first] = outputs as [Output]
  return { predict: { columns: first.columns, isVector: first.isVector, into: enter(meanOf(seen, outputs)) } }
}

const classification = ({ name }: BaggingModel, classes: Labels, seen: readonly Seen[], enter: Enter): Methods => {
  const count = classes.values.length
  const indices: Labels = { type: 'integer', values: classes.values.map((_, index) => index) }
  const members = seen.map((one) => membersOf(name, one, indices))
  const probabilities = enter((rows, out) => {
    out.fill(0, 0, rows.rows * count)
    for (const { add } of members) add(rows, out)
    divideBy(out, 0, rows.rows * count, members.length)
  })
  const predictProba = classProbabilities(classes, probabilities)
  const predict = vector(
    (data, out) => {
      const scores = new Float64Array(data.rows * count)
      probabilities(data, scores)
      for (let row = 0; row < data.rows; row++) out[row] = argmax(scores, row * count, count)
    },
    { labels: [classes] },
  )
  const decisions = seen.flatMap(({ scorer }) => scorer.methods.decisionFunction ?? [])
  const [first] = decisions
  return {
    predict,
    predictProba,
    predictLogProba: members.every(({ addLogarithms }) => addLogarithms !== undefined)
      ? classProbabilities(classes, enter(meanOfLogarithms(members, count)))
      : logarithmOf(predictProba),
    ...(first !== undefined && decisions.length === seen.length
      ? { decisionFunction: decisionScores(classes, first.columns, enter(meanOf(seen, decisions))) }
      : {}),
  }
}

type ClassifierMember = {
  /** Adds its probabilities, or its votes, to the rows' sums. */
  readonly add: Into
  /** Adds its probabilities to sums that are kept as logarithms. */
  readonly addLogarithms: Into | undefined
}

const membersOf = (name: string, { scorer, see }: Seen, indices: Labels): ClassifierMember => {
  const count = indices.values.length
  const { predictProba, predictLogProba } = scorer.methods
  const predict = needed(scorer, 'predict', name)
  const own = indicesIn(predict.labels?.[0] ?? indices, indices, name)
  const columns = own.length
  const each =
    (output: Output, change: (sum: number, value: number) => number): Into =>
    (rows, out) => {
      const values = new Float64Array(rows.rows * columns)
      output.into(see(rows), values)
      for (let row = 0; row < rows.rows; row++)
        for (let i = 0; i < columns; i++) {
          const to = row * count + (own[i] as number)
          out[to] = change(out[to] as number, values[row * columns + i] as number)
        }
    }
  const vote: Into = (rows, out) => {
    const values = new Float64Array(rows.rows)
    predict.into(see(rows), values)
    for (let row = 0; row < rows.rows; row++) {
      const to = row * count + (own[values[row] as number] as number)
      out[to] = (out[to] as number) + 1
    }
  }
  return {
    add: predictProba === undefined ? vote : each(predictProba, (sum, value) => sum + value),
    addLogarithms: predictLogProba === undefined ? undefined : each(predictLogProba, addedLogarithms),
  }
}

const meanOfLogarithms = (members: readonly ClassifierMember[], count: number): Into => {
  const logCount = Math.log(members.length)
  return (rows, out) => {
    out.fill(-Infinity, 0, rows.rows * count)
    for (const { addLogarithms } of members) addLogarithms?.(rows, out)
    for (let i = 0; i < rows.rows * count; i++) out[i] = (out[i] as number) - logCount
  }
}

/** `log(exp(a) + exp(b))`, as numpy's logaddexp. */
const addedLogarithms = (a: number, b: number): number => {
  if (a === b) return a + Math.LN2
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b))
}
