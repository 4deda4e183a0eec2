import Type from 'typebox'
import { Page, SearchQuery, byId, strict } from '../common.ts'
import { accepted, archive, json, namesAbsent, nothing, type Endpoint } from '../endpoint.ts'
import { Job } from '../resources/jobs.ts'
import { Leaderboard, Project, ProjectChange, ProjectCreate, TrainRequest, TrainingRun } from '../resources/projects.ts'

const RunStarted = Type.Object({ run: TrainingRun, job: Job }, { ...strict, $id: 'RunStarted' })

/** Projects, their leaderboards and training runs. */
export const projectsEndpoints = {
  listProjects: {
    method: 'GET',
    path: '/projects',
    tag: 'projects',
    summary: 'Projects',
    auth: 'required',
    query: SearchQuery,
    status: 200,
    answer: json(Page(Project)),
  },
  createProject: {
    method: 'POST',
    path: '/projects',
    tag: 'projects',
    summary: 'Freeze a dataset version with target, metric and partitioning',
    auth: 'required',
    body: json(ProjectCreate),
    status: 201,
    answer: json(Project),
    idempotent: true,
    failures: namesAbsent,
  },
  getProject: {
    method: 'GET',
    path: '/projects/{id}',
    tag: 'projects',
    summary: 'One project',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Project),
  },
  changeProject: {
    method: 'PATCH',
    path: '/projects/{id}',
    tag: 'projects',
    summary: 'Rename, choose the metric of the leaderboard, or unlock the holdout (for good)',
    auth: 'required',
    params: byId,
    body: json(ProjectChange),
    status: 200,
    answer: json(Project),
    ifMatch: true,
  },
  deleteProject: {
    method: 'DELETE',
    path: '/projects/{id}',
    tag: 'projects',
    summary: 'Delete a project whose models are not deployed',
    auth: 'required',
    params: byId,
    status: 204,
    answer: nothing,
    ifMatch: true,
  },
  train: {
    method: 'POST',
    path: '/projects/{id}/training-runs',
    tag: 'projects',
    summary: 'Train a blueprint',
    auth: 'required',
    params: byId,
    body: json(TrainRequest),
    ...accepted(RunStarted),
    idempotent: true,
  },
  getLeaderboard: {
    method: 'GET',
    path: '/projects/{id}/leaderboard',
    tag: 'projects',
    summary: 'Runs and models, best first',
    auth: 'required',
    params: byId,
    query: Type.Object({ metric: Type.Optional(Type.String()) }, strict),
    status: 200,
    answer: json(Leaderboard),
  },
  getTrainingRun: {
    method: 'GET',
    path: '/training-runs/{id}',
    tag: 'projects',
    summary: 'One training run with its steps',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(TrainingRun),
  },
  downloadTrainingRun: {
    method: 'GET',
    path: '/training-runs/{id}/bundle',
    tag: 'projects',
    summary:
      'What a training run works from, as a tar archive: run.json (RunBundle), its rows, its tasks; `modelsmith pull-run` reruns it',
    auth: 'required',
    params: byId,
    status: 200,
    answer: archive,
  },
} as const satisfies Record<string, Endpoint>
