import { columnOf, type Named, type TextList, withColumns } from '../data/named.ts'
import { scoringError } from '../errors.ts'
import type { StageColumns } from './columns.ts'

/** What goes with the items of a list, by rules: where all items of one are there, so should be what follows from them. */
export type ItemRules = {
  readonly kind: 'itemRules'
  readonly items: string
  readonly prediction: string
  readonly rules: readonly ItemRule[]
}
export type ItemRule = { readonly items: readonly string[]; readonly follows: string }

export const itemRulesColumns = ({ items: name, prediction }: ItemRules): StageColumns => ({
  reads: [{ name, kind: 'texts' }],
  writes: [prediction],
  predicts: true,
})

/** Each item that follows once, in the order of the rules, and none that is there already. A null has none. */
export const compileItemRules = ({ items, prediction, rules }: ItemRules, name: string): ((rows: Named) => Named) => {
  // Only rules one of whose items is there are looked at.
  const byItem = Map.groupBy(rules.keys(), (at) => rules[at]?.items[0])
  const followingFrom = (list: TextList): readonly string[] => {
    const given = new Set(list)
    const places = [...given].flatMap((item) => (item === null ? [] : (byItem.get(item) ?? [])))
    const follows = new Set<string>()
    for (const at of places.toSorted((a, b) => a - b)) {
      const rule = rules[at] as ItemRule
      if (!given.has(rule.follows) && rule.items.every((item) => given.has(item))) follows.add(rule.follows)
    }
    return [...follows]
  }
  return (rows) => {
    const column = columnOf(rows, items, name)
    if (column.kind !== 'textLists')
      throw scoringError('input.kind', { model: name, expected: `lists of texts as "${items}"`, found: column.kind })
    const values = column.values.map((list) => (list === null ? [] : followingFrom(list)))
    return withColumns(rows, [[prediction, { kind: 'textLists', values }]])
  }
}
