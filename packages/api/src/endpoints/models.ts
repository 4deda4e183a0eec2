import Type from 'typebox'
import { Page, SearchQuery, byId, strict } from '../common.ts'
import { accepted, anyBytes, csv, json, type Endpoint } from '../endpoint.ts'
import { JobStarted } from '../resources/jobs.ts'
import { Model, ModelInsights, PredictDataset } from '../resources/models.ts'

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
  downloadArtifact: {
    method: 'GET',
    path: '/models/{id}/artifacts',
    tag: 'models',
    summary: 'One artifact file',
    auth: 'required',
    params: byId,
    query: Type.Object({ node: Type.String(), path: Type.String() }, strict),
    status: 200,
    answer: anyBytes,
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
    body: {
      kind: 'multipart',
      fields: Type.Object(
        {
          passThrough: Type.Optional(Type.String({ description: 'Column names, separated by commas' })),
          parameters: Type.Optional(Type.String({ description: 'Prediction parameters as an object of JSON' })),
        },
        strict,
      ),
      files: 'one file named `file`',
    },
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
