import type { DecodedArray, SchemaTree } from 'hyparquet'
import type { Leaf } from './leaf.ts'

/** A column without lists: a value for each row, null where there is none. */
export const flatValues = ({ values, definitions, definition, length }: Leaf): ArrayLike<unknown> => {
  if (definitions === undefined || values.length === length) return values
  let held = 0
  return Array.from(definitions, (level) => (level === definition ? values[held++] : null))
}

/** How far a leaf was read. */
type Cursor = { readonly leaf: Leaf; entry: number; held: number }

/** Reads the next value of a node, and moves the cursors of all leaves below it. */
type Read = () => unknown
/** `first` leads: its levels tell what is there. */
type Node = {
  readonly first: Cursor
  readonly cursors: readonly Cursor[]
  readonly read: Read
  /** Its values are as the column holds them. */
  readonly isPlain: boolean
}

/**
 * Puts rows together from the columns of a row group: structures are objects, lists are arrays or typed arrays, maps are objects,
 * what is missing is null. Throws a RangeError where levels contradict each other, and where columns do not end with the last row.
 */
export const recordsOf = (
  tree: SchemaTree,
  leaves: ReadonlyMap<string, Leaf>,
  rows: number,
): readonly Readonly<Record<string, unknown>>[] => {
  const fields = tree.children.map((child) => [child.element.name, nodeOf(child, leaves, tops)] as const)
  const cursors = fields.flatMap(([, node]) => node.cursors)
  const records = Array.from({ length: rows }, () => {
    for (const { leaf, entry } of cursors) {
      if (entry >= leaf.length) throw new RangeError('a column is cut short')
      if ((leaf.repetitions?.[entry] ?? 0) !== 0) throw unsound()
    }
    return Object.fromEntries(fields.map(([name, { read }]): [string, unknown] => [name, read()]))
  })
  if (cursors.some(({ leaf, entry }) => entry !== leaf.length)) throw new RangeError('a column has more than its rows')
  return records
}

const unsound = (): Error => new RangeError('levels contradict each other')

/** How many of the nodes from the top to this one may be missing, and how many are repeated. */
type Depth = { readonly definition: number; readonly repetition: number }
const tops: Depth = { definition: 0, repetition: 0 }

const nodeOf = (tree: SchemaTree, leaves: ReadonlyMap<string, Leaf>, above: Depth): Node => {
  const { repetition_type: repeated } = tree.element
  const depth = {
    definition: above.definition + (repeated === 'REQUIRED' ? 0 : 1),
    repetition: above.repetition + (repeated === 'REPEATED' ? 1 : 0),
  }
  const node = valueOf(tree, leaves, depth)
  if (repeated === 'REPEATED') return listOf(node, depth)
  return repeated === 'OPTIONAL' && tree.children.length > 0 ? optionalOf(node, depth, () => null) : node
}

/** A node as if it were there. */
const valueOf = (tree: SchemaTree, leaves: ReadonlyMap<string, Leaf>, depth: Depth): Node => {
  const [only, ...others] = tree.children
  if (only === undefined) return leafOf(tree, leaves)
  const { converted_type: converted, logical_type: logical } = tree.element
  const isRepeated = others.length === 0 && only.element.repetition_type === 'REPEATED'
  if (isRepeated && (converted === 'LIST' || logical?.type === 'LIST')) {
    const [element, ...more] = only.children
    if (element === undefined || more.length > 0) return nodeOf(only, leaves, depth)
    const inner = { definition: depth.definition + 1, repetition: depth.repetition + 1 }
    return listOf(nodeOf(element, leaves, inner), inner)
  }
  const fields = tree.children.map((child) => [child.element.name, nodeOf(child, leaves, depth)] as const)
  if (isRepeated && (converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP'))
    return mapOf((fields[0] as (typeof fields)[number])[1])
  const [, lead] = fields[0] as (typeof fields)[number]
  return {
    first: lead.first,
    isPlain: false,
    cursors: fields.flatMap(([, { cursors }]) => cursors),
    read: () => Object.fromEntries(fields.map(([name, { read }]): [string, unknown] => [name, read()])),
  }
}

const leafOf = (tree: SchemaTree, leaves: ReadonlyMap<string, Leaf>): Node => {
  const leaf = leaves.get(tree.path.join('.'))
  if (leaf === undefined) throw new RangeError(`the column "${tree.path.join('.').slice(0, 60)}" is not there`)
  const cursor: Cursor = { leaf, entry: 0, held: 0 }
  const { values, definitions, definition } = leaf
  return {
    first: cursor,
    isPlain: true,
    cursors: [cursor],
    read: () => {
      const entry = cursor.entry++
      if (entry >= leaf.length) throw new RangeError('a column is cut short')
      return definitions === undefined || definitions[entry] === definition ? values[cursor.held++] : null
    },
  }
}

const levelAt = ({ leaf, entry }: Cursor): number => {
  if (entry >= leaf.length) throw new RangeError('a column is cut short')
  return leaf.definitions?.[entry] ?? leaf.definition
}

/** A node that may be missing at `depth`; then all below take one entry, which says so too. */
const optionalOf = (node: Node, { definition }: Depth, missing: Read): Node => ({
  ...node,
  read: () => {
    if (levelAt(node.first) >= definition) return node.read()
    for (const cursor of node.cursors) {
      if (levelAt(cursor) >= definition) throw unsound()
      cursor.entry++
    }
    return missing()
  },
})

const listOf = (item: Node, depth: Depth): Node => {
  const { first, read } = item
  const { repetitions } = first.leaf
  const continues = (): boolean => repetitions?.[first.entry] === depth.repetition
  const items = (): ArrayLike<unknown> => {
    const whole = item.isPlain ? wholeRun(first, depth) : undefined
    if (whole !== undefined) return whole
    const all: unknown[] = []
    do all.push(read())
    while (continues())
    return all
  }
  return optionalOf({ ...item, isPlain: false, read: items }, depth, () => [])
}

/** The items of a list of plain values, of which none is missing; else undefined. */
const wholeRun = (cursor: Cursor, depth: Depth): DecodedArray | undefined => {
  const { leaf, entry, held } = cursor
  const { repetitions, definitions, definition, values } = leaf
  let end = entry
  do {
    if (definitions !== undefined && definitions[end] !== definition) return undefined
    end++
  } while (end < leaf.length && repetitions?.[end] === depth.repetition)
  cursor.entry = end
  cursor.held = held + end - entry
  return Array.isArray(values) ? values.slice(held, cursor.held) : values.subarray(held, cursor.held)
}

/** Pairs of a key and a value, as one object. */
const mapOf = (pairs: Node): Node => ({
  ...pairs,
  read: () =>
    Object.fromEntries(
      Array.from(pairs.read() as ArrayLike<Record<string, unknown>>, (pair): [string, unknown] => {
        const [key, value] = Object.values(pair)
        return [String(key), value]
      }),
    ),
})
