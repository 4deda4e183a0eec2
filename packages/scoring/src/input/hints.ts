import type { Cell } from '../data/data.ts'
import type { CategoriesModel } from '../model/categories.ts'
import type { ColumnwiseStep } from '../model/columnwise.ts'
import type { ImputerModel } from '../model/imputer.ts'
import type { Model } from '../model/model.ts'
import type { SelectionModel } from '../model/selection.ts'
import type { UnionModel } from '../model/union.ts'
import type { ColumnKind } from './input.ts'

/** What a model tells of one of its columns. */
export type Hint = {
  readonly name?: string
  /** Nothing reads it. */
  readonly isUnused?: true
  readonly type?: ColumnKind
  readonly low?: number
  readonly high?: number
  readonly values?: readonly Cell[]
  readonly words?: readonly string[]
}

/** Models that take one text or mapping a row rather than columns. */
export const isOfWholeRows = (model: Model): 'texts' | 'mappings' | undefined => {
  switch (model.kind) {
    case 'termCounts':
      return 'texts'
    case 'hashedFeatures':
    case 'mappedFeatures':
      return 'mappings'
    case 'pipeline':
      return model.steps[0] === undefined ? undefined : isOfWholeRows(model.steps[0])
    case 'union': {
      const free = model.parts.filter(({ input }) => input === undefined).flatMap(({ model: part }) => part ?? [])
      return free.map(isOfWholeRows).find((whole) => whole !== undefined)
    }
    default: {
      const [inner] = innerModels(model)
      return inner === undefined ? undefined : isOfWholeRows(inner)
    }
  }
}

/** Names of the columns, in their order, where the file keeps them. */
type Names = readonly string[] | undefined

const mostWords = 40

/** Some of the words that a model looks for in texts, from all over its vocabulary. */
export const textWords = (model: Model): readonly string[] | undefined => {
  if (model.kind !== 'termCounts') {
    const inner = model.kind === 'union' ? model.parts.flatMap(({ model: part }) => part ?? []) : innerModels(model)
    return inner.map(textWords).find((words) => words !== undefined)
  }
  if (model.terms.type !== 'vocabulary') return undefined
  const { terms } = model.terms
  const step = Math.max(1, Math.floor(terms.length / mostWords))
  return terms.filter((_, at) => at % step === 0).slice(0, mostWords)
}

/** What a model tells of its columns, in their order; those of which it tells nothing may be left out at the end. */
export const columnHints = (model: Model, names?: Names): readonly Hint[] => {
  switch (model.kind) {
    case 'pipeline':
      return stepHints(model.steps, names)
    case 'union':
      return unionHints(model, names)
    case 'categories':
      return categoryHints(model)
    case 'targetStatistics':
      return Array.from(
        { length: model.columns },
        (_, column): Hint => (model.categories.includes(column) ? { type: 'text' } : {}),
      )
    case 'termCounts': {
      const words = textWords(model)
      return [words === undefined ? { type: 'text' } : { type: 'text', words }]
    }
    case 'imputer':
      return imputerHints(model, [])
    // What its last model takes is what the members say.
    case 'stacking':
      return innerHints(
        model,
        model.members.map((member) => member.model),
        names,
      )
    case 'columnwise':
      return rangesOf(model.columns ?? 0, model.steps)
    default:
      return treeHints(model) ?? innerHints(model, innerModels(model), names)
  }
}

/** The first step tells of the columns; what keeps them as they are lets those behind it tell. */
const stepHints = ([first, ...rest]: readonly Model[], names: Names): readonly Hint[] => {
  if (first === undefined) return []
  if (first.kind === 'imputer') return imputerHints(first, stepHints(rest, undefined))
  if (first.kind === 'selection') return selectionHints(first, stepHints(rest, undefined))
  return columnHints(first, names)
}

/** A column that is kept several times is told of by each. */
const selectionHints = ({ columns, kept }: SelectionModel, behind: readonly Hint[]): readonly Hint[] => {
  const hints: Hint[] = Array.from({ length: columns ?? 0 }, () => ({}))
  for (const [at, column] of kept.entries()) hints[column] = merged(hints[column], behind[at] ?? {})
  return hints
}

const imputerHints = ({ columns, kept, fills }: ImputerModel, behind: readonly Hint[]): readonly Hint[] => {
  const hints: Hint[] = Array.from({ length: columns }, () => ({}))
  for (const [at, column] of kept.entries()) {
    const isText = typeof fills[at] === 'string'
    hints[column] = { ...(isText ? { type: 'text' as const } : {}), ...behind[at] }
  }
  return hints
}

const unionHints = ({ columns = 0, parts }: UnionModel, names: Names): readonly Hint[] => {
  const hints: (Hint | undefined)[] = Array.from({ length: columns })
  const places = new Map(names?.map((name, at) => [name, at]))
  const taken = new Set(places.values())
  for (const { name, position } of parts.flatMap(({ input }) => input?.columns ?? [])) {
    if (position === undefined) continue
    taken.add(position)
    if (name !== undefined) places.set(name, position)
  }
  // Those whose place nobody knows are found by their names: any place that is free will do.
  const placeOf = (name: string | undefined, position: number | undefined): number => {
    const known = position ?? (name === undefined ? undefined : places.get(name))
    if (known !== undefined) return known
    let at = 0
    while (taken.has(at)) at++
    taken.add(at)
    if (name !== undefined) places.set(name, at)
    return at
  }
  for (const { input, model } of parts) {
    const part = model === undefined ? [] : columnHints(model, input === undefined ? names : undefined)
    if (input === undefined) part.forEach((hint, at) => void (hints[at] = merged(hints[at], hint)))
    else
      for (const [at, { name, position }] of input.columns.entries()) {
        const to = placeOf(name, position)
        hints[to] = merged(hints[to], { ...part[at], ...(name === undefined ? {} : { name }) })
      }
  }
  return Array.from(hints, (hint): Hint => hint ?? { isUnused: true })
}

const merged = (a: Hint = {}, b: Hint): Hint => {
  const type = a.type === 'text' || b.type === 'text' ? 'text' : (a.type ?? b.type)
  return {
    ...a,
    ...b,
    ...(type === undefined ? {} : { type }),
    ...(a.low === undefined || b.low === undefined ? {} : { low: Math.min(a.low, b.low) }),
    ...(a.high === undefined || b.high === undefined ? {} : { high: Math.max(a.high, b.high) }),
    ...(b.values === undefined && a.values !== undefined ? { values: a.values } : {}),
  }
}

const categoryHints = ({ columns }: CategoriesModel): readonly Hint[] =>
  columns.map(({ categories }) => {
    const values = categories.filter((cell) => cell !== null)
    const kinds = new Set(values.map((cell) => typeof cell))
    const [only] = kinds
    const type = kinds.size > 1 ? 'any' : only === 'string' ? 'text' : only === 'boolean' ? 'boolean' : 'number'
    return { type, values }
  })

/** The numbers that come out of the arithmetic as the bounds of what is usual there. */
const rangesOf = (columns: number, steps: readonly ColumnwiseStep[]): readonly Hint[] => {
  const operations = new Set(steps.map(({ operation }) => operation))
  const [lowest, highest] = operations.has('subtract') ? [-3, 3] : operations.has('add') ? [0, 1] : [-1, 1]
  return Array.from({ length: columns }, (_, column): Hint => {
    const [low, high] = [before(lowest, column, steps), before(highest, column, steps)]
    return Number.isFinite(low) && Number.isFinite(high) && low !== high
      ? { low: Math.min(low, high), high: Math.max(low, high) }
      : {}
  })
}

const before = (value: number, column: number, steps: readonly ColumnwiseStep[]): number =>
  steps.reduceRight((result, { operation, by }) => {
    const number = by[column] as number
    switch (operation) {
      case 'subtract':
        return result + number
      case 'add':
        return result - number
      case 'divide':
        return result * number
      case 'multiply':
        return result / number
      default:
        return result
    }
  }, value)

type Splits = {
  readonly columns: number
  readonly feature: ArrayLike<number>
  readonly threshold: ArrayLike<number>
  readonly left: ArrayLike<number>
}

const isSplits = (value: unknown): value is Splits =>
  typeof value === 'object' && value !== null && 'threshold' in value && 'feature' in value && 'left' in value

/** The thresholds of trees tell where values lie. */
const treeHints = (model: Model): readonly Hint[] | undefined => {
  const trees = Object.values(model).find(isSplits)
  if (trees === undefined) return undefined
  const lows = new Float64Array(trees.columns).fill(Infinity)
  const highs = new Float64Array(trees.columns).fill(-Infinity)
  for (let node = 0; node < trees.left.length; node++) {
    const threshold = trees.threshold[node] as number
    if ((trees.left[node] as number) < 0 || !Number.isFinite(threshold)) continue
    const column = trees.feature[node] as number
    lows[column] = Math.min(lows[column] as number, threshold)
    highs[column] = Math.max(highs[column] as number, threshold)
  }
  return Array.from(lows, (low, column): Hint => {
    const high = highs[column] as number
    if (!Number.isFinite(low) || !Number.isFinite(high)) return {}
    const around = low === high ? Math.max(1, Math.abs(low)) : (high - low) / 10
    return { low: low - around, high: high + around }
  })
}

const isModel = (value: unknown): value is Model =>
  typeof value === 'object' && value !== null && 'kind' in value && 'name' in value

/** Models within a model, whatever it does with them. */
const innerModels = (model: Model): readonly Model[] =>
  Object.values(model).flatMap((value: unknown): Model[] =>
    isModel(value) ? [value] : Array.isArray(value) ? value.filter(isModel) : [],
  )

const innerHints = (model: Model, inner: readonly Model[], names: Names): readonly Hint[] => {
  const [first, ...rest] = inner.map((each) => columnHints(each, names))
  if (first === undefined) return 'columns' in model && typeof model.columns === 'number' ? blank(model.columns) : []
  const alike = rest.filter(({ length }) => length === first.length)
  return first.map((hint, at) => alike.reduce((all, other) => merged(all, other[at] ?? {}), hint))
}

const blank = (columns: number): readonly Hint[] => Array.from({ length: columns }, () => ({}))
