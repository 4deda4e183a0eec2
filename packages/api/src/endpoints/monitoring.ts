import Type from 'typebox'
import { byId, Id, strict } from '../common.ts'
import { json, type Endpoint, namesAbsent } from '../endpoint.ts'
import {
  ActualsReceipt,
  ActualsUpload,
  BaselineChange,
  DeploymentAccuracy,
  DeploymentDrift,
  DeploymentHealth,
  FeatureDetail,
  MonitoringBaseline,
} from '../resources/monitoring.ts'

const range = {
  from: Type.Optional(Type.String({ description: 'ISO 8601; default: a week before `to`' })),
  to: Type.Optional(Type.String({ description: 'ISO 8601; default: now' })),
  release: Type.Optional({ ...Id, description: 'A release of the deployment' }),
}
const Range = Type.Object(range, strict)

/** How deployments fare: health, drift, quality of the data. */
export const monitoringEndpoints = {
  getHealth: {
    method: 'GET',
    path: '/deployments/{id}/health',
    tag: 'deployments',
    summary: 'Requests, rows, latency and errors over time; of all releases, or of one',
    auth: 'required',
    params: byId,
    query: Range,
    status: 200,
    answer: json(DeploymentHealth),
  },
  getDrift: {
    method: 'GET',
    path: '/deployments/{id}/drift',
    tag: 'deployments',
    summary: 'Drift and quality of every feature and of the predictions of a release, by default the latest',
    auth: 'required',
    params: byId,
    query: Range,
    status: 200,
    answer: json(DeploymentDrift),
  },
  getFeatureDrift: {
    method: 'GET',
    path: '/deployments/{id}/drift/feature',
    tag: 'deployments',
    summary: 'One feature: its histograms and its drift over time',
    auth: 'required',
    params: byId,
    query: Type.Object(
      { ...range, name: Type.String(), role: Type.Optional(Type.Enum(['input', 'prediction'])) },
      strict,
    ),
    status: 200,
    answer: json(FeatureDetail),
  },
  addActuals: {
    method: 'POST',
    path: '/deployments/{id}/actuals',
    tag: 'deployments',
    summary: 'Send actual values by association id; late, again or corrected',
    auth: 'required',
    params: byId,
    body: json(ActualsUpload),
    status: 200,
    answer: json(ActualsReceipt),
  },
  getAccuracy: {
    method: 'GET',
    path: '/deployments/{id}/accuracy',
    tag: 'deployments',
    summary: 'Metrics from actual values by release over time, with the rows that they stand on',
    auth: 'required',
    params: byId,
    query: Range,
    status: 200,
    answer: json(DeploymentAccuracy),
  },
  setBaseline: {
    method: 'PUT',
    path: '/deployments/{id}/baseline',
    tag: 'deployments',
    summary: 'Choose what the rows are compared with; rows from now on are counted on its bins',
    auth: 'required',
    params: byId,
    body: json(BaselineChange),
    status: 200,
    answer: json(MonitoringBaseline),
    failures: namesAbsent,
  },
} as const satisfies Record<string, Endpoint>
