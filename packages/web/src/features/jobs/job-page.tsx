import { useParams } from '@tanstack/react-router'
import { pageOf } from '../../app/kinds.ts'
import { useCall } from '../../app/client.ts'
import { LinkButton } from '../../ui/link.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { JobPanel } from './job-panel.tsx'

export const JobPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getJob', { params: { id } })
  return (
    <LoadedPage query={query}>
      {({ kind, title, state, subject, owner }) => {
        // A task is there once its import has succeeded.
        const to = kind === 'importTask' && state !== 'succeeded' ? undefined : pageOf[subject.kind]
        return (
          <Page
            title={title}
            state={<StateBadge state={state} />}
            subtitle={`Job of ${owner.name}`}
            actions={
              to === undefined ? null : (
                <LinkButton variant="default" to={to.replace('$id', subject.id)}>
                  Open {subject.kind === 'trainingRun' ? 'training run' : subject.kind}
                </LinkButton>
              )
            }
          >
            <JobPanel key={id} id={id} />
          </Page>
        )
      }}
    </LoadedPage>
  )
}
