import { Alert, Skeleton, Stack, Text, Title } from '@mantine/core'
import { ApiError, type Experiment, type HostedModel } from '@modelsmith/api'
import { useCall } from '../../../app/client.ts'
import { Empty } from '../../../ui/empty.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { formatNumber } from '../../../ui/format.ts'
import { LinkText } from '../../../ui/link.tsx'
import { purposeOf } from '../../projects/index.ts'
import { ApplicationForm } from '../application-form.tsx'
import { Submission } from '../submission.tsx'
import { TryRows } from '../try-rows.tsx'
import { useIsOpen } from '../use-is-open.ts'
import { Algorithms } from './algorithms.tsx'
import { Candidates } from './candidates.tsx'
import { ChooseRows } from './choose-rows.tsx'

/** An experiment with training: rows, algorithms side by side, a candidate, and its fields. */
export const ExperimentTraining = ({ experiment }: { readonly experiment: Experiment }) => {
  const { rows, model, modelId } = experiment
  const isOpen = useIsOpen(experiment)
  return (
    <Stack gap="xl">
      {rows === null ? (
        isOpen ? (
          <ChooseRows experiment={experiment} />
        ) : (
          <Empty>No rows are chosen yet.</Empty>
        )
      ) : (
        <Trained experiment={experiment} rows={rows} />
      )}
      {model === null || modelId === null ? null : (
        <WithCandidate key={JSON.stringify(model.inputs)} experiment={experiment} model={model} modelId={modelId} />
      )}
      {rows === null || modelId !== null ? null : <Submission experiment={experiment} />}
    </Stack>
  )
}

type WithCandidateProps = { readonly experiment: Experiment; readonly model: HostedModel; readonly modelId: string }

const WithCandidate = ({ experiment, model, modelId }: WithCandidateProps) => {
  const trained = useCall('getModel', { params: { id: modelId } })
  return (
    <>
      <ApplicationForm experiment={experiment} model={model} />
      <TryRows experiment={experiment} model={model} declared={trained.data?.predictionParameters ?? []} />
      <Submission experiment={experiment} />
    </>
  )
}

type Rows = NonNullable<Experiment['rows']>

const Trained = ({ experiment, rows }: { readonly experiment: Experiment; readonly rows: Rows }) => {
  const isOpen = useIsOpen(experiment)
  const query = useCall('getProject', { params: { id: rows.projectId } })
  const project = query.data
  if (query.error instanceof ApiError && query.error.problem.status === 404)
    return (
      <Alert variant="light" color="gray" title="What it trains on is not shared with you">
        The rows and the trainings of this experiment are a project of their own. Whoever chose the rows can share it.
      </Alert>
    )
  if (query.error !== null) return <ErrorPanel error={query.error} />
  if (project === undefined) return <Skeleton height={240} />
  return (
    <>
      <Stack gap="sm" component="section">
        <Title order={2}>Rows</Title>
        <Text size="sm">
          <LinkText underline="always" to="/sample-sets/$id" params={{ id: rows.sampleSetId }}>
            A sample set
          </LinkText>{' '}
          as it was in version {rows.sampleSetVersion}, frozen as{' '}
          <LinkText underline="always" to="/projects/$id" params={{ id: project.id }}>
            {project.name}
          </LinkText>
          : {purposeOf(project).replace(/^./, (first) => first.toLowerCase())}, from{' '}
          {formatNumber(project.features.length)} columns; {formatNumber(project.rows.training)} rows in{' '}
          {formatNumber(project.partitioning.folds)} folds, {formatNumber(project.rows.holdout)} held out.
        </Text>
      </Stack>
      {isOpen ? <Algorithms experiment={experiment} project={project} /> : null}
      <Candidates experiment={experiment} project={project} />
    </>
  )
}
