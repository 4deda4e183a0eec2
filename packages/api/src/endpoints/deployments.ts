import Type from 'typebox'
import { Id, Page, PageQuery, SearchQuery, byId, strict } from '../common.ts'
import { json, namesAbsent, nothing, type Endpoint } from '../endpoint.ts'
import {
  Deployment,
  DeploymentChange,
  DeploymentCreate,
  PredictionAnswer,
  PredictionLogRow,
  PredictionRequest,
  Release,
} from '../resources/models.ts'

const tables = {
  kind: 'bytes',
  mediaTypes: ['text/csv', 'application/vnd.apache.arrow.stream', 'application/vnd.apache.parquet'],
} as const

const LogQuery = Type.Object(
  {
    ...PageQuery.properties,
    status: Type.Optional(Type.Enum(['ok', 'error'], { description: 'Answered, or refused' })),
    release: Type.Optional({ ...Id, description: 'That answered' }),
  },
  strict,
)

const approval = { '409': 'It needs a second person’s approval: ask for it by a change request' } as const

/** Deployments, their releases and predictions. */
export const deploymentsEndpoints = {
  listDeployments: {
    method: 'GET',
    path: '/deployments',
    tag: 'deployments',
    summary: 'Deployments',
    auth: 'required',
    query: SearchQuery,
    status: 200,
    answer: json(Page(Deployment)),
  },
  createDeployment: {
    method: 'POST',
    path: '/deployments',
    tag: 'deployments',
    summary: 'Release a model and deploy it',
    auth: 'required',
    body: json(DeploymentCreate),
    status: 201,
    answer: json(Deployment),
    idempotent: true,
    failures: namesAbsent,
  },
  getDeployment: {
    method: 'GET',
    path: '/deployments/{id}',
    tag: 'deployments',
    summary: 'One deployment with its counts',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Deployment),
  },
  changeDeployment: {
    method: 'PATCH',
    path: '/deployments/{id}',
    tag: 'deployments',
    summary: 'Rename or describe a deployment, or change what it is set to',
    auth: 'required',
    params: byId,
    body: json(DeploymentChange),
    status: 200,
    answer: json(Deployment),
    ifMatch: true,
    failures: { '409': `${approval['409']}, or no rows would be kept for its challengers` },
  },
  deleteDeployment: {
    method: 'DELETE',
    path: '/deployments/{id}',
    tag: 'deployments',
    summary: 'Take a deployment down',
    auth: 'required',
    params: byId,
    status: 204,
    answer: nothing,
    ifMatch: true,
    failures: approval,
  },
  listReleases: {
    method: 'GET',
    path: '/deployments/{id}/releases',
    tag: 'deployments',
    summary: 'Releases this deployment has served',
    auth: 'required',
    params: byId,
    query: PageQuery,
    status: 200,
    answer: json(Page(Release)),
  },
  predict: {
    method: 'POST',
    path: '/deployments/{id}/predictions',
    tag: 'deployments',
    summary: 'Predict rows',
    auth: 'required',
    params: byId,
    query: Type.Object(
      {
        parameters: Type.Optional(
          Type.String({ description: 'Prediction parameters as an object of JSON, for a body that is a table' }),
        ),
        explanations: Type.Optional(
          Type.String({
            pattern: '^(all|[1-9][0-9]{0,3})$',
            description:
              'What made each prediction: so many features, those that contributed most first, or `all`. At most 100 rows a request; tables have them in columns of the most probable class',
          }),
        ),
      },
      strict,
    ),
    body: json(PredictionRequest),
    alternatives: [tables],
    status: 200,
    answer: json(PredictionAnswer),
    otherAnswers: [tables],
    failures: { '406': 'No answer is of a type that the header Accept allows' },
  },
  listPredictionLog: {
    method: 'GET',
    path: '/deployments/{id}/prediction-log',
    tag: 'deployments',
    summary: 'Requests, newest first',
    auth: 'required',
    params: byId,
    query: LogQuery,
    status: 200,
    answer: json(Page(PredictionLogRow)),
  },
} as const satisfies Record<string, Endpoint>
