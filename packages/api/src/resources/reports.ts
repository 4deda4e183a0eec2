import Type, { type Static } from 'typebox'
import { Nullable, PersonRef, strict, Timestamp } from '../common.ts'
import { ChangeRequest } from './approvals.ts'
import { DeploymentEvent } from './governance.ts'
import { Deployment } from './models.ts'
import { DeploymentAccuracy, DeploymentDrift, DeploymentHealth } from './monitoring.ts'

export const ReportQuery = Type.Object(
  {
    from: Type.Optional(Type.String({ description: 'ISO 8601; default: a week before `to`' })),
    to: Type.Optional(Type.String({ description: 'ISO 8601; default: now' })),
  },
  strict,
)

/** One thing that what answers was made from. */
export const LineageItem = Type.Object(
  {
    what: Type.Enum([
      'installation',
      'registered model',
      'experiment',
      'model file',
      'model',
      'training run',
      'project',
      'dataset',
      'dataset version',
      'blueprint',
      'task version',
    ]),
    id: Nullable(Type.String()),
    name: Nullable(Type.String({ description: 'Null: the reader may not see it, and nothing else of it is told' })),
    version: Nullable(Type.String()),
    sha256: Nullable(Type.String({ description: 'Of its content' })),
    facts: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, strict)),
  },
  strict,
)
export type LineageItem = Static<typeof LineageItem>

/** All that is known of a deployment, over a time; nothing is computed for it that other pages do not show. */
export const DeploymentReport = Type.Object(
  {
    createdAt: Timestamp,
    createdFor: PersonRef,
    deployment: Deployment,
    owners: Type.Array(PersonRef),
    lineage: Type.Array(LineageItem, { description: 'From what answers back to data and code' }),
    changeRequests: Type.Array(ChangeRequest, { description: 'The newest 200' }),
    history: Type.Array(DeploymentEvent, { description: 'The newest 200' }),
    health: DeploymentHealth,
    drift: DeploymentDrift,
    accuracy: DeploymentAccuracy,
  },
  { ...strict, $id: 'DeploymentReport' },
)
export type DeploymentReport = Static<typeof DeploymentReport>
