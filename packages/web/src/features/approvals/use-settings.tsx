import type { Deployment, SettingsAsked } from '@modelsmith/api'
import { governedChanges } from '@modelsmith/domain'
import { type ReactNode, useState } from 'react'
import { client, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { AskApproval } from './ask-approval.tsx'

/** What is set without a reason of its own. */
type Direct = Omit<SettingsAsked, 'fallbackId'>

type Setting = {
  readonly busy: boolean
  /** Sets it, or asks a second person where one has to approve. */
  readonly set: (asked: Direct) => void
  /** What went wrong, or the question for a reason; stands below what was set. */
  readonly below: ReactNode
}

export const useSettings = (deployment: Deployment): Setting => {
  const { id, version, needsApproval } = deployment
  const [asking, setAsking] = useState<Direct>()
  const { busy, problem, run } = useAction()
  const refresh = useRefresh()
  const set = (asked: Direct) => {
    if (needsApproval.includes('change') && governedChanges({ ...deployment, fallbackId: null }, asked).length > 0)
      return setAsking(asked)
    void run(async () => {
      await client.call('changeDeployment', { params: { id }, body: asked, ifMatch: version })
      await refresh()
    })
  }
  return {
    busy,
    set,
    below: (
      <>
        {problem === undefined ? null : <ErrorPanel error={problem} />}
        {asking === undefined ? null : (
          <AskApproval
            deployment={deployment}
            title="Change settings"
            asked={{ action: 'change', settings: asking }}
            onClose={() => setAsking(undefined)}
          />
        )}
      </>
    ),
  }
}
