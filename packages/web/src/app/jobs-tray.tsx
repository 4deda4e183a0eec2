import { ActionIcon, Group, Indicator, Popover, Progress, Stack, Text } from '@mantine/core'
import type { Job } from '@modelsmith/api'
import { IconListCheck } from '@tabler/icons-react'
import { Empty } from '../ui/empty.tsx'
import { LinkText } from '../ui/link.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { waitingWords } from '../ui/waiting.ts'
import { useCall } from './client.ts'

/** What runs now, from wherever one is. */
export const JobsTray = () => {
  const jobs = useCall('listJobs', { query: { active: true, limit: 20 } }, { refetchInterval: 3000 })
  const active = jobs.data?.items ?? []
  const label = active.length === 0 ? 'Jobs: none running' : `Jobs: ${active.length} running`
  return (
    <Popover position="bottom-end" width={340} trapFocus returnFocus>
      <Indicator label={active.length} size={16} disabled={active.length === 0}>
        <Popover.Target>
          <ActionIcon variant="default" size="md" aria-label={label}>
            <IconListCheck size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Stack gap="sm">
          {active.length === 0 ? (
            <Empty>Nothing runs. What takes long shows here.</Empty>
          ) : (
            active.map((job) => <ActiveJob key={job.id} job={job} />)
          )}
          <LinkText to="/jobs" size="sm">
            All jobs
          </LinkText>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

const ActiveJob = ({ job }: { readonly job: Job }) => (
  <Stack gap={4}>
    <Group justify="space-between" wrap="nowrap">
      <LinkText to="/jobs/$id" params={{ id: job.id }} size="sm" truncate>
        {job.title}
      </LinkText>
      <StateBadge state={job.state} />
    </Group>
    <Progress value={(job.progress.fraction ?? 0) * 100} size="sm" aria-label={`Progress of ${job.title}`} />
    <Text size="xs" c="dimmed">
      {job.state === 'queued' ? waitingWords(job) : job.progress.step}
    </Text>
  </Stack>
)
