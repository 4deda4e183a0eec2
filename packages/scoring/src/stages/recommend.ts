import { scoringError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import type { Model } from '../model/model.ts'
import { type Factors, type PairProduct, productOf } from './pair-product.ts'

/** What is recommended to one user, or of an item to whom: ids, and what they would give, the highest first. */
export type Recommendation = { readonly id: number; readonly ids: Int32Array; readonly scores: Float64Array }

/**
 * The `count` best items of each user, or with `of: 'items'` the best users of each item, as `recommendForAllUsers` and
 * `recommendForUserSubset` of Spark's ALSModel give them (and `recommendProductsForUsers` of the older library). Without `ids` it is
 * everybody, in the order of the file; ids that training had not are left out, and one that is there twice counts once. Of equal scores the one comes first that
 * the file has first, which Spark leaves open. Throws `model.method` where the model knows no pairs.
 */
export const recommend = (
  model: Model,
  { of, count, ids }: { readonly of: 'users' | 'items'; readonly count: number; readonly ids?: readonly number[] },
): readonly Recommendation[] => {
  const pairs = pairProductOf(model)
  if (pairs === undefined)
    throw scoringError('model.method', { name: model.name, method: 'recommend', why: 'it was not fitted on pairs' })
  const [own, others] = of === 'users' ? [pairs.users, pairs.items] : [pairs.items, pairs.users]
  const places = new Map(Array.from(own.ids, (id, place) => [id, place]))
  const wanted = ids === undefined ? [...own.ids] : [...new Set(ids)].filter((id) => places.has(id))
  const most = Math.max(0, Math.min(Math.trunc(count), others.ids.length))
  if (!(wanted.length * most <= defaultLimits.nodes))
    throw scoringError('input.size', { model: model.name, cells: wanted.length * most, limit: defaultLimits.nodes })
  return wanted.map((id) => ({ id, ...best(pairs, own, places.get(id) as number, others, most) }))
}

const pairProductOf = (model: Model): PairProduct | undefined => {
  if (model.kind === 'stage') return model.stage.kind === 'pairProduct' ? model.stage : undefined
  if (model.kind !== 'pipeline') return undefined
  return model.steps.map(pairProductOf).findLast((pairs) => pairs !== undefined)
}

const best = (
  { rank, isSingle }: PairProduct,
  own: Factors,
  place: number,
  others: Factors,
  count: number,
): Omit<Recommendation, 'id'> => {
  const product = productOf(isSingle)
  const all = Float64Array.from(others.ids, (_, at) =>
    product(own.values, place * rank, others.values, at * rank, rank),
  )
  const order = Array.from(all.keys())
    .toSorted((a, b) => (all[b] as number) - (all[a] as number))
    .slice(0, count)
  return {
    ids: Int32Array.from(order, (at) => others.ids[at] as number),
    scores: Float64Array.from(order, (at) => all[at] as number),
  }
}
