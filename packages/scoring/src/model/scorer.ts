import type { Data } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'

/**
 * Numbers that a model gives for each row. `into` writes rows × columns, row after row, and allocates nothing for itself where
 * rows are dense, so that one row costs what its arithmetic costs.
 */
export type Output = {
  readonly columns: number
  readonly into: (data: Data, out: Float64Array) => void
  /** The result is one value a row, not a matrix of one column. */
  readonly isVector: boolean
  /** Values are indices into these labels: one set for each column, in turn. */
  readonly labels?: readonly Labels[]
  /** Of `predict`: the first class of the highest `predictProba`, so that whoever asks for both need not ask twice. */
  readonly isMostLikely?: boolean
  /** What the columns are called where they stand for classes; with several targets, each name says whose. */
  readonly names?: readonly ColumnName[]
  /** Values are whole numbers in the library. */
  readonly isInteger?: boolean
  /** What a row gets depends on the rows that are given with it, as it does in the library. */
  readonly isOfBatch?: boolean
}
export type ColumnName = { readonly target?: number; readonly label: string }

/** A transformer's step. */
export type Transform = {
  /** The result is one value a row, not a matrix of one column. */
  readonly isVector?: boolean
  readonly isInteger?: boolean
  readonly apply: (data: Data) => Data
}

/** Every method by which a model can be asked, named as in scikit-learn. A model has those that the library gives it. */
export type Methods = {
  readonly predict?: Output
  readonly predictProba?: Output
  readonly predictLogProba?: Output
  readonly decisionFunction?: Output
  readonly scoreSamples?: Output
  readonly predictStd?: Output
  readonly apply?: Output
  readonly transform?: Transform
  /** Distances of the k nearest training rows, then their indices: 2k columns. */
  readonly kneighbors?: Output
}
export type MethodName = keyof Methods

/** A compiled model. */
export type Scorer = {
  /** The class in messages. */
  readonly name: string
  /** Width of the rows that it takes; undefined where they are texts or mappings. */
  readonly columns: number | undefined
  readonly methods: Methods
}

/** Runs `output` on all rows. */
export const run = (output: Output, data: Data): Float64Array => {
  const out = new Float64Array(data.rows * output.columns)
  output.into(data, out)
  return out
}
