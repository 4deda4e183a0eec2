import Type from 'typebox'
import { byId, Page, SearchQuery, strict } from '../common.ts'
import { type Endpoint, json, namesAbsent, nothing } from '../endpoint.ts'
import { Algorithm, CustomAlgorithm, CustomAlgorithmChange, CustomAlgorithmCreate } from '../resources/algorithms.ts'

/** What a hosted file may be made with: the platform's algorithms, and those that people define. */
export const algorithmEndpoints = {
  listAlgorithms: {
    method: 'GET',
    path: '/algorithms',
    tag: 'algorithms',
    summary: 'Algorithms that are scored natively, with their parameters',
    auth: 'required',
    status: 200,
    answer: json(Type.Object({ items: Type.Array(Algorithm) }, strict)),
  },
  listCustomAlgorithms: {
    method: 'GET',
    path: '/custom-algorithms',
    tag: 'algorithms',
    summary: 'Algorithms that people have defined',
    auth: 'required',
    query: SearchQuery,
    status: 200,
    answer: json(Page(CustomAlgorithm)),
  },
  createCustomAlgorithm: {
    method: 'POST',
    path: '/custom-algorithms',
    tag: 'algorithms',
    summary: 'Define an algorithm: what it takes and gives, and the native class or the code that answers for it',
    auth: 'required',
    body: json(CustomAlgorithmCreate),
    status: 201,
    answer: json(CustomAlgorithm),
    idempotent: true,
    failures: namesAbsent,
  },
  getCustomAlgorithm: {
    method: 'GET',
    path: '/custom-algorithms/{id}',
    tag: 'algorithms',
    summary: 'One defined algorithm',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(CustomAlgorithm),
  },
  changeCustomAlgorithm: {
    method: 'PATCH',
    path: '/custom-algorithms/{id}',
    tag: 'algorithms',
    summary: 'Change a definition; experiments that chose it before keep it as it was',
    auth: 'required',
    params: byId,
    body: json(CustomAlgorithmChange),
    status: 200,
    answer: json(CustomAlgorithm),
    ifMatch: true,
  },
  deleteCustomAlgorithm: {
    method: 'DELETE',
    path: '/custom-algorithms/{id}',
    tag: 'algorithms',
    summary: 'Delete a definition; experiments that chose it keep it as it was',
    auth: 'required',
    params: byId,
    status: 204,
    answer: nothing,
    ifMatch: true,
  },
} as const satisfies Record<string, Endpoint>
