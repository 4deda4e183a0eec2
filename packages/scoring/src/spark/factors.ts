import type { Model } from '../model/model.ts'
import type { Factors, PairProduct } from '../stages/pair-product.ts'
import { scoringError } from '../errors.ts'
import type { SparkBuilder, SparkFamily } from './class-entry.ts'
import type { Saved } from './saved.ts'

/** The rows of a table of factors: an id and `rank` numbers each. */
const factorsOf = (saved: Saved, table: string, column: string, rank: number): Factors => {
  const rows = saved.rows(table)
  const ids = Int32Array.from(rows, (row) => {
    const id = row.integer('id')
    if ((id | 0) !== id) throw saved.wrong(`${table}.id`, 'whole numbers of 32 bits')
    return id
  })
  if (new Set(ids).size !== ids.length) throw saved.mismatch(`${table}.id`, 'each id once')
  const parts = rows.map((row) => row.numbers('features'))
  if (parts.some((own) => own.length !== rank)) throw saved.mismatch(`${table}.features`, `${rank} numbers a row`)
  const values = new Float64Array(ids.length * rank)
  for (const [place, own] of parts.entries()) values.set(own, place * rank)
  return { column, ids, values }
}

const rankOf = (saved: Saved): number => {
  const rank = saved.count('rank')
  if (rank === 0) throw saved.wrong('rank', 'a number from 1')
  return rank
}

const stage = (saved: Saved, made: Omit<PairProduct, 'kind'>): Model => ({
  kind: 'stage',
  name: saved.name,
  stage: { kind: 'pairProduct', ...made },
})

const alternatingLeastSquares: SparkBuilder = (saved) => {
  const rank = rankOf(saved)
  // Versions before 2.2 know no other strategy.
  const strategy = saved.has('coldStartStrategy') ? saved.text('coldStartStrategy').toLowerCase() : 'nan'
  if (strategy !== 'nan' && strategy !== 'drop')
    throw scoringError('model.parameter', { name: saved.name, parameter: 'coldStartStrategy', value: strategy })
  return stage(saved, {
    users: factorsOf(saved, 'userFactors', saved.text('userCol'), rank),
    items: factorsOf(saved, 'itemFactors', saved.text('itemCol'), rank),
    rank,
    prediction: saved.text('predictionCol'),
    isSingle: true,
    dropsUnknown: strategy === 'drop',
  })
}

/** The older model knows no columns: its pairs are called `user` and `product`, as its own ratings are. */
const matrixFactorization: SparkBuilder = (saved) => {
  const rank = rankOf(saved)
  return stage(saved, {
    users: factorsOf(saved, 'data/user', 'user', rank),
    items: factorsOf(saved, 'data/product', 'product', rank),
    rank,
    prediction: 'prediction',
    isSingle: false,
    dropsUnknown: true,
  })
}

export const factors: SparkFamily = {
  'org.apache.spark.ml.recommendation.ALSModel': alternatingLeastSquares,
  'org.apache.spark.mllib.recommendation.MatrixFactorizationModel': matrixFactorization,
}
