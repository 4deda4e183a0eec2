import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import type { Job } from '@modelsmith/api'
import { useEffect, useState } from 'react'
import { client } from '../../app/client.ts'
import { hasEnded, useJob } from '../../app/use-job.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatMs } from '../../ui/format.ts'
import { LinkButton } from '../../ui/link.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { waitingWords } from '../../ui/waiting.ts'
import { LogView } from './log-view.tsx'

type JobPanelProps = {
  readonly id: string
  /** Left out where the page has the log elsewhere. */
  readonly showLog?: boolean
  /** Left out once the job has succeeded, where its result speaks for itself. */
  readonly quietWhenDone?: boolean
}

/** What a job does, how far it is, what it says, and the button that stops it. */
export const JobPanel = ({ id, showLog = true, quietWhenDone = false }: JobPanelProps) => {
  const { job, log } = useJob(id)
  const cancel = useAction()
  if (job === undefined) return <Progress value={0} aria-label="Progress" />
  if (quietWhenDone && job.state === 'succeeded') return null
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={500}>{job.title}</Text>
          <StateBadge state={job.state} />
          <Text size="sm" c="dimmed">
            <Elapsed job={job} />
            {job.attempt > 1 ? `, attempt ${job.attempt}` : ''}
          </Text>
        </Group>
        {hasEnded(job) ? null : (
          <Button
            size="xs"
            variant="default"
            loading={cancel.busy}
            disabled={job.state === 'cancelling'}
            onClick={() => void cancel.run(async () => void (await client.call('cancelJob', { params: { id } })))}
          >
            Cancel job
          </Button>
        )}
      </Group>
      {hasEnded(job) ? null : (
        <div role="status" aria-live="polite">
          <Progress
            value={(job.progress.fraction ?? 0) * 100}
            animated={job.progress.fraction === null}
            aria-label={`Progress of ${job.title}`}
          />
          <Text size="sm" c="dimmed" mt={4}>
            {job.state === 'queued' ? waitingWords(job) : job.progress.step}
          </Text>
        </div>
      )}
      {cancel.problem === undefined ? null : <ErrorPanel error={cancel.problem} />}
      {job.error === null ? null : <ErrorPanel error={job.error} />}
      {job.kind === 'predictFile' && job.state === 'succeeded' ? <Predictions job={job} /> : null}
      {job.kind === 'scoreBatch' && job.state === 'succeeded' ? <BatchPredictions job={job} /> : null}
      {job.kind === 'importTask' && job.state === 'succeeded' ? (
        <LinkButton w="fit-content" to="/tasks/$id" params={{ id: job.subject.id }}>
          Open task
        </LinkButton>
      ) : null}
      {showLog && log !== undefined ? <LogView log={log} live={!hasEnded(job)} /> : null}
    </Stack>
  )
}

/** What a prediction of a file made. */
const Predictions = ({ job: { id } }: { readonly job: Job }) => (
  <Button
    component="a"
    w="fit-content"
    href={client.url('downloadJobResult', { params: { id } })}
    download="predictions.csv"
  >
    Download predictions
  </Button>
)

/** What a batch made: a file in either format, a dataset, a table or an object. */
const BatchPredictions = ({ job: { id, result } }: { readonly job: Job }) => {
  const { datasetId, object, table } = result
  if (typeof object === 'string') return <Text size="sm">The predictions are in {object}.</Text>
  if (typeof table === 'string') return <Text size="sm">The predictions are in the table {table}.</Text>
  if (typeof datasetId === 'string')
    return (
      <LinkButton w="fit-content" to="/datasets/$id" params={{ id: datasetId }}>
        Open dataset
      </LinkButton>
    )
  return (
    <Group>
      {(['csv', 'parquet'] as const).map((format) => (
        <Button
          key={format}
          component="a"
          variant={format === 'csv' ? 'filled' : 'default'}
          href={client.url('downloadBatch', { params: { id }, query: { format } })}
          download={`predictions.${format}`}
        >
          Download as {format === 'csv' ? 'CSV' : 'Parquet'}
        </Button>
      ))}
    </Group>
  )
}

/** How long it has run; it counts on while it does. */
const Elapsed = ({ job: { startedAt, endedAt } }: { readonly job: Job }) => {
  const [now, setNow] = useState<number>()
  const running = startedAt !== null && endedAt === null
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  if (startedAt === null) return null
  const end = endedAt === null ? now : Date.parse(endedAt)
  return <>{formatMs(end === undefined ? null : Math.max(0, end - Date.parse(startedAt)))}</>
}
