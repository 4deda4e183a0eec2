import type { Cell } from '../data/data.ts'
import { scoringError } from '../errors.ts'
import type { NumberType } from '../data/named.ts'
import type { Model } from '../model/model.ts'
import type { Scorer } from '../model/scorer.ts'
import { columnHints, type Hint, isOfWholeRows, textWords } from './hints.ts'
import { stageColumns, stagesOf } from './stage-columns.ts'

/** What a model takes: a table of numbers, a table with other columns too, one text or one mapping a row, or Spark's columns by name. */
export type ModelInput = {
  readonly shape: 'numbers' | 'table' | 'texts' | 'mappings' | 'named'
  /** In the model's order; empty for mappings, whose keys are free. */
  readonly columns: readonly InputColumn[]
}

export type InputColumn = {
  readonly name: string
  /** The name is the model's own; else the column is found by its place, and the name is made up. */
  readonly isNamed: boolean
  /** Nothing reads it. */
  readonly isUnused?: true
  readonly type: ColumnKind
  /** Part of a vector: Spark's columns of vectors are written `name:0`, `name:1`, … */
  readonly vector?: string
  /** Cells are lists of texts, written as JSON. */
  readonly isList?: true
  /** The type that Spark's numbers have, where it decides what the model finds for them. */
  readonly numberType?: NumberType
  /** The least and greatest usual value, where the model tells: from thresholds, means, bounds. */
  readonly low?: number
  readonly high?: number
  /** The values that the model knows. */
  readonly values?: readonly Cell[]
  /** Some of the terms that it looks for in a text. */
  readonly words?: readonly string[]
}

/** `any` is a number where the cell reads as one, else a text: columns whose categories are of both kinds. */
export type ColumnKind = 'number' | 'text' | 'boolean' | 'any'

/**
 * What `model` takes; `names` are those that its file keeps, `given` those of the rows at hand, where they are known. A vector is refused
 * of which neither the model nor these names tell how wide it is.
 */
export const inputOf = (
  model: Model,
  scorer: Scorer,
  names?: readonly string[],
  given: readonly string[] = names ?? [],
): ModelInput => {
  const stages = stagesOf(model)
  if (stages !== undefined) return { shape: 'named', columns: stageColumns(stages, scorer.name, given) }
  const whole = isOfWholeRows(model)
  if (whole === 'texts') {
    const words = textWords(model)
    const column = { name: 'text', isNamed: false, type: 'text' as const }
    return { shape: 'texts', columns: [words === undefined ? column : { ...column, words }] }
  }
  if (whole === 'mappings') return { shape: 'mappings', columns: [] }
  const known = columnHints(model, names)
  const width = Math.max(scorer.columns ?? 0, known.length, names?.length ?? 0)
  if (width === 0)
    throw scoringError('model.input', { name: scorer.name, reason: 'it does not tell how many columns it takes' })
  const hints = Array.from({ length: width }, (_, at): Hint => known[at] ?? {})
  const columns = hints.map(({ name: own, type = 'number', isUnused, low, high, values, words }, at): InputColumn => {
    const name = names?.[at] ?? own
    return {
      name: name ?? `x${at}`,
      isNamed: name !== undefined,
      type,
      ...(isUnused === undefined ? {} : { isUnused }),
      ...(low === undefined || high === undefined ? {} : { low, high }),
      ...(values === undefined ? {} : { values }),
      ...(words === undefined ? {} : { words }),
    }
  })
  const isTable = hints.some(({ name }) => name !== undefined) || columns.some(({ type }) => type !== 'number')
  return { shape: isTable ? 'table' : 'numbers', columns }
}
