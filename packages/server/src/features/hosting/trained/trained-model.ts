import type { HostedModel } from '@modelsmith/api'
import type { InputKind } from '@modelsmith/domain'
import type { FittedManifest } from '@modelsmith/runner'
import type { ColumnSchema } from '@modelsmith/table'

const kinds: Readonly<Record<ColumnSchema['type'], InputKind>> = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  category: 'text',
  text: 'text',
  date: 'any',
}

/** A model that was trained here as an experiment shows it: it takes the columns of its project, of the types that it learnt from. */
export const trainedModel = (
  { inputs, targetType, classes }: Pick<FittedManifest, 'inputs' | 'targetType' | 'classes'>,
  name: string,
): HostedModel => ({
  library: 'Modelsmith',
  libraryVersion: null,
  className: name,
  algorithm: name,
  parameters: [],
  inputs: inputs.map((input, place) => ({
    name: input.name,
    kind: kinds[input.type],
    isNamed: true,
    place,
    type: input.type,
  })),
  width: inputs.length,
  isVariable: false,
  targetType,
  classes: [...classes],
  answer: classes.length > 0 ? 'labelWithProbabilities' : 'number',
  outputs: [],
  warnings: [],
})
