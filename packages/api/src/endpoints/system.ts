import Type from 'typebox'
import { strict } from '../common.ts'
import { json, type Endpoint } from '../endpoint.ts'
import { ChangeEvent } from '../resources/jobs.ts'
import { Health, SearchResult, SystemReport } from '../resources/system.ts'

/** Search, health and the document itself. */
export const systemEndpoints = {
  streamChanges: {
    method: 'GET',
    path: '/events',
    tag: 'system',
    summary: 'What changes among the things one may see',
    auth: 'required',
    status: 200,
    answer: { kind: 'events', schema: ChangeEvent },
  },
  search: {
    method: 'GET',
    path: '/search',
    tag: 'system',
    summary: 'Search names of everything',
    auth: 'required',
    query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }, strict),
    status: 200,
    answer: json(SearchResult),
  },
  health: {
    method: 'GET',
    path: '/health',
    tag: 'system',
    summary: 'Is the server up',
    auth: 'none',
    status: 200,
    answer: json(Health),
  },
  systemReport: {
    method: 'GET',
    path: '/system',
    tag: 'system',
    summary: 'Sandbox, database, objects, workers',
    auth: 'required',
    status: 200,
    answer: json(SystemReport),
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    tag: 'system',
    summary: 'This document',
    auth: 'none',
    status: 200,
    answer: json(Type.Record(Type.String(), Type.Unknown())),
  },
} as const satisfies Record<string, Endpoint>
