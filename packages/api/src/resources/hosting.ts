import { Hyperparameter, ParameterValues, publishLimits, TargetType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Description, Finding, Id, Name, Nullable, objectFields, StoredError, strict, Timestamp } from '../common.ts'
import { UsedAlgorithm } from './algorithms.ts'
import { Cell, ColumnType } from './datasets.ts'
import { Job } from './jobs.ts'
import { Origin } from './origins.ts'
import { PredictionAnswer, PredictionRow } from './models.ts'
import { SampleSetProject } from './sample-sets.ts'

const Alias = Type.String({ maxLength: 64, description: 'A short name for pages, in any language' })
const Sensitivity = Type.Enum(['private', 'public'], {
  description: 'private: those whom it is shared with see it; public: the whole organisation',
})

/** A named line of releases. */
export const RegisteredModel = Type.Object(
  {
    ...objectFields,
    alias: Alias,
    description: Type.String(),
    scene: Type.Literal('custom'),
    sensitivity: Sensitivity,
    experiments: Type.Integer(),
    releases: Type.Integer(),
    latestRelease: Nullable(
      Type.Object({ id: Id, number: Type.Integer(), algorithm: Type.String(), publishedAt: Timestamp }, strict),
    ),
  },
  { ...strict, $id: 'RegisteredModel' },
)
export type RegisteredModel = Static<typeof RegisteredModel>
export const RegisteredModelCreate = Type.Object(
  {
    name: Name,
    alias: Type.Optional(Alias),
    description: Type.Optional(Description),
    sensitivity: Type.Optional(Sensitivity),
  },
  strict,
)
export const RegisteredModelChange = Type.Partial(RegisteredModelCreate, strict)

/** A column that the algorithm takes. `any` is a number where a cell reads as one, else a text. */
const AlgorithmInput = Type.Object(
  {
    name: Type.String(),
    kind: Type.Enum(['number', 'text', 'boolean', 'any']),
    isNamed: Type.Boolean({ description: "The name is the file's own; else it is made up for its place" }),
    place: Type.Integer({ description: 'Among the columns of the training, from 0' }),
    /** The only type that its field may have. */
    type: Type.Optional(ColumnType),
  },
  strict,
)

/** What a file holds, as far as reading it tells; nothing in it was run. */
export const HostedModel = Type.Object(
  {
    library: Type.String(),
    libraryVersion: Nullable(Type.String()),
    className: Type.String(),
    /** The platform's algorithm of this class. */
    algorithm: Type.String(),
    parameters: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, strict)),
    inputs: Type.Array(AlgorithmInput),
    /** Columns of the training, read or not. */
    width: Type.Integer(),
    /** Any further fields may be given beside, or instead of, the named inputs. */
    isVariable: Type.Boolean(),
    fewerThan: Type.Optional(Type.Integer({ description: 'How many further fields may not be reached' })),
    targetType: TargetType,
    classes: Type.Array(Type.String()),
    /** What the answer to a row is. */
    answer: Type.Enum(['number', 'label', 'labelWithProbabilities', 'outputs']),
    outputs: Type.Array(Type.Object({ name: Type.String(), kind: Type.Enum(['number', 'text']) }, strict)),
    warnings: Type.Array(Type.String()),
  },
  strict,
)
export type HostedModel = Static<typeof HostedModel>

export const ModelFile = Type.Object(
  {
    fileName: Type.String(),
    bytes: Type.Integer(),
    sha256: Type.String(),
    format: Type.String(),
    compression: Nullable(Type.String()),
    uploadedAt: Timestamp,
  },
  strict,
)
export type ModelFile = Static<typeof ModelFile>

const FieldName = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' })
/** The application's field for one input of the algorithm; `field` is null where nobody has said yet. */
export const ApplicationInput = Type.Object(
  {
    input: Type.String({ minLength: 1, maxLength: 255 }),
    field: Nullable(FieldName),
    type: ColumnType,
    default: Nullable(Cell),
    unit: Nullable(Type.String({ maxLength: 64 })),
  },
  strict,
)
export const PassThroughField = Type.Object({ field: FieldName, type: ColumnType }, strict)
/** How an application's rows become the algorithm's, and which of its fields go unchanged into the answer. */
export const Application = Type.Object(
  {
    inputs: Type.Array(ApplicationInput, { maxItems: 20_000 }),
    passThrough: Type.Array(PassThroughField, { maxItems: 500 }),
  },
  strict,
)
export type Application = Static<typeof Application>

/** Whether the file's answers were compared with those of its own library. */
export const Proof = Type.Object(
  {
    state: Type.Enum(['proven', 'refuted']),
    rows: Type.Integer(),
    columns: Type.Array(Type.String()),
    /** The first rows that differ, in words. */
    differences: Type.Array(Type.String()),
    differing: Type.Integer({ description: 'Rows in which something differs' }),
    provenAt: Timestamp,
  },
  strict,
)
export type Proof = Static<typeof Proof>

export const Experiment = Type.Object(
  {
    ...objectFields,
    registeredModelId: Id,
    number: Type.Integer({ minimum: 1 }),
    description: Type.String(),
    state: Type.Enum(['developing', 'submitted', 'released']),
    training: Type.Boolean({ description: 'Whether it trains here, on a sample set, or hosts a finished file' }),
    /** The rows that it trains on: a sample set as it was then, frozen as a project. */
    rows: Nullable(Type.Object({ sampleSetId: Id, sampleSetVersion: Type.Integer(), projectId: Id }, strict)),
    /** The trained model that is the candidate. */
    modelId: Nullable(Id),
    file: Nullable(ModelFile),
    model: Nullable(HostedModel),
    /** The platform's algorithm of the file, or the defined one that was chosen, by its id. */
    algorithm: Nullable(Type.String()),
    /** The defined algorithm under whose names the inputs stand. */
    customAlgorithm: Nullable(UsedAlgorithm),
    application: Application,
    proof: Nullable(Proof),
    submittedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'Experiment' },
)
export type Experiment = Static<typeof Experiment>
export const ExperimentCreate = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    training: Type.Optional(Experiment.properties.training),
  },
  strict,
)
export const ExperimentChange = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    algorithm: Type.Optional(Type.String({ maxLength: 255 })),
    application: Type.Optional(Application),
    /** One of those that were trained on its rows: the candidate. */
    modelId: Type.Optional(Id),
  },
  strict,
)

/** A sample set whose rows are frozen for the experiment, and how they are split. */
export const ExperimentRows = Type.Object(
  { sampleSetId: Id, ...SampleSetProject.properties, name: Type.Optional(Name) },
  strict,
)

/** A file that comes in parts, so that one that broke off goes on where it was. */
export const FileUpload = Type.Object(
  {
    id: Id,
    experimentId: Id,
    fileName: Type.String(),
    bytes: Type.Integer(),
    received: Type.Integer({ description: 'Where the next part begins' }),
    partBytes: Type.Integer({ description: 'The most that a part may have' }),
  },
  { ...strict, $id: 'FileUpload' },
)
export type FileUpload = Static<typeof FileUpload>
export const FileUploadCreate = Type.Object(
  {
    fileName: Type.String({ minLength: 1, maxLength: 255 }),
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  strict,
)

/** Rows in the application's own fields. */
export const TryRequest = Type.Object(
  {
    rows: Type.Array(PredictionRow, { minItems: 1, maxItems: 10_000 }),
    parameters: Type.Optional(ParameterValues),
  },
  strict,
)
/** Prediction parameters as JSON, where the rows are a CSV file. */
export const TryQuery = Type.Object({ parameters: Type.Optional(Type.String({ maxLength: 10_000 })) }, strict)
export const TryAnswer = Type.Object(
  { predictions: PredictionAnswer.properties.predictions },
  { ...strict, $id: 'TryAnswer' },
)
export type TryAnswer = Static<typeof TryAnswer>

/** Everything that stands against a submission, at once; none is left when `findings` has no error. */
export const ExperimentCheck = Type.Object(
  {
    findings: Type.Array(Finding),
    fields: Type.Array(Type.Object({ name: Type.String(), type: ColumnType, required: Type.Boolean() }, strict)),
  },
  { ...strict, $id: 'ExperimentCheck' },
)
export type ExperimentCheck = Static<typeof ExperimentCheck>

/** What a release answers and within what; the test run before its publication is held to it too. */
export const PublishConfiguration = Type.Object(
  {
    probabilities: Type.Boolean({ description: 'Whether classes come with their probabilities; else they come alone' }),
    outputs: Nullable(
      Type.Array(Type.String({ maxLength: 255 }), {
        minItems: 1,
        maxItems: 20_000,
        description: 'The answers to give, of a model that has several; null for all',
      }),
    ),
    passThrough: Nullable(
      Type.Array(FieldName, { maxItems: 500, description: 'Fields that go unchanged into the answer; null for all' }),
    ),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: publishLimits.timeoutSeconds }),
    rowsPerRequest: Type.Integer({ minimum: 1, maximum: publishLimits.rowsPerRequest }),
    updatePolicy: Type.Enum(['automatic', 'manual'], {
      description: 'automatic: deployments that follow the model move to it at once; manual: they say that it is there',
    }),
  },
  strict,
)
export type PublishConfiguration = Static<typeof PublishConfiguration>

export const ModelRelease = Type.Object(
  {
    id: Id,
    registeredModelId: Id,
    experimentId: Nullable({ ...Id, description: 'null: it came from another installation' }),
    experimentName: Type.String(),
    /** From 1 in the order of publication; null until it is published. */
    number: Nullable(Type.Integer()),
    state: Type.Enum(['preparing', 'latest', 'standby', 'failed']),
    tags: Type.Array(Type.String(), { description: 'What somebody has called it, such as approved' }),
    description: Type.String(),
    algorithm: Type.String(),
    configuration: PublishConfiguration,
    fields: ExperimentCheck.properties.fields,
    passThrough: Type.Array(Type.String()),
    predictionParameters: Type.Array(Hyperparameter),
    targetType: TargetType,
    classes: Type.Array(Type.String()),
    proof: Nullable(Proof),
    /** null: of a model that was trained. */
    file: Nullable(ModelFile),
    modelId: Nullable(Id),
    origin: Nullable(Origin),
    error: Nullable(StoredError),
    jobId: Nullable(Id),
    createdAt: Timestamp,
    publishedAt: Nullable(Timestamp),
  },
  { ...strict, $id: 'ModelRelease' },
)
export type ModelRelease = Static<typeof ModelRelease>
export const ModelReleaseCreate = Type.Object(
  {
    experimentId: Id,
    description: Type.Optional(Description),
    configuration: Type.Optional(Type.Partial(PublishConfiguration)),
    rows: Type.Optional(
      Type.Array(PredictionRow, { maxItems: 1_000, description: 'Rows to test with; made up where none are given' }),
    ),
  },
  strict,
)
export const ReleaseStarted = Type.Object({ release: ModelRelease, job: Job }, { ...strict, $id: 'ReleaseStarted' })
export type ReleaseStarted = Static<typeof ReleaseStarted>
