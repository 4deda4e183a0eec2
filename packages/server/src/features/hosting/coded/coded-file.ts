import type { AlgorithmCode, HostedModel, ModelFile, UsedAlgorithm } from '@modelsmith/api'

/** What reading a file tells of it that is not scored natively: nothing in it was run. */
export type SavedModel = {
  readonly library: string | null
  readonly libraryVersion: string | null
  readonly className: string | null
  /** Why it is not scored natively. */
  readonly problem: string | null
}

type Coded = UsedAlgorithm & { readonly code: AlgorithmCode }

export const isCoded = (custom: UsedAlgorithm | null): custom is Coded => custom !== null && custom.code !== null

const unknown: SavedModel = { library: null, libraryVersion: null, className: null, problem: null }

/** A file whose code says what it takes and gives: whatever the algorithm declares. */
export const codedFile = (
  { format, saved = unknown }: Pick<ModelFile, 'format'> & { readonly saved?: SavedModel },
  { name, code, definition: { outputs } }: Coded,
): HostedModel => ({
  library: saved.library ?? format,
  libraryVersion: saved.libraryVersion,
  className: saved.className ?? 'only its code knows',
  algorithm: name,
  parameters: [],
  inputs: [],
  width: 0,
  isVariable: true,
  targetType: code.targetType,
  classes: [...code.classes],
  answer: code.targetType === 'transform' ? 'outputs' : code.classes.length > 0 ? 'labelWithProbabilities' : 'number',
  outputs: outputs.map(({ name: output, type }) => ({ name: output, kind: type })),
  warnings: saved.problem === null ? [] : [saved.problem],
})
