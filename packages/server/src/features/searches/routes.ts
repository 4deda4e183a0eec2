import type { Routes } from '../../infra/http/handler.ts'
import type { Searches } from './service.ts'

type Operations = 'getSearchSpace' | 'listSearches' | 'startSearch' | 'getSearch' | 'resumeSearch' | 'trainTrial'

export const searchRoutes = (searches: Searches): Routes<Operations> => ({
  getSearchSpace: ({ caller, params, body }) => searches.space(caller, params.id, body),
  listSearches: ({ caller, params }) => searches.list(caller, params.id),
  startSearch: ({ caller, params, body }) => searches.start(caller, params.id, body),
  getSearch: ({ caller, params }) => searches.read(caller, params.id),
  resumeSearch: ({ caller, params, body }) => searches.resume(caller, params.id, body),
  trainTrial: ({ caller, params, body }) => searches.trainTrial(caller, params.id, body.trial),
})
