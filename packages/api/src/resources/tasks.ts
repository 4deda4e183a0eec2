import { CustomMetric, Hyperparameter, JobState, TaskMetadata, TaskType, TypeSchema } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Finding, Id, Name, Nullable, objectFields, PersonRef, StoredError, strict, Timestamp } from '../common.ts'

const PackageVersion = Type.Object({ name: Type.String(), version: Type.String() }, strict)

export const TaskFile = Type.Object({ path: Type.String(), bytes: Type.Integer(), sha256: Type.String() }, strict)

/** What `modelsmith push` tells of the git repository that a folder lies in. */
export const PushedCommit = Type.Object(
  {
    kind: Type.Literal('push'),
    commit: Type.String(),
    state: Type.Enum(['clean', 'dirty', 'unknown'], {
      description: 'Clean: the version has what the commit has; dirty: files were changed since',
    }),
    remote: Nullable(Type.String({ description: 'Address of the repository, without credentials' })),
    folder: Type.String({ description: 'Within the repository' }),
  },
  { ...strict, $id: 'PushedCommit' },
)
export type PushedCommit = Static<typeof PushedCommit>

/** A commit in one line, for people. */
export const wordsOfCommit = ({ commit, state, remote, folder }: Omit<PushedCommit, 'kind'>): string => {
  const changed = { clean: '', dirty: ', with changes that are not committed', unknown: '' }[state]
  const where = remote === null ? '' : ` of ${remote}`
  return `Commit ${commit.slice(0, 10)}${where}${folder === '' ? '' : `, folder ${folder}`}${changed}`
}

/** What a version was made from; of an uploaded folder nothing is known but the commit, where `push` told of one. */
export const TaskOrigin = Type.Union(
  [
    Type.Object({ kind: Type.Literal('template'), template: Type.String() }, strict),
    Type.Object({ kind: Type.Literal('edit'), versionId: Id, number: Type.String() }, strict),
    Type.Object(
      { kind: Type.Literal('clone'), versionId: Id, taskId: Id, taskName: Type.String(), number: Type.String() },
      strict,
    ),
    PushedCommit,
    Type.Object(
      {
        kind: Type.Literal('git'),
        url: Type.String(),
        ref: Nullable(Type.String({ description: 'The branch, tag or commit that was asked for' })),
        folder: Type.String(),
        commit: Type.String(),
      },
      strict,
    ),
  ],
  { $id: 'TaskOrigin' },
)
export type TaskOrigin = Static<typeof TaskOrigin>

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
    targetTypes: Type.Array(TaskType),
    typeSchema: TypeSchema,
    hyperparameters: Type.Array(Hyperparameter),
    predictionParameters: Type.Array(Hyperparameter),
    metrics: Type.Array(CustomMetric, { description: 'Of an evaluation: the numbers that it gives' }),
    environment: Type.String(),
    /** What is made of `requirements.txt`, and the job that makes it; null where the version has none. */
    requirements: Nullable(
      Type.Object(
        {
          jobId: Id,
          state: JobState,
          environment: Nullable(Type.String()),
          why: Nullable(Type.String({ description: 'Why this version of Python' })),
          packages: Type.Array(PackageVersion),
        },
        strict,
      ),
    ),
    group: Nullable(Type.String({ description: 'Where the palette shows it' })),
    citation: Nullable(Type.String()),
    files: Type.Array(TaskFile),
    contentHash: Type.String(),
    warnings: Type.Array(Finding),
    note: Nullable(Type.String()),
    origin: Nullable(TaskOrigin),
    access: Type.Enum(['full', 'execute'], {
      description: 'execute: the caller works with it where it was put, and sees nothing of its code',
    }),
    owner: Nullable(PersonRef),
    createdAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'TaskVersion' },
)
export type TaskVersion = Static<typeof TaskVersion>

export const Task = Type.Object(
  {
    ...objectFields,
    description: Type.String(),
    archived: Type.Boolean({ description: 'Not offered to new blueprints; what uses it goes on' }),
    latest: TaskVersion,
  },
  { ...strict, $id: 'Task' },
)
export type Task = Static<typeof Task>
export const TaskChange = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Type.String({ maxLength: 10_000 })),
    archived: Type.Optional(Type.Boolean()),
  },
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

/** A task folder to begin with: an example that works on real data, or the smallest code of a kind. */
export const TaskTemplate = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['example', 'starter']),
    name: Type.String(),
    description: Type.String(),
    language: Type.Enum(['python', 'r']),
    targetTypes: Type.Array(TaskType),
    environment: Type.String(),
    readme: Nullable(Type.String({ description: 'The lesson, as Markdown' })),
    files: Type.Array(Type.Object({ path: Type.String(), bytes: Type.Integer() }, strict)),
  },
  { ...strict, $id: 'TaskTemplate' },
)
export type TaskTemplate = Static<typeof TaskTemplate>

/** `metadata` takes the place of the same keys of the template's own; the rest of its file stays. */
export const TaskCreate = Type.Object(
  { template: Type.String({ minLength: 1, maxLength: 200 }), metadata: TaskMetadata },
  strict,
)
export const TaskClone = Type.Object({ name: Type.Optional(Name) }, strict)

const Path = Type.String({ minLength: 1, maxLength: 1000 })
/** Fields of a form beside the files that take the place of those of the same path, or are new. */
export const taskEditFields = Type.Object(
  {
    base: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Id of the version that the changes began from; refused when there is a later one',
    }),
    remove: Type.Optional(Type.String({ description: 'Paths of files to take out, as a JSON list' })),
    rename: Type.Optional(Type.String({ description: 'New paths of files by their old ones, as a JSON object' })),
    environment: Type.Optional(Name),
    note: Type.Optional(Type.String({ maxLength: 1_000 })),
  },
  strict,
)
export const TaskRemovals = Type.Array(Path, { maxItems: 10_000 })
export const TaskRenames = Type.Record(Path, Path)

const importFields = {
  url: Type.String({ minLength: 1, maxLength: 2_000, description: 'https:// or http:// address of the repository' }),
  ref: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Branch, tag or commit; default: what the server offers',
    }),
  ),
  folder: Type.Optional(
    Type.String({ maxLength: 1_000, description: 'The task folder in the repository; default: its top' }),
  ),
  note: Type.Optional(Type.String({ maxLength: 1_000 })),
}
export const TaskImport = Type.Object({ ...importFields, name: Type.Optional(Name) }, strict)
export const TaskVersionImport = Type.Object(importFields, strict)

const FileSide = Nullable(Type.Object({ bytes: Type.Integer(), sha256: Type.String() }, strict))
/** What differs between two versions of a task, or of two tasks. */
export const TaskComparison = Type.Object(
  {
    before: TaskVersion,
    after: TaskVersion,
    files: Type.Array(
      Type.Object(
        {
          path: Type.String(),
          change: Type.Enum(['added', 'removed', 'changed', 'same']),
          before: FileSide,
          after: FileSide,
          hunks: Nullable(
            Type.Array(
              Type.Object(
                {
                  beforeStart: Type.Integer(),
                  afterStart: Type.Integer(),
                  lines: Type.Array(
                    Type.Object(
                      {
                        kind: Type.Enum(['same', 'removed', 'added']),
                        text: Type.String(),
                        unended: Type.Optional(Type.Literal(true)),
                      },
                      strict,
                    ),
                  ),
                },
                strict,
              ),
            ),
          ),
        },
        strict,
      ),
    ),
    metadata: Type.Array(
      Type.Object(
        {
          key: Type.String({ description: 'A key of model-metadata.yaml' }),
          before: Nullable(Type.String({ description: 'As JSON' })),
          after: Nullable(Type.String({ description: 'As JSON' })),
        },
        strict,
      ),
    ),
    environment: Type.Object({ before: Type.String(), after: Type.String() }, strict),
  },
  { ...strict, $id: 'TaskComparison' },
)
export type TaskComparison = Static<typeof TaskComparison>

/** Whether a version keeps the rules of the contract now, as far as that is told without running it. */
export const TaskCheck = Type.Object(
  { valid: Type.Boolean(), findings: Type.Array(Finding) },
  { ...strict, $id: 'TaskCheck' },
)

export const TaskUse = Type.Object(
  {
    kind: Type.Enum(['blueprint', 'trainingRun', 'model', 'algorithm', 'deployment']),
    id: Id,
    name: Type.String(),
    state: Nullable(Type.String()),
    error: Nullable(StoredError),
    versionId: Type.String(),
    number: Type.String({ description: 'Of the version that it uses' }),
    at: Timestamp,
  },
  strict,
)
export type TaskUse = Static<typeof TaskUse>

export const EnvironmentInfo = Type.Object(
  {
    name: Type.String(),
    description: Type.String(),
    language: Type.Enum(['python', 'r']),
    state: Type.Enum(['ready', 'installing', 'notInstalled', 'failed']),
    interpreter: Nullable(Type.String()),
    /** Minor versions of Python that there is a lock for, newest first. */
    pythons: Type.Array(Type.String()),
    /** What is fetched when nothing is there yet, and what lies on the disk afterwards; null where the system's packages are taken. */
    downloadMb: Nullable(Type.Number()),
    diskMb: Nullable(Type.Number()),
    packages: Type.Array(PackageVersion),
    error: Nullable(Type.String()),
  },
  { ...strict, $id: 'EnvironmentInfo' },
)
