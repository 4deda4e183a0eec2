import { AlgorithmDefinition, TargetType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Description, Id, Name, Nullable, objectFields, strict } from '../common.ts'

/** A class that is scored natively, with the parameters that it is trained with. */
export const Algorithm = Type.Object(
  {
    id: Type.String(),
    library: Type.String(),
    name: Type.String(),
    modules: Type.Array(Type.String()),
    parameters: Type.Array(
      Type.Object({ name: Type.String(), default: Nullable(Type.String()), meaning: Nullable(Type.String()) }, strict),
    ),
  },
  { ...strict, $id: 'Algorithm' },
)
export type Algorithm = Static<typeof Algorithm>

const NativeClass = Type.String({ maxLength: 255, description: 'The id of the native algorithm that scores it' })

/** The code that reads the files of an algorithm and answers for them: a version of a task, whose hooks are those of the task contract. */
export const AlgorithmCode = Type.Object(
  {
    taskVersionId: Id,
    taskId: Id,
    taskName: Type.String(),
    number: Type.String(),
    environment: Type.String(),
    /** Which hook answers: that of this target type. */
    targetType: TargetType,
    classes: Type.Array(Type.String()),
  },
  strict,
)
export type AlgorithmCode = Static<typeof AlgorithmCode>

const scored = {
  nativeAlgorithm: Nullable(NativeClass),
  code: Nullable(AlgorithmCode),
  definition: AlgorithmDefinition,
}

/** An algorithm as somebody defined it: a native class or code, with names and meanings for what it takes and gives. */
export const CustomAlgorithm = Type.Object(
  { ...objectFields, description: Type.String(), ...scored },
  { ...strict, $id: 'CustomAlgorithm' },
)
export type CustomAlgorithm = Static<typeof CustomAlgorithm>
export const CustomAlgorithmCreate = Type.Object(
  {
    name: Name,
    description: Type.Optional(Description),
    nativeAlgorithm: Type.Optional(NativeClass),
    taskVersionId: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'In place of a native class: the version of a task whose code answers',
      }),
    ),
    definition: AlgorithmDefinition,
  },
  strict,
)
export const CustomAlgorithmChange = Type.Partial(CustomAlgorithmCreate, strict)

/** The algorithm that an experiment uses, as it was when it was chosen. */
export const UsedAlgorithm = Type.Object({ id: Id, name: Type.String(), version: Type.Integer(), ...scored }, strict)
export type UsedAlgorithm = Static<typeof UsedAlgorithm>
