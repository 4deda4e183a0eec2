import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core'
import type { Search } from '@modelsmith/api'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall, useRefresh } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { findingsAt } from '../../ui/findings.ts'
import { formatScore } from '../../ui/format.ts'
import { LinkButton } from '../../ui/link.tsx'
import { LoadedPage, Page } from '../../ui/page.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { PageTabs } from '../../ui/tabs.tsx'
import { BlueprintGraphView } from '../blueprints/index.ts'
import { JobPanel } from '../jobs/index.ts'
import { useAccess } from '../sharing/index.ts'
import { SearchChart } from './search-chart.tsx'
import { TrialsTable } from './trials-table.tsx'

export const SearchPage = () => {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCall('getSearch', { params: { id } }, { refetchInterval: 2000 })
  return <LoadedPage query={query}>{(search) => <SearchView key={search.id} search={search} />}</LoadedPage>
}

const budgetWords = ({ done, budget: { trials, minutes } }: Search): string =>
  [
    trials === undefined ? `${done} trials` : `${done} of ${trials} trials`,
    ...(minutes === undefined ? [] : [`at most ${minutes} minutes of them`]),
  ].join(', ')

const bestWords = ({ best, metric }: Search): string =>
  best === null ? '' : ` · best ${metric} ${formatScore(best.score)}, trial ${best.number}`

const SearchView = ({ search }: { readonly search: Search }) => {
  const { id, name, state, projectId, jobId, graph } = search
  const { can } = useAccess(id)
  const isActive = state === 'queued' || state === 'running'
  return (
    <Page
      title={`Search of ${name}`}
      state={<StateBadge state={state} />}
      subtitle={`${budgetWords(search)}${bestWords(search)}`}
      actions={
        <>
          <LinkButton to="/projects/$id" params={{ id: projectId }}>
            Leaderboard
          </LinkButton>
          {isActive || !can('run') ? null : <Resume search={search} />}
        </>
      }
    >
      <JobPanel key={jobId} id={jobId} showLog={false} quietWhenDone />
      <PageTabs
        tabs={[
          {
            key: 'trials',
            title: 'Trials',
            content: () => (
              <Stack gap="xl">
                <SearchChart search={search} />
                <TrialsTable search={search} mayRun={can('run')} />
              </Stack>
            ),
          },
          { key: 'blueprint', title: 'Blueprint', content: () => <BlueprintGraphView graph={graph} /> },
          { key: 'log', title: 'Log', content: () => <JobPanel key={jobId} id={jobId} /> },
        ]}
      />
    </Page>
  )
}

/** Goes on from the trials that have ended. */
const Resume = ({ search }: { readonly search: Search }) => {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Go on</Button>
      {open ? <ResumeDialog search={search} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const ResumeDialog = ({ search, onClose }: { readonly search: Search; readonly onClose: () => void }) => {
  const { id, done, budget } = search
  const [trials, setTrials] = useState<number | string>(
    budget.trials === undefined ? '' : Math.max(budget.trials, done + 10),
  )
  const [minutes, setMinutes] = useState<number | string>(budget.minutes ?? '')
  const resuming = useAction()
  const refresh = useRefresh()
  const problemAt = findingsAt(resuming.problem)
  const resume = () =>
    void resuming.run(async () => {
      await client.call('resumeSearch', {
        params: { id },
        body: {
          ...(trials === '' ? {} : { trials: Number(trials) }),
          ...(minutes === '' ? {} : { minutes: Number(minutes) }),
        },
      })
      await refresh()
      onClose()
    })
  return (
    <Modal opened onClose={onClose} title="Go on searching">
      <Stack>
        <Text size="sm">{done} trials have ended and are kept. Say how many there may be in all.</Text>
        <Group grow align="flex-start">
          <NumberInput label="Trials" value={trials} onChange={setTrials} error={problemAt('/trials')} data-autofocus />
          <NumberInput label="Minutes" value={minutes} onChange={setMinutes} error={problemAt('/minutes')} />
        </Group>
        {resuming.problem === undefined ? null : <ErrorPanel error={resuming.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={resuming.busy} onClick={resume}>
            Go on
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
