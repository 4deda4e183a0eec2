import type { ApprovalAction } from '@modelsmith/domain'
import { deploymentError } from './errors.ts'
import type { DeploymentRow } from './store.ts'

type Governed = Pick<DeploymentRow, 'approval_policy' | 'importance' | 'waiting'>

/** What of a deployment a second person has to approve. One that waits has not answered anybody: it may be changed and deleted. */
export const needsApproval = ({ approval_policy, importance, waiting }: Governed): readonly ApprovalAction[] =>
  waiting ? [] : approval_policy[importance]

export const demandNoApproval = (row: Governed, action: ApprovalAction, what: readonly string[]): void => {
  if (what.length > 0 && needsApproval(row).includes(action))
    throw deploymentError('deployment.needsApproval', { importance: row.importance, what })
}
