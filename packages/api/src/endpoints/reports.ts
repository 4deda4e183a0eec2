import { byId } from '../common.ts'
import { json, type Endpoint } from '../endpoint.ts'
import { DeploymentReport, ReportQuery } from '../resources/reports.ts'

/** One document about a deployment. */
export const reportsEndpoints = {
  getDeploymentReport: {
    method: 'GET',
    path: '/deployments/{id}/report',
    tag: 'deployments',
    summary:
      'All that is known of a deployment: what answers, what it was made from, who decided what, and how it fared',
    auth: 'required',
    params: byId,
    query: ReportQuery,
    status: 200,
    answer: json(DeploymentReport),
  },
  downloadDeploymentReport: {
    method: 'GET',
    path: '/deployments/{id}/report.md',
    tag: 'deployments',
    summary: 'The report of a deployment as Markdown',
    auth: 'required',
    params: byId,
    query: ReportQuery,
    status: 200,
    answer: { kind: 'bytes', mediaTypes: ['text/markdown'] },
  },
} as const satisfies Record<string, Endpoint>
