import {
  Alert,
  Button,
  Checkbox,
  Group,
  List,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import type { Dataset } from '@modelsmith/api'
import { type EstimatorType, metricNames } from '@modelsmith/domain'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { formatNumber } from '../../ui/format.ts'
import { LeaveGuard } from '../../ui/leave-guard.tsx'
import { findingsAt } from '../../ui/findings.ts'
import { Loaded, Page } from '../../ui/page.tsx'
import { type PartitionChoice, PartitionFields, partitioningOf, startingPartitions } from './partition-fields.tsx'
import { type WeightChoice, WeightFields, weightsOf } from './weight-fields.tsx'

export const NewProjectPage = () => {
  const { dataset: asked } = useSearch({ strict: false })
  const [chosen, setChosen] = useState<string>()
  const query = useCall('listDatasets', { query: { limit: 200 } })
  return (
    <Page
      title="New project"
      subtitle="The column types are frozen with the project: training and scoring read every value the same way."
    >
      <Loaded query={query}>
        {({ items }) => {
          const ready = items.filter(({ latest }) => latest.state === 'ready')
          const dataset = ready.find(({ id }) => id === (chosen ?? asked))
          return (
            <Stack maw={640}>
              <Select
                label="Dataset"
                placeholder={ready.length === 0 ? 'Upload a dataset first' : 'Choose a dataset'}
                data={ready.map(({ id, name, latest }) => ({
                  value: id,
                  label: `${name} (version ${latest.number}, ${formatNumber(latest.rows)} rows)`,
                }))}
                value={dataset?.id ?? null}
                onChange={(id) => setChosen(id ?? undefined)}
                searchable
                required
              />
              {dataset === undefined ? null : <ProjectForm key={dataset.latest.id} dataset={dataset} />}
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}

/** What the person chose; what was left alone is found by the server. */
type Choice = {
  readonly name: string
  readonly target: string | null
  readonly targetType?: EstimatorType
  readonly positiveClass?: string
  readonly metric?: string
  readonly partitions: PartitionChoice
  readonly rowsCount: WeightChoice
  readonly left: readonly string[]
}

const ProjectForm = ({ dataset }: { readonly dataset: Dataset }) => {
  const navigate = useNavigate()
  const create = useAction()
  const [choice, setChoice] = useState<Choice>({
    name: dataset.name,
    target: null,
    partitions: startingPartitions,
    rowsCount: {},
    left: [],
  })
  const set = (part: Partial<Choice>) => setChoice({ ...choice, ...part })
  const advice = useCall(
    'adviseTarget',
    { params: { id: dataset.latest.id }, query: { column: choice.target ?? '' } },
    { enabled: choice.target !== null },
  )
  const found = choice.target === null ? undefined : advice.data
  const wrong = findingsAt(create.problem)
  const isAnomaly = choice.targetType === 'anomaly'
  const isChosen = isAnomaly || choice.target !== null
  const targetType = choice.targetType ?? found?.targetType ?? undefined
  const { columns } = dataset.latest
  const byParts = choice.partitions.method === 'column' ? choice.partitions.column : undefined
  const others = [choice.target, choice.rowsCount.weights, byParts]
  const features = columns.map(({ name }) => name).filter((name) => !others.includes(name))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isChosen) return
    const { name, target, positiveClass, metric, partitions, rowsCount, left } = choice
    void create.run(async () => {
      const project = await client.call('createProject', {
        body: {
          name: name.trim(),
          datasetVersionId: dataset.latest.id,
          ...(target === null ? {} : { target }),
          ...(choice.targetType === undefined ? {} : { targetType: choice.targetType }),
          ...(positiveClass === undefined ? {} : { positiveClass }),
          ...(metric === undefined ? {} : { metric }),
          partitioning: partitioningOf(partitions),
          ...weightsOf(rowsCount),
          ...(left.length === 0 ? {} : { features: features.filter((feature) => !left.includes(feature)) }),
        },
      })
      await navigate({ to: '/projects/$id', params: { id: project.id }, ignoreBlocker: true })
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          value={choice.name}
          maxLength={255}
          error={wrong('/name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
        />
        <SegmentedControl
          aria-label="What models are for"
          w="fit-content"
          maw="100%"
          data={[
            { value: 'target', label: 'Predict a column' },
            { value: 'anomaly', label: 'Find anomalies' },
          ]}
          value={isAnomaly ? 'anomaly' : 'target'}
          onChange={(aim) =>
            setChoice({
              ...startingWith(choice),
              target: null,
              ...(aim === 'anomaly' ? { targetType: 'anomaly' as const } : {}),
            })
          }
        />
        {isAnomaly ? (
          <Text size="sm">
            Models learn what is usual, and give every row a score: the higher, the more unusual. They need no target.
          </Text>
        ) : null}
        <Select
          label={isAnomaly ? 'Labels, if there are any' : 'Target'}
          description={
            isAnomaly
              ? 'A column with two values that says which rows are anomalies. Models are measured by it and never see it; without it there is no metric.'
              : 'The column that is to be predicted'
          }
          error={wrong('/target')}
          data={dataset.latest.columns.map(({ name }) => name)}
          value={choice.target}
          onChange={(target) =>
            setChoice({
              ...startingWith(choice),
              target,
              ...(isAnomaly ? { targetType: 'anomaly' as const } : {}),
            })
          }
          searchable
          limit={200}
          required={!isAnomaly}
          clearable={isAnomaly}
          clearButtonProps={{ 'aria-label': 'No labels' }}
        />
        {advice.error !== null && choice.target !== null ? <ErrorPanel error={advice.error} /> : null}
        {found === undefined ? null : isAnomaly ? (
          found.targetType === 'binary' ? null : (
            <Alert color="red" variant="light" role="status" title={found.reason}>
              <Text size="sm">Labels have two distinct values, one of them for anomalies.</Text>
            </Alert>
          )
        ) : (
          <Alert
            color={found.problems.length > 0 ? 'red' : 'indigo'}
            variant="light"
            role="status"
            title={found.reason}
          >
            {found.problems.length === 0 ? null : (
              <List size="sm">
                {found.problems.map((problem) => (
                  <List.Item key={problem}>{problem}</List.Item>
                ))}
              </List>
            )}
          </Alert>
        )}
        {targetType === undefined || (found === undefined && !isAnomaly) ? null : (
          <>
            {found === undefined ? null : (
              <Group grow align="start">
                {isAnomaly ? null : (
                  <Select
                    label="Target type"
                    error={wrong('/targetType')}
                    data={['binary', 'multiclass', 'regression']}
                    value={targetType}
                    allowDeselect={false}
                    onChange={(type) => {
                      // Another type has other metrics.
                      const { metric: _, ...others } = choice
                      setChoice({ ...others, targetType: type as EstimatorType })
                    }}
                  />
                )}
                <Select
                  label="Metric"
                  error={wrong('/metric')}
                  description={
                    choice.metric === undefined && found.metricReason !== null && !isAnomaly
                      ? `${found.metricReason} The leaderboard is sorted by it.`
                      : 'The leaderboard is sorted by it.'
                  }
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  data={metricNames[targetType]}
                  value={
                    choice.metric ??
                    (choice.targetType === undefined || choice.targetType === found.targetType ? found.metric : null) ??
                    metricNames[targetType][0]
                  }
                  allowDeselect={false}
                  onChange={(metric) => set(metric === null ? {} : { metric })}
                />
              </Group>
            )}
            {(targetType === 'binary' || isAnomaly) && found?.classes.length === 2 ? (
              <Select
                label={isAnomaly ? 'Label of anomalies' : 'Positive class'}
                description={
                  isAnomaly ? 'The value that says that a row is one' : 'The class whose probability is predicted'
                }
                error={wrong('/positiveClass')}
                data={found.classes}
                value={choice.positiveClass ?? found.classes[1] ?? null}
                allowDeselect={false}
                onChange={(positiveClass) => set(positiveClass === null ? {} : { positiveClass })}
              />
            ) : null}
            <Title order={2}>Partitions</Title>
            <PartitionFields
              choice={choice.partitions}
              onChange={(partitions) => set({ partitions })}
              columns={columns.filter(({ name }) => name !== choice.target)}
              targetType={targetType}
              wrong={wrong}
            />
            <Title order={2}>Rows</Title>
            <WeightFields
              choice={choice.rowsCount}
              onChange={(rowsCount) => set({ rowsCount })}
              columns={columns}
              target={choice.target}
              targetType={targetType}
              advice={found}
              wrong={wrong}
            />
            <Title order={2}>Columns</Title>
            <Features names={features} left={choice.left} onChange={(left) => set({ left })} />
          </>
        )}
        {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.busy} disabled={!isChosen}>
            Create project
          </Button>
        </Group>
      </Stack>
      <LeaveGuard unsaved={isChosen} words="The project is not created yet; what you chose for it would be lost." />
    </form>
  )
}

/** What stays when something else is to be learnt. */
const startingWith = ({ name, partitions }: Choice): Choice => ({
  name,
  target: null,
  partitions,
  rowsCount: {},
  left: [],
})

type FeaturesProps = {
  readonly names: readonly string[]
  readonly left: readonly string[]
  readonly onChange: (left: readonly string[]) => void
}

/** Which columns the models may see. */
const Features = ({ names, left, onChange }: FeaturesProps) => (
  <details>
    <summary>
      Features: {names.length - left.length} of {names.length} columns
    </summary>
    {names.length > 500 ? (
      <Text size="sm" c="dimmed" mt="sm">
        All are used. A list of {formatNumber(names.length)} columns is chosen from in code.
      </Text>
    ) : (
      <Group mt="sm">
        {names.map((name) => (
          <Checkbox
            key={name}
            label={name}
            checked={!left.includes(name)}
            onChange={() => onChange(left.includes(name) ? left.filter((other) => other !== name) : [...left, name])}
          />
        ))}
      </Group>
    )}
  </details>
)
