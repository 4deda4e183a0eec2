import { BlueprintGraph, blueprintFileLimits, DataType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Description, Finding, Id, idPattern, Name, Nullable, objectFields, strict, Timestamp } from '../common.ts'

export const Blueprint = Type.Object(
  {
    ...objectFields,
    description: Type.String(),
    graph: BlueprintGraph,
    number: Type.Integer({ minimum: 1, description: 'Raised by each saved change of the graph' }),
  },
  { ...strict, $id: 'Blueprint' },
)
export type Blueprint = Static<typeof Blueprint>
/** A task that one may only execute may stay where it stood in this. */
export const MadeFrom = Type.Optional(
  Type.String({
    pattern: idPattern,
    description:
      'The blueprint, training run or model that the graph was made from; its nodes may keep what one may only execute',
  }),
)
export const BlueprintCreate = Type.Object(
  { name: Name, description: Type.Optional(Description), graph: BlueprintGraph, from: MadeFrom },
  strict,
)
export const BlueprintChange = Type.Object(
  { name: Type.Optional(Name), description: Type.Optional(Description), graph: Type.Optional(BlueprintGraph) },
  strict,
)
const yaml = Type.String({
  maxLength: blueprintFileLimits.characters,
  description: 'Name, description and graph as YAML, as exportBlueprint writes them',
})
export const BlueprintImport = Type.Object({ yaml, from: MadeFrom }, strict)
export const BlueprintVersionImport = Type.Object({ yaml }, strict)
export const BlueprintVersion = Type.Object(
  { blueprintId: Id, number: Type.Integer(), graph: BlueprintGraph, createdAt: Timestamp },
  { ...strict, $id: 'BlueprintVersion' },
)
export type BlueprintVersion = Static<typeof BlueprintVersion>

/** Check a graph without saving it; with a project, against its columns and target. */
export const BlueprintCheckRequest = Type.Object(
  { graph: BlueprintGraph, projectId: Type.Optional(Id), from: MadeFrom },
  strict,
)
export const FlowKind = Type.Object(
  {
    dataTypes: Type.Array(DataType),
    columns: Nullable(Type.Integer()),
    missing: Type.Enum(['never', 'possible']),
    sparse: Type.Enum(['never', 'possible', 'always']),
  },
  strict,
)
export const BlueprintCheck = Type.Object(
  {
    valid: Type.Boolean(),
    findings: Type.Array(Finding),
    nodes: Type.Array(
      Type.Object({ id: Type.String(), input: Nullable(FlowKind), output: Nullable(FlowKind) }, strict),
    ),
  },
  { ...strict, $id: 'BlueprintCheck' },
)
export type BlueprintCheck = Static<typeof BlueprintCheck>
