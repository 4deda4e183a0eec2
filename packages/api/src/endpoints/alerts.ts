import { byId } from '../common.ts'
import { json, type Endpoint } from '../endpoint.ts'
import { AlertsChange, DeploymentAlerts } from '../resources/alerts.ts'

/** Who is told when a deployment fares badly. */
export const alertsEndpoints = {
  getAlerts: {
    method: 'GET',
    path: '/deployments/{id}/alerts',
    tag: 'deployments',
    summary: 'What a deployment is watched for, how it stands, and who was told',
    auth: 'required',
    params: byId,
    status: 200,
    answer: json(DeploymentAlerts),
  },
  setAlerts: {
    method: 'PUT',
    path: '/deployments/{id}/alerts',
    tag: 'deployments',
    summary: 'Set limits, and who is told when they are passed and when it is well again',
    auth: 'required',
    params: byId,
    body: json(AlertsChange),
    status: 200,
    answer: json(DeploymentAlerts),
  },
} as const satisfies Record<string, Endpoint>
