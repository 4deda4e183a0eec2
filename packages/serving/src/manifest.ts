import { Application, HostedModel } from '@modelsmith/api'
import { TargetType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

/** A bearer token that may predict, by its SHA-256. */
const ServingToken = Type.Object(
  {
    sha256: Type.String(),
    organisationId: Type.String(),
    expiresAt: Type.Union([Type.String(), Type.Null()]),
    /** What its person is to the organisation: themselves, their groups; `all` may ask every deployment of the organisation. */
    grantees: Type.Union([Type.Array(Type.String()), Type.Literal('all')]),
  },
  strict,
)

export const ServedDeployment = Type.Object(
  {
    id: Type.String(),
    organisationId: Type.String(),
    releaseId: Type.String(),
    modelId: Type.String(),
    /** In manifests of before pauses were apart; it stays down until a worker has written another. */
    paused: Type.Optional(Type.Boolean()),
    targetType: TargetType,
    classes: Type.Array(Type.String()),
    labels: Type.Optional(Type.Enum(['alone', 'with probabilities'])),
    outputs: Type.Optional(Type.Literal(true)),
    withoutProbabilities: Type.Optional(Type.Literal(true)),
    only: Type.Optional(Type.Array(Type.String())),
    passedThrough: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Of a release that was published with limits of its own. */
    limits: Type.Optional(Type.Object({ timeoutMs: Type.Integer(), rows: Type.Integer() }, strict)),
    /** Of a registered model: how the application's rows become the model's. */
    application: Type.Optional(Application),
    /** Of a file that code runs, and of a model that was trained here: the columns that it gives, where these are no scores. */
    coded: Type.Optional(Type.Object({ outputs: HostedModel.properties.outputs }, strict)),
    /** Why it may not be opened, and what to do; it answers nothing meanwhile. */
    withheld: Type.Optional(Type.String()),
    /** Folder of the model below `models/`, complete before the manifest names it. */
    folder: Type.String(),
  },
  strict,
)
export type ServedDeployment = Static<typeof ServedDeployment>

/** How rows of a deployment are explained with their prediction, or why they are not and what to do. */
export const HowExplained = Type.Union([
  Type.Object(
    {
      /** Nodes of a trained blueprint whose tasks are of the library; null for a file that is read natively. */
      library: Type.Union([Type.Array(Type.String()), Type.Null()]),
      /** Of a trained blueprint: the file, below `explanations/`, of rows whose means stand for what is not known. */
      background: Type.Optional(Type.String()),
    },
    strict,
  ),
  Type.Object({ why: Type.String(), help: Type.String() }, strict),
])
export type HowExplained = Static<typeof HowExplained>

/** All that the prediction process needs to know; it has no database. Written whole, by rename, by a worker. */
export const ServingManifest = Type.Object(
  {
    generation: Type.Integer(),
    tokens: Type.Array(ServingToken),
    deployments: Type.Array(ServedDeployment),
    /** Who may ask each deployment, by its id: people, groups, the organisation. Apart, since a change of it opens no model anew. */
    callers: Type.Record(Type.String(), Type.Array(Type.String())),
    /** The column of each deployment, by its id, that tells its rows apart when their actual values come. Not in manifests of before there were any. */
    associations: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** How each deployment is explained, by its id; apart as `callers`. Not in manifests of before there were explanations. */
    explanations: Type.Optional(Type.Record(Type.String(), HowExplained)),
    /** Which other deployment answers for one while its model cannot, by their ids; apart as `callers`. */
    fallbacks: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Deployments that answer nothing for now, by their ids; apart as `callers`, so that they answer at once when resumed. */
    pauses: Type.Optional(
      Type.Record(Type.String(), Type.Object({ at: Type.String(), by: Type.String(), reason: Type.String() }, strict)),
    ),
  },
  strict,
)
export type ServingManifest = Static<typeof ServingManifest>

/** What the prediction process says of each deployment, for the worker to pass on. */
export const ServingStatus = Type.Object(
  {
    generation: Type.Integer(),
    deployments: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          releaseId: Type.String(),
          state: Type.Enum(['starting', 'active', 'failed']),
          problem: Type.Union([Type.String(), Type.Null()]),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type ServingStatus = Static<typeof ServingStatus>

/** Names within the serving folder. */
export const servingPaths = {
  manifest: 'manifest.json',
  status: 'status.json',
  models: 'models',
  /** Rows that linear models are explained against. */
  explanations: 'explanations',
  log: 'log',
  /** In the folder of a hosted model. */
  modelFile: 'model',
  /** Of the first, or only, prediction process. */
  socket: 'serving.sock',
} as const

/** The private socket of one of the prediction processes, in the serving folder. */
export const socketOf = (slot: number): string => (slot === 0 ? servingPaths.socket : `serving-${slot}.sock`)
export const isSocket = (name: string): boolean => /^serving(-\d+)?\.sock$/.test(name)
