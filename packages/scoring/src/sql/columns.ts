import type { Expression, Selection } from './parse.ts'

/** The columns that a selection reads by their names, and those that it makes. */
export const columnsOfSelection = ({
  items,
  condition,
}: Selection): { readonly reads: readonly string[]; readonly writes: readonly string[] } => {
  const reads = new Set(condition === undefined ? [] : columnsIn(condition))
  const writes: string[] = []
  for (const item of items) {
    if (item.kind === 'all') continue
    const { name, expression } = item
    for (const read of columnsIn(expression)) reads.add(read)
    if (expression.kind !== 'column' || expression.name !== name) writes.push(name)
  }
  return { reads: [...reads], writes }
}

const columnsIn = (expression: Expression): readonly string[] => {
  switch (expression.kind) {
    case 'column':
      return [expression.name]
    case 'call':
      return expression.args.flatMap(columnsIn)
    case 'cast':
      return columnsIn(expression.of)
    case 'literal':
      return []
  }
}
