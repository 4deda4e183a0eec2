import Type, { type Static } from 'typebox'
import { DataType, ParameterValues } from '../contract/schema.ts'

const strict = { additionalProperties: false } as const

/** Which columns of the project's features enter here: by data type, by name, or (both left out) all of them. */
export const DataInput = Type.Object(
  {
    from: Type.Literal('data'),
    dataTypes: Type.Optional(Type.Array(DataType, { minItems: 1 })),
    columns: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  },
  strict,
)
export const NodeInput = Type.Object({ from: Type.Literal('node'), node: Type.String() }, strict)
export const BlueprintInput = Type.Union([DataInput, NodeInput])
export type BlueprintInput = Static<typeof BlueprintInput>

export const BlueprintNode = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
    /** A task version's id: `builtin:<name>@<version>` for the library, `taskVersion_…` for custom tasks. */
    taskVersion: Type.String({ minLength: 1 }),
    parameters: Type.Optional(ParameterValues),
    /** Inputs are laid side by side in this order. */
    inputs: Type.Array(BlueprintInput, { minItems: 1, maxItems: 50 }),
    position: Type.Optional(Type.Object({ x: Type.Number(), y: Type.Number() }, strict)),
  },
  strict,
)
export type BlueprintNode = Static<typeof BlueprintNode>

/** A directed acyclic graph of task versions from the input columns to one estimator (the only node that nothing reads). */
export const BlueprintGraph = Type.Object({ nodes: Type.Array(BlueprintNode, { maxItems: 200 }) }, strict)
export type BlueprintGraph = Static<typeof BlueprintGraph>
