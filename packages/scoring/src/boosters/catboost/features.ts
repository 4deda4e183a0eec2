import { scoringError } from '../../errors.ts'
import type { Combination, DerivedColumns, TargetStatisticsModel } from '../../model/target-statistics.ts'
import type { FlatTable } from '../flat-buffer.ts'
import {
  type CatBoostFile,
  categoryFeature,
  combination,
  floatFeature,
  invalid,
  oneHotFeature,
  statistic,
  statisticAbout,
  statisticOf,
  statisticTable,
  trees,
} from './format.ts'

/** One question: is the prepared row's feature above the border? */
export type Split = { readonly feature: number; readonly border: number; readonly missingLeft: number }

export type Features = {
  /** What prepares the rows; undefined where they are taken as they are. */
  readonly preparation: TargetStatisticsModel | undefined
  /** Of a prepared row. */
  readonly columns: number
  /** By the numbers that trees give them. */
  readonly splits: readonly Split[]
}

/** Missing values are above every border; else they are below. */
const missingIsAbove = 2

/** Kinds of statistics by their numbers: how many of a kind are made of the counts of a bucket. */
const types = ['borders', 'buckets', 'mean', 'mean', 'counter', 'counter'] as const

export const featuresOf = (name: string, model: FlatTable, tables: CatBoostFile['tables']): Features => {
  const numbers = model.tables(trees.floatFeatures)
  const categories = model.tables(trees.categoryFeatures)
  const missing = numbers.map((feature) => feature.byte(floatFeature.missing, 0) === missingIsAbove)
  const splits: Split[] = numbers.flatMap((feature, index) =>
    Array.from(feature.floats(floatFeature.borders), (border) => ({
      feature: index,
      border,
      missingLeft: missing[index] ? 0 : 1,
    })),
  )
  if (categories.length === 0) return { preparation: undefined, columns: numbers.length, splits }

  const derived: DerivedColumns[] = []
  let columns = numbers.length
  for (const feature of model.tables(trees.oneHotFeatures)) {
    const category = feature.number(oneHotFeature.index, 0)
    for (const hash of feature.integers(oneHotFeature.values)) {
      derived.push({ type: 'category', category, hash })
      splits.push({ feature: columns++, border: 0.5, missingLeft: 1 })
    }
  }
  const wanted = model.tables(trees.statistics)
  const byTable = Map.groupBy(wanted, (one) => keyOf(one.table(statistic.about).table(statisticAbout.of)))
  const tableOf = new Map(tables.map((table) => [keyOf(table.table(statisticTable.of)), table]))
  const columnOf = new Map<FlatTable, number>()
  for (const [key, ones] of byTable) {
    const table = tableOf.get(key)
    if (table === undefined) throw invalid('it lacks the table of a statistic')
    derived.push(statisticsOf(table, ones))
    for (const one of ones) columnOf.set(one, columns++)
  }
  for (const one of wanted)
    for (const border of one.floats(statistic.borders))
      splits.push({ feature: columnOf.get(one) as number, border, missingLeft: 1 })

  const width = numbers.length + categories.length
  const places = new Set<number>()
  const placeOf = (feature: FlatTable, field: number): number => {
    const place = feature.number(field, -1)
    if (place < 0 || place >= width || places.has(place)) throw invalid(`a feature is column ${place} of ${width}`)
    places.add(place)
    return place
  }
  const preparation: TargetStatisticsModel = {
    kind: 'targetStatistics',
    name,
    columns: width,
    numbers: numbers.map((feature, index) => ({
      column: placeOf(feature, floatFeature.flatIndex),
      missingIsAbove: missing[index] as boolean,
    })),
    categories: Int32Array.from(categories, (feature) => placeOf(feature, categoryFeature.flatIndex)),
    derived,
  }
  checkQuestions(preparation)
  return { preparation, columns, splits }
}

/** What a statistic is of, as a key. */
const keyOf = (of: FlatTable): string =>
  JSON.stringify([of.byte(statisticOf.type, 0), of.number(statisticOf.targetBorders, 0), combinationOf(of)])

const combinationOf = (of: FlatTable): Combination => {
  const features = of.table(statisticOf.combination)
  const borders = features.structs(combination.borders, 8)
  const questions = features.structs(combination.questions, 8)
  return {
    categories: Array.from(features.integers(combination.categories)),
    borders: Array.from({ length: borders.byteLength / 8 }, (_, index) => ({
      number: borders.getInt32(index * 8, true),
      border: borders.getFloat32(index * 8 + 4, true),
    })),
    questions: Array.from({ length: questions.byteLength / 8 }, (_, index) => ({
      category: questions.getInt32(index * 8, true),
      hash: questions.getInt32(index * 8 + 4, true),
    })),
  }
}

const bucketBytes = 12
const free = 0xffffffff

const statisticsOf = (table: FlatTable, ones: readonly FlatTable[]): DerivedColumns => {
  const of = table.table(statisticTable.of)
  const type = types[of.byte(statisticOf.type, 0)]
  if (type === undefined) throw invalid(`it has a statistic of kind ${of.byte(statisticOf.type, 0)}`)
  const classes = type === 'counter' ? 1 : type === 'mean' ? 2 : table.number(statisticTable.classes, 0)
  const blob = table.bytes(statisticTable.counts)
  const counts = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const buckets = table.structs(statisticTable.buckets, 1)
  const known: { readonly low: number; readonly high: number; readonly index: number }[] = []
  for (let at = 0; at + bucketBytes <= buckets.byteLength; at += bucketBytes) {
    const [low, high] = [buckets.getUint32(at, true), buckets.getUint32(at + 4, true)]
    if (low === free && high === free) continue
    const index = buckets.getUint32(at + 8, true)
    if (classes < 1 || (index + 1) * classes * 4 > blob.length) throw invalid('the table of a statistic is cut short')
    known.push({ low, high, index })
  }
  const denominator = table.number(statisticTable.denominator, 0)
  const count = (index: number, k: number): number => counts.getInt32((index * classes + k) * 4, true)
  const counted = (index: number, target: number): Counted => {
    if (type === 'counter') return { good: count(index, 0), all: denominator }
    if (type === 'mean') return { good: counts.getFloat32(index * 8, true), all: count(index, 1) }
    const each = Array.from({ length: classes }, (_, k) => count(index, k))
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
    return { good: type === 'buckets' ? (each[target] ?? 0) : sum(each.slice(target + 1)), all: sum(each) }
  }
  return {
    type: 'statistics',
    combination: combinationOf(of),
    low: Uint32Array.from(known, ({ low }) => low),
    high: Uint32Array.from(known, ({ high }) => high),
    statistics: ones.map((one) => {
      const about = one.table(statistic.about)
      const target = about.number(statisticAbout.target, 0)
      const value = valueOf(about)
      return {
        values: Float32Array.from(known, ({ index }) => value(counted(index, target))),
        otherwise: value({ good: 0, all: type === 'counter' ? denominator : 0 }),
      }
    }),
  }
}

/** How often (or how much of) the target was there, of how many rows. */
type Counted = { readonly good: number; readonly all: number }

/** (good + prior) / (all + prior's weight), moved and scaled, in float32. */
const valueOf = (about: FlatTable): ((counted: Counted) => number) => {
  const prior = about.float(statisticAbout.prior, 0)
  const weight = about.float(statisticAbout.priorOf, 1)
  const shift = about.float(statisticAbout.shift, 0)
  const scale = about.float(statisticAbout.scale, 1)
  const { fround } = Math
  return ({ good, all }) => {
    const share = fround(fround(fround(good) + prior) / fround(fround(all) + weight))
    return fround(fround(share + shift) * scale)
  }
}

const checkQuestions = ({ numbers, categories, derived }: TargetStatisticsModel): void => {
  const asked = derived.flatMap((one) =>
    one.type === 'category'
      ? [{ index: one.category, of: categories.length }]
      : [
          ...one.combination.categories.map((index) => ({ index, of: categories.length })),
          ...one.combination.questions.map(({ category }) => ({ index: category, of: categories.length })),
          ...one.combination.borders.map(({ number }) => ({ index: number, of: numbers.length })),
        ],
  )
  for (const { index, of } of asked)
    if (index < 0 || index >= of) throw invalid(`a statistic asks for feature ${index} of ${of}`)
}

/** What is not read: the library's own features of texts and embeddings. */
export const refuseOtherFeatures = (name: string, model: FlatTable): void => {
  for (const [kind, at] of [
    ['texts', trees.textFeatures],
    ['embeddings', trees.embeddings],
  ] as const)
    if (model.tables(at).length > 0)
      throw scoringError('model.class', { name, why: `its features of ${kind} are not computed` })
}
