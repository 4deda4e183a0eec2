import { Hyperparameter, TargetType, TypeSchema } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Finding, Name, Nullable, objectFields, strict, Timestamp } from '../common.ts'

export const TaskFile = Type.Object({ path: Type.String(), bytes: Type.Integer(), sha256: Type.String() }, strict)

/** A version of a task. Custom ones have ids `taskVersion_…`; built-in ones `builtin:<name>@<version>`, no files, and no owner. */
export const TaskVersion = Type.Object(
  {
    id: Type.String(),
    taskId: Type.String(),
    taskName: Type.String(),
    kind: Type.Enum(['builtin', 'custom']),
    /** `major.minor`: an upload raises the major number unless the metadata says `majorVersion: false`. */
    number: Type.String(),
    description: Type.String(),
    language: Type.Enum(['python', 'r']),
    targetTypes: Type.Array(TargetType),
    typeSchema: TypeSchema,
    hyperparameters: Type.Array(Hyperparameter),
    environment: Type.String(),
    group: Nullable(Type.String({ description: 'Where the palette shows it' })),
    citation: Nullable(Type.String()),
    files: Type.Array(TaskFile),
    contentHash: Type.String(),
    warnings: Type.Array(Finding),
    note: Nullable(Type.String()),
    createdAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'TaskVersion' },
)
export type TaskVersion = Static<typeof TaskVersion>

export const Task = Type.Object(
  { ...objectFields, description: Type.String(), latest: TaskVersion },
  { ...strict, $id: 'Task' },
)
export type Task = Static<typeof Task>
export const TaskChange = Type.Object(
  { name: Type.Optional(Name), description: Type.Optional(Type.String({ maxLength: 10_000 })) },
  strict,
)
/** `created` is false when the content was already the latest version: nothing new is made. */
export const TaskUploaded = Type.Object({ task: Task, created: Type.Boolean() }, { ...strict, $id: 'TaskUploaded' })
export type TaskUploaded = Static<typeof TaskUploaded>
export const TaskFileContent = Type.Object(
  {
    path: Type.String(),
    text: Nullable(Type.String({ description: 'null when the file is not UTF-8 text or larger than 1 MB' })),
    bytes: Type.Integer(),
  },
  { ...strict, $id: 'TaskFileContent' },
)
export const EnvironmentInfo = Type.Object(
  {
    name: Type.String(),
    description: Type.String(),
    language: Type.Enum(['python', 'r']),
    state: Type.Enum(['ready', 'installing', 'notInstalled', 'failed']),
    interpreter: Nullable(Type.String()),
    packages: Type.Array(Type.Object({ name: Type.String(), version: Type.String() }, strict)),
    error: Nullable(Type.String()),
  },
  { ...strict, $id: 'EnvironmentInfo' },
)
