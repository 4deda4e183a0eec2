/**
 * What a pickle says, as data. Nothing is imported, nothing is called: a call is a node that names what would be called.
 * Integers are numbers (bigint beyond 2^53); floats are nodes of their own, because Python tells `1` from `1.0`.
 */
export type Value = null | boolean | number | bigint | string | Node

export type Node =
  | FloatNode
  | BytesNode
  | ListNode
  | TupleNode
  | SetNode
  | DictNode
  | GlobalNode
  | CallNode
  | ForeignNode

export type FloatNode = { readonly kind: 'float'; readonly value: number }
export type BytesNode = { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly offset: number }
export type ListNode = { readonly kind: 'list'; readonly items: Value[]; readonly offset: number }
export type TupleNode = {
  readonly kind: 'tuple'
  readonly items: readonly Value[]
  readonly offset: number
  /** Levels of tuples and calls that were within it when it was made, itself included. */
  readonly depth: number
}
export type SetNode = {
  readonly kind: 'set'
  readonly items: Value[]
  readonly frozen: boolean
  readonly offset: number
}
/** Pairs in the order in which they were set; a key may come more than once, the last counts. */
export type DictNode = {
  readonly kind: 'dict'
  readonly keys: Value[]
  readonly values: Value[]
  readonly offset: number
}

/** A class or function by name. */
export type GlobalNode = {
  readonly kind: 'global'
  readonly module: string
  readonly name: string
  readonly offset: number
  /** Where the stream first sets items, attributes or state on the class, function or module itself. */
  changedAt: number | undefined
}

/** An object that loading would make by calling `callable`, and what would then be done to it. */
export type CallNode = {
  readonly kind: 'call'
  /** `reduce` calls, `new` calls `__new__` only. */
  readonly how: 'reduce' | 'new'
  readonly callable: Value
  readonly args: readonly Value[]
  readonly keywords: Value
  readonly offset: number
  /** Levels of tuples and calls that were within it when it was made, itself included. */
  readonly depth: number
  readonly states: Value[]
  readonly appended: Value[]
  readonly keys: Value[]
  readonly values: Value[]
  /** Raw bytes, or the root of a pickle within, that joblib keeps right behind an array's description. */
  payload: BytesNode | NestedPickle | undefined
}

export type NestedPickle = { readonly kind: 'pickle'; readonly root: Value }

/** What only the program that wrote the stream could resolve. */
export type ForeignNode = {
  readonly kind: 'foreign'
  readonly what: 'persistent id' | 'extension code' | 'out-of-band buffer'
  readonly id: Value
  readonly offset: number
}

export const isNode = (value: Value): value is Node => typeof value === 'object' && value !== null

/** Calls `visit` with every value that a node holds. */
export const forEachChild = (node: Node, visit: (child: Value) => void): void => {
  switch (node.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      for (const item of node.items) visit(item)
      return
    case 'dict':
      for (const key of node.keys) visit(key)
      for (const value of node.values) visit(value)
      return
    case 'call':
      visit(node.callable)
      for (const values of [node.args, node.states, node.appended, node.keys, node.values])
        for (const value of values) visit(value)
      visit(node.keywords)
      if (node.payload?.kind === 'pickle') visit(node.payload.root)
      return
    case 'foreign':
      visit(node.id)
      return
    case 'float':
    case 'bytes':
    case 'global':
      return
  }
}
