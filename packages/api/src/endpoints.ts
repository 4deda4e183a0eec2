import Type from 'typebox'
import { Id, Name, Page, PageQuery, strict } from './common.ts'
import { type Endpoint, json, nothing } from './endpoint.ts'
import { BrowserSession, Person, SignIn, Token, TokenCreate, TokenCreated } from './resources/accounts.ts'
import { Blueprint, BlueprintChange, BlueprintCheck, BlueprintCheckRequest, BlueprintCreate, BlueprintVersion } from './resources/blueprints.ts'
import { Dataset, DatasetChange, DatasetProfile, DatasetRows, DatasetVersion, SchemaChange, TargetAdvice } from './resources/datasets.ts'
import { ChangeEvent, Job, JobLog, JobStreamEvent } from './resources/jobs.ts'
import { Deployment, DeploymentChange, DeploymentCreate, Model, ModelInsights, PredictDataset, PredictionAnswer, PredictionLogRow, PredictionRequest, Release } from './resources/models.ts'
import { Leaderboard, Project, ProjectChange, ProjectCreate, TrainingRun, TrainRequest } from './resources/projects.ts'
import { Health, SearchResult, SystemReport } from './resources/system.ts'
import { EnvironmentInfo, Task, TaskChange, TaskFileContent, TaskUploaded, TaskVersion } from './resources/tasks.ts'

const byId = Type.Object({ id: Id }, strict)
const byTaskVersion = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) }, strict)
const uploadFields = Type.Object({ name: Type.Optional(Name), description: Type.Optional(Type.String({ maxLength: 10_000 })) }, strict)
const taskFields = Type.Object({ name: Type.Optional(Name), note: Type.Optional(Type.String({ maxLength: 1_000 })) }, strict)
const csv = { kind: 'bytes', mediaTypes: ['text/csv'] } as const
const anyBytes = { kind: 'bytes', mediaTypes: ['application/octet-stream'] } as const
const zip = { kind: 'bytes', mediaTypes: ['application/zip'] } as const
const accepted = <S extends Parameters<typeof json>[0]>(schema: S) => ({ status: 202, answer: json(schema) }) as const

const DatasetStarted = Type.Object({ dataset: Dataset, job: Job }, { ...strict, $id: 'DatasetStarted' })
const RunStarted = Type.Object({ run: TrainingRun, job: Job }, { ...strict, $id: 'RunStarted' })
const JobStarted = Type.Object({ job: Job }, { ...strict, $id: 'JobStarted' })

/** The whole HTTP contract, by operation name; grouped by tag in the order of the left rail. */
export const endpoints = {
  signIn: { method: 'POST', path: '/sessions', tag: 'accounts', summary: 'Sign in', auth: 'none', body: json(SignIn), status: 201, answer: json(BrowserSession) },
  currentSession: { method: 'GET', path: '/sessions/current', tag: 'accounts', summary: 'The signed-in person and the CSRF token', auth: 'required', status: 200, answer: json(BrowserSession) },
  signOut: { method: 'DELETE', path: '/sessions/current', tag: 'accounts', summary: 'Sign out', auth: 'required', status: 204, answer: nothing },
  me: { method: 'GET', path: '/me', tag: 'accounts', summary: 'Who the token or session belongs to', auth: 'required', status: 200, answer: json(Person) },
  listTokens: { method: 'GET', path: '/tokens', tag: 'accounts', summary: 'My API tokens', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Token)) },
  createToken: { method: 'POST', path: '/tokens', tag: 'accounts', summary: 'Make an API token; its secret is shown once', auth: 'required', body: json(TokenCreate), status: 201, answer: json(TokenCreated) },
  deleteToken: { method: 'DELETE', path: '/tokens/{id}', tag: 'accounts', summary: 'Revoke an API token', auth: 'required', params: byId, status: 204, answer: nothing },

  listDatasets: { method: 'GET', path: '/datasets', tag: 'datasets', summary: 'Datasets', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Dataset)) },
  uploadDataset: { method: 'POST', path: '/datasets', tag: 'datasets', summary: 'Upload a CSV or Parquet file as a new dataset', auth: 'required', body: { kind: 'multipart', fields: uploadFields, files: 'one file named `file`' }, ...accepted(DatasetStarted), idempotent: true, errors: ['csv.ragged', 'csv.empty'] },
  getDataset: { method: 'GET', path: '/datasets/{id}', tag: 'datasets', summary: 'One dataset with its latest version', auth: 'required', params: byId, status: 200, answer: json(Dataset) },
  changeDataset: { method: 'PATCH', path: '/datasets/{id}', tag: 'datasets', summary: 'Rename or describe', auth: 'required', params: byId, body: json(DatasetChange), status: 200, answer: json(Dataset), ifMatch: true },
  deleteDataset: { method: 'DELETE', path: '/datasets/{id}', tag: 'datasets', summary: 'Delete a dataset that no project uses', auth: 'required', params: byId, status: 204, answer: nothing, ifMatch: true },
  uploadDatasetVersion: { method: 'POST', path: '/datasets/{id}/versions', tag: 'datasets', summary: 'Upload new content as a version', auth: 'required', params: byId, body: { kind: 'multipart', fields: Type.Object({}, strict), files: 'one file named `file`' }, ...accepted(DatasetStarted), idempotent: true },
  listDatasetVersions: { method: 'GET', path: '/datasets/{id}/versions', tag: 'datasets', summary: 'Versions, newest first', auth: 'required', params: byId, query: PageQuery, status: 200, answer: json(Page(DatasetVersion)) },
  getDatasetVersion: { method: 'GET', path: '/dataset-versions/{id}', tag: 'datasets', summary: 'One version', auth: 'required', params: byId, status: 200, answer: json(DatasetVersion) },
  getDatasetProfile: { method: 'GET', path: '/dataset-versions/{id}/profile', tag: 'datasets', summary: 'Profile of every column', auth: 'required', params: byId, status: 200, answer: json(DatasetProfile) },
  getDatasetRows: { method: 'GET', path: '/dataset-versions/{id}/rows', tag: 'datasets', summary: 'Some rows', auth: 'required', params: byId, query: Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })) }, strict), status: 200, answer: json(DatasetRows) },
  changeDatasetSchema: { method: 'PUT', path: '/dataset-versions/{id}/schema', tag: 'datasets', summary: 'Change types and formats of columns; the file is read again', auth: 'required', params: byId, body: json(SchemaChange), ...accepted(DatasetStarted) },
  adviseTarget: { method: 'GET', path: '/dataset-versions/{id}/target', tag: 'datasets', summary: 'What a column would be as a target', auth: 'required', params: byId, query: Type.Object({ column: Type.String({ minLength: 1 }) }, strict), status: 200, answer: json(TargetAdvice) },
  downloadDataset: { method: 'GET', path: '/dataset-versions/{id}/source', tag: 'datasets', summary: 'The file as it was uploaded', auth: 'required', params: byId, status: 200, answer: anyBytes },

  listTasks: { method: 'GET', path: '/tasks', tag: 'tasks', summary: 'Custom tasks', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Task)) },
  uploadTask: { method: 'POST', path: '/tasks', tag: 'tasks', summary: 'Upload a task folder as a new task: its files (the file name is the path), or one zip', auth: 'required', body: { kind: 'multipart', fields: taskFields, files: 'the files of the folder, or one `.zip`' }, status: 201, answer: json(TaskUploaded), idempotent: true },
  getTask: { method: 'GET', path: '/tasks/{id}', tag: 'tasks', summary: 'One task with its latest version', auth: 'required', params: byId, status: 200, answer: json(Task) },
  changeTask: { method: 'PATCH', path: '/tasks/{id}', tag: 'tasks', summary: 'Rename or describe', auth: 'required', params: byId, body: json(TaskChange), status: 200, answer: json(Task), ifMatch: true },
  deleteTask: { method: 'DELETE', path: '/tasks/{id}', tag: 'tasks', summary: 'Delete a task that no blueprint or model uses', auth: 'required', params: byId, status: 204, answer: nothing, ifMatch: true },
  uploadTaskVersion: { method: 'POST', path: '/tasks/{id}/versions', tag: 'tasks', summary: 'Upload new content; unchanged content makes no version', auth: 'required', params: byId, body: { kind: 'multipart', fields: Type.Object({ note: Type.Optional(Type.String({ maxLength: 1_000 })) }, strict), files: 'the files of the folder, or one `.zip`' }, status: 201, answer: json(TaskUploaded), idempotent: true },
  listTaskVersions: { method: 'GET', path: '/tasks/{id}/versions', tag: 'tasks', summary: 'Versions, newest first', auth: 'required', params: byId, query: PageQuery, status: 200, answer: json(Page(TaskVersion)) },
  listTaskVersionsAvailable: { method: 'GET', path: '/task-versions', tag: 'tasks', summary: 'What a blueprint may use: the library and the latest version of every custom task', auth: 'required', status: 200, answer: json(Type.Object({ items: Type.Array(TaskVersion) }, strict)) },
  getTaskVersion: { method: 'GET', path: '/task-versions/{id}', tag: 'tasks', summary: 'One version', auth: 'required', params: byTaskVersion, status: 200, answer: json(TaskVersion) },
  getTaskFile: { method: 'GET', path: '/task-versions/{id}/files', tag: 'tasks', summary: 'The text of one file', auth: 'required', params: byTaskVersion, query: Type.Object({ path: Type.String({ minLength: 1 }) }, strict), status: 200, answer: json(TaskFileContent) },
  downloadTaskVersion: { method: 'GET', path: '/task-versions/{id}/archive', tag: 'tasks', summary: 'The folder as a zip', auth: 'required', params: byTaskVersion, status: 200, answer: zip },
  listEnvironments: { method: 'GET', path: '/environments', tag: 'tasks', summary: 'Environments that task code can run in', auth: 'required', status: 200, answer: json(Type.Object({ items: Type.Array(EnvironmentInfo) }, strict)) },

  listBlueprints: { method: 'GET', path: '/blueprints', tag: 'blueprints', summary: 'Blueprints', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Blueprint)) },
  createBlueprint: { method: 'POST', path: '/blueprints', tag: 'blueprints', summary: 'Save a new blueprint', auth: 'required', body: json(BlueprintCreate), status: 201, answer: json(Blueprint), idempotent: true },
  getBlueprint: { method: 'GET', path: '/blueprints/{id}', tag: 'blueprints', summary: 'One blueprint', auth: 'required', params: byId, status: 200, answer: json(Blueprint) },
  changeBlueprint: { method: 'PATCH', path: '/blueprints/{id}', tag: 'blueprints', summary: 'Rename, describe, or save a changed graph as the next version', auth: 'required', params: byId, body: json(BlueprintChange), status: 200, answer: json(Blueprint), ifMatch: true },
  deleteBlueprint: { method: 'DELETE', path: '/blueprints/{id}', tag: 'blueprints', summary: 'Delete a blueprint; models trained from it stay', auth: 'required', params: byId, status: 204, answer: nothing, ifMatch: true },
  listBlueprintVersions: { method: 'GET', path: '/blueprints/{id}/versions', tag: 'blueprints', summary: 'Versions, newest first', auth: 'required', params: byId, query: PageQuery, status: 200, answer: json(Page(BlueprintVersion)) },
  checkBlueprint: { method: 'POST', path: '/blueprint-checks', tag: 'blueprints', summary: 'Check a graph without saving it', auth: 'required', body: json(BlueprintCheckRequest), status: 200, answer: json(BlueprintCheck) },

  listProjects: { method: 'GET', path: '/projects', tag: 'projects', summary: 'Projects', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Project)) },
  createProject: { method: 'POST', path: '/projects', tag: 'projects', summary: 'Freeze a dataset version with target, metric and partitioning', auth: 'required', body: json(ProjectCreate), status: 201, answer: json(Project), idempotent: true },
  getProject: { method: 'GET', path: '/projects/{id}', tag: 'projects', summary: 'One project', auth: 'required', params: byId, status: 200, answer: json(Project) },
  changeProject: { method: 'PATCH', path: '/projects/{id}', tag: 'projects', summary: 'Rename, choose the metric of the leaderboard, or unlock the holdout (for good)', auth: 'required', params: byId, body: json(ProjectChange), status: 200, answer: json(Project), ifMatch: true },
  deleteProject: { method: 'DELETE', path: '/projects/{id}', tag: 'projects', summary: 'Delete a project whose models are not deployed', auth: 'required', params: byId, status: 204, answer: nothing, ifMatch: true },
  train: { method: 'POST', path: '/projects/{id}/training-runs', tag: 'projects', summary: 'Train a blueprint', auth: 'required', params: byId, body: json(TrainRequest), ...accepted(RunStarted), idempotent: true },
  getLeaderboard: { method: 'GET', path: '/projects/{id}/leaderboard', tag: 'projects', summary: 'Runs and models, best first', auth: 'required', params: byId, query: Type.Object({ metric: Type.Optional(Type.String()) }, strict), status: 200, answer: json(Leaderboard) },
  getTrainingRun: { method: 'GET', path: '/training-runs/{id}', tag: 'projects', summary: 'One training run with its steps', auth: 'required', params: byId, status: 200, answer: json(TrainingRun) },

  listModels: { method: 'GET', path: '/models', tag: 'models', summary: 'Models', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Model)) },
  getModel: { method: 'GET', path: '/models/{id}', tag: 'models', summary: 'One model', auth: 'required', params: byId, status: 200, answer: json(Model) },
  getModelInsights: { method: 'GET', path: '/models/{id}/insights', tag: 'models', summary: 'Charts on out-of-fold predictions, and on the holdout once it is unlocked', auth: 'required', params: byId, query: Type.Object({ part: Type.Optional(Type.Enum(['validation', 'crossValidation', 'holdout'])) }, strict), status: 200, answer: json(ModelInsights) },
  downloadArtifact: { method: 'GET', path: '/models/{id}/artifacts', tag: 'models', summary: 'One artifact file', auth: 'required', params: byId, query: Type.Object({ node: Type.String(), path: Type.String() }, strict), status: 200, answer: anyBytes },
  predictDataset: { method: 'POST', path: '/models/{id}/dataset-predictions', tag: 'models', summary: 'Predict a dataset version before anything is deployed', auth: 'required', params: byId, body: json(PredictDataset), ...accepted(JobStarted), idempotent: true },
  predictFile: { method: 'POST', path: '/models/{id}/file-predictions', tag: 'models', summary: 'Predict an uploaded CSV file', auth: 'required', params: byId, body: { kind: 'multipart', fields: Type.Object({ passThrough: Type.Optional(Type.String({ description: 'Column names, separated by commas' })) }, strict), files: 'one file named `file`' }, ...accepted(JobStarted), idempotent: true },
  outOfFoldPredictions: { method: 'GET', path: '/models/{id}/out-of-fold-predictions', tag: 'models', summary: 'Out-of-fold predictions of the training rows', auth: 'required', params: byId, status: 200, answer: csv },

  listDeployments: { method: 'GET', path: '/deployments', tag: 'deployments', summary: 'Deployments', auth: 'required', query: PageQuery, status: 200, answer: json(Page(Deployment)) },
  createDeployment: { method: 'POST', path: '/deployments', tag: 'deployments', summary: 'Release a model and deploy it', auth: 'required', body: json(DeploymentCreate), status: 201, answer: json(Deployment), idempotent: true },
  getDeployment: { method: 'GET', path: '/deployments/{id}', tag: 'deployments', summary: 'One deployment with its counts', auth: 'required', params: byId, status: 200, answer: json(Deployment) },
  changeDeployment: { method: 'PATCH', path: '/deployments/{id}', tag: 'deployments', summary: 'Rename, pause, resume, or replace the model', auth: 'required', params: byId, body: json(DeploymentChange), status: 200, answer: json(Deployment), ifMatch: true },
  deleteDeployment: { method: 'DELETE', path: '/deployments/{id}', tag: 'deployments', summary: 'Take a deployment down', auth: 'required', params: byId, status: 204, answer: nothing, ifMatch: true },
  listReleases: { method: 'GET', path: '/deployments/{id}/releases', tag: 'deployments', summary: 'Releases this deployment has served', auth: 'required', params: byId, query: PageQuery, status: 200, answer: json(Page(Release)) },
  predict: { method: 'POST', path: '/deployments/{id}/predictions', tag: 'deployments', summary: 'Predict rows', auth: 'required', params: byId, body: json(PredictionRequest), alternatives: [csv], status: 200, answer: json(PredictionAnswer) },
  listPredictionLog: { method: 'GET', path: '/deployments/{id}/prediction-log', tag: 'deployments', summary: 'Requests, newest first', auth: 'required', params: byId, query: PageQuery, status: 200, answer: json(Page(PredictionLogRow)) },

  listJobs: { method: 'GET', path: '/jobs', tag: 'jobs', summary: 'Jobs', auth: 'required', query: Type.Object({ ...PageQuery.properties, active: Type.Optional(Type.Boolean()) }, strict), status: 200, answer: json(Page(Job)) },
  getJob: { method: 'GET', path: '/jobs/{id}', tag: 'jobs', summary: 'One job', auth: 'required', params: byId, status: 200, answer: json(Job) },
  getJobLog: { method: 'GET', path: '/jobs/{id}/log', tag: 'jobs', summary: 'Log of a job: the platform and the prints of the code', auth: 'required', params: byId, status: 200, answer: json(JobLog) },
  streamJob: { method: 'GET', path: '/jobs/{id}/events', tag: 'jobs', summary: 'Progress and log lines as they come', auth: 'required', params: byId, status: 200, answer: { kind: 'events', schema: JobStreamEvent } },
  cancelJob: { method: 'POST', path: '/jobs/{id}/cancellation', tag: 'jobs', summary: 'Ask a job to stop', auth: 'required', params: byId, status: 202, answer: json(Job) },
  downloadJobResult: { method: 'GET', path: '/jobs/{id}/result', tag: 'jobs', summary: 'The file that a job made', auth: 'required', params: byId, status: 200, answer: csv },

  streamChanges: { method: 'GET', path: '/events', tag: 'system', summary: 'What changes among the things one may see', auth: 'required', status: 200, answer: { kind: 'events', schema: ChangeEvent } },
  search: { method: 'GET', path: '/search', tag: 'system', summary: 'Search names of everything', auth: 'required', query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }, strict), status: 200, answer: json(SearchResult) },
  health: { method: 'GET', path: '/health', tag: 'system', summary: 'Is the server up', auth: 'none', status: 200, answer: json(Health) },
  systemReport: { method: 'GET', path: '/system', tag: 'system', summary: 'Sandbox, database, objects, workers', auth: 'required', status: 200, answer: json(SystemReport) },
  openapi: { method: 'GET', path: '/openapi.json', tag: 'system', summary: 'This document', auth: 'none', status: 200, answer: json(Type.Record(Type.String(), Type.Unknown())) },
} as const satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type Operation = keyof Endpoints
