import Type from 'typebox'
import { Id, Page, PageQuery, SearchQuery, byId, strict } from '../common.ts'
import { accepted, csv, json, type Endpoint } from '../endpoint.ts'
import { Explanation, ExplainRows } from '../resources/explanations.ts'
import { JobStarted } from '../resources/jobs.ts'
import {
  artifactMediaTypes,
  ComputeFeatureInsights,
  FeatureInsights,
  Model,
  ModelInsights,
  PredictDataset,
} from '../resources/models.ts'

/** Rows to be predicted by a model or by a release. */
export const fileToPredict = {
  kind: 'multipart',
  fields: Type.Object(
    {
      passThrough: Type.Optional(Type.String({ description: 'Column names, separated by commas' })),
      parameters: Type.Optional(Type.String({ description: 'Prediction parameters as an object of JSON' })),
    },
    strict,
  ),
  files: 'one file named `file`',
} as const

/** Trained models, their insights, artifacts and predictions. */
export const modelsEndpoints = {
  listModels: {
    method: 'GET',
    path: '/models',
    tag: 'models',
    summary: 'Models',
    auth: 'required',
    query: SearchQuery,
    status: 200,
    answer: json(Page(Model)),
  },
  getModel: {
    method: 'GET',
    path: '/models/{id}',
    tag: 'models',
    summary: 'One model',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Model),
  },
  getModelInsights: {
    method: 'GET',
    path: '/models/{id}/insights',
    tag: 'models',
    summary: 'Charts on out-of-fold predictions, and on the holdout once it is unlocked',
    auth: 'required',
    params: byId,
    query: Type.Object({ part: Type.Optional(Type.Enum(['validation', 'crossValidation', 'holdout'])) }, strict),
    status: 200,
    answer: json(ModelInsights),
  },
  getFeatureInsights: {
    method: 'GET',
    path: '/models/{id}/feature-insights',
    tag: 'models',
    summary: 'Permutation impact and effects of the features, once they are computed',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(FeatureInsights),
  },
  computeFeatureInsights: {
    method: 'POST',
    path: '/models/{id}/feature-insights',
    tag: 'models',
    summary:
      'Compute permutation impact and effects of the features on validation rows; while that runs, the same job is answered',
    auth: 'required',
    params: byId,
    body: json(ComputeFeatureInsights),
    ...accepted(JobStarted),
    idempotent: true,
  },
  listExplanations: {
    method: 'GET',
    path: '/models/{id}/explanations',
    tag: 'models',
    summary: 'Your explanations of predictions of rows, newest first',
    auth: 'required',
    params: byId,
    query: Type.Object({ ...PageQuery.properties, jobId: Type.Optional(Id) }, strict),
    status: 200,
    answer: json(Page(Explanation)),
  },
  explainRows: {
    method: 'POST',
    path: '/models/{id}/explanations',
    tag: 'models',
    summary: 'Explain predictions of rows of the project or of your own: what each feature contributes',
    auth: 'required',
    params: byId,
    body: json(ExplainRows),
    ...accepted(JobStarted),
    idempotent: true,
  },
  downloadArtifact: {
    method: 'GET',
    path: '/models/{id}/artifacts',
    tag: 'models',
    summary: 'One artifact file',
    auth: 'required',
    params: byId,
    query: Type.Object({ node: Type.String(), path: Type.String() }, strict),
    status: 200,
    answer: { kind: 'bytes', mediaTypes: ['application/octet-stream', ...new Set(Object.values(artifactMediaTypes))] },
  },
  predictDataset: {
    method: 'POST',
    path: '/models/{id}/dataset-predictions',
    tag: 'models',
    summary: 'Predict a dataset version before anything is deployed',
    auth: 'required',
    params: byId,
    body: json(PredictDataset),
    ...accepted(JobStarted),
    idempotent: true,
  },
  predictFile: {
    method: 'POST',
    path: '/models/{id}/file-predictions',
    tag: 'models',
    summary: 'Predict an uploaded CSV file',
    auth: 'required',
    params: byId,
    body: fileToPredict,
    ...accepted(JobStarted),
    idempotent: true,
  },
  outOfFoldPredictions: {
    method: 'GET',
    path: '/models/{id}/out-of-fold-predictions',
    tag: 'models',
    summary: 'Out-of-fold predictions of the training rows',
    auth: 'required',
    params: byId,
    status: 200,
    answer: csv,
  },
} as const satisfies Record<string, Endpoint>
