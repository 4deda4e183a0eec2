import Type from 'typebox'
import { byId, strict } from '../common.ts'
import { accepted, type Endpoint, json } from '../endpoint.ts'
import { Job } from '../resources/jobs.ts'
import { Search, SearchCreate, SearchResume, SearchSource, SearchSpace, SearchSummary } from '../resources/searches.ts'
import { RunStarted } from './projects.ts'

const SearchStarted = Type.Object({ search: Search, job: Job }, { ...strict, $id: 'SearchStarted' })

/** Searches for hyperparameters in a project. */
export const searchesEndpoints = {
  getSearchSpace: {
    method: 'POST',
    path: '/projects/{id}/search-space',
    tag: 'searches',
    summary: 'What a search can change of a blueprint, and how it would begin',
    auth: 'required',
    params: byId,
    body: json(SearchSource),
    status: 200,
    answer: json(SearchSpace),
  },
  listSearches: {
    method: 'GET',
    path: '/projects/{id}/searches',
    tag: 'searches',
    summary: 'The searches of a project, newest first',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Type.Object({ items: Type.Array(SearchSummary) }, strict)),
  },
  startSearch: {
    method: 'POST',
    path: '/projects/{id}/searches',
    tag: 'searches',
    summary: 'Search hyperparameters of a blueprint within a budget',
    auth: 'required',
    params: byId,
    body: json(SearchCreate),
    ...accepted(SearchStarted),
    idempotent: true,
  },
  getSearch: {
    method: 'GET',
    path: '/searches/{id}',
    tag: 'searches',
    summary: 'One search with its trials',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(Search),
  },
  resumeSearch: {
    method: 'POST',
    path: '/searches/{id}/resume',
    tag: 'searches',
    summary: 'Go on with a search that has ended, from its trials',
    auth: 'required',
    params: byId,
    body: json(SearchResume),
    ...accepted(SearchStarted),
    idempotent: true,
  },
  trainTrial: {
    method: 'POST',
    path: '/searches/{id}/models',
    tag: 'searches',
    summary: 'Make a trial into a model; its folds are known from the search',
    auth: 'required',
    params: byId,
    body: json(Type.Object({ trial: Type.Integer({ minimum: 1 }) }, strict)),
    ...accepted(RunStarted),
    idempotent: true,
  },
} as const satisfies Record<string, Endpoint>
