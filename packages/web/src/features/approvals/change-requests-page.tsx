import { Stack } from '@mantine/core'
import type { ChangeRequest } from '@modelsmith/api'
import { useCall } from '../../app/client.ts'
import { Empty } from '../../ui/empty.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { RequestCard } from './request-card.tsx'

/** What was asked to be done with deployments: what is open, what waits for me first; and what was decided. */
export const ChangeRequestsPage = () => (
  <Page title="Change requests" subtitle="What a second person has to approve before it is done with a deployment.">
    <PageTabs
      tabs={[
        { key: 'open', title: 'Open', content: () => <Open /> },
        { key: 'decided', title: 'Decided', content: () => <Decided /> },
      ]}
    />
  </Page>
)

const Open = () => {
  const query = useCall('listChangeRequests', { query: { state: 'open', limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Cards
          requests={items.toSorted((a, b) => Number(b.mayDecide) - Number(a.mayDecide))}
          empty="Nothing waits for approval."
        />
      )}
    </Loaded>
  )
}

const Decided = () => {
  const query = useCall('listChangeRequests', { query: { limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Cards requests={items.filter(({ state }) => state !== 'open')} empty="Nothing was decided yet." />
      )}
    </Loaded>
  )
}

/** The requests of one deployment, newest first. */
export const RequestsOf = ({ deploymentId }: { readonly deploymentId: string }) => {
  const query = useCall('listChangeRequests', { query: { deployment: deploymentId, limit: 200 } })
  return (
    <Loaded query={query}>
      {({ items }) => <Cards requests={items} empty="Nothing was asked for." withDeployment={false} />}
    </Loaded>
  )
}

const Cards = ({
  requests,
  empty,
  withDeployment = true,
}: {
  readonly requests: readonly ChangeRequest[]
  readonly empty: string
  readonly withDeployment?: boolean
}) =>
  requests.length === 0 ? (
    <Empty>{empty}</Empty>
  ) : (
    <Stack>
      {requests.map((request) => (
        <RequestCard key={request.id} request={request} withDeployment={withDeployment} />
      ))}
    </Stack>
  )
