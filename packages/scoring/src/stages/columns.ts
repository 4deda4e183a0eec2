import type { NumberType } from '../data/named.ts'

/** A column that a stage reads; several stages read numbers as well as vectors. */
export type Read = {
  readonly name: string
  readonly kind: 'number' | 'text' | 'numberOrText' | 'texts' | 'vector' | 'numberOrVector'
  /** The type of the numbers, where it decides what is looked up. */
  readonly type?: NumberType
  /** Width of the vectors, where the model tells it; the least where they may have more. */
  readonly size?: number
  /** A column that the stage makes of these vectors, as wide as they are. */
  readonly widthOf?: string
  readonly values?: readonly (string | number)[]
  /** Rows may come without it. */
  readonly isOptional?: true
}

/** Which columns a stage reads, and which it makes of them. */
export type StageColumns = {
  readonly reads: readonly Read[]
  readonly writes: readonly string[]
  /** What it makes are predictions. */
  readonly predicts?: true
}

/** A column each for several inputs of one kind. */
export const pairs = (
  columns: readonly { readonly input: string; readonly output: string }[],
  kind: Read['kind'],
): StageColumns => ({
  reads: columns.map(({ input: name }) => ({ name, kind })),
  writes: columns.map(({ output }) => output),
})

/** One column made of another. */
export const single = (
  { input: name, output }: { readonly input: string; readonly output: string },
  kind: Read['kind'],
  more: Pick<Read, 'size' | 'widthOf'> = {},
): StageColumns => ({ reads: [{ name, kind, ...more }], writes: [output] })
