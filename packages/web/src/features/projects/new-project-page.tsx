import { Alert, Button, Checkbox, Group, List, NumberInput, Select, Stack, Text, TextInput, Title } from '@mantine/core'
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
  // Empty while another number is typed.
  readonly folds: number | string
  readonly holdout: number | string
  readonly seed: number | string
  readonly method?: 'random' | 'stratified'
  readonly left: readonly string[]
}

const ProjectForm = ({ dataset }: { readonly dataset: Dataset }) => {
  const navigate = useNavigate()
  const create = useAction()
  const [choice, setChoice] = useState<Choice>({
    name: dataset.name,
    target: null,
    folds: 5,
    holdout: 20,
    seed: 0,
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
  const targetType = choice.targetType ?? found?.targetType ?? undefined
  const features = dataset.latest.columns.map(({ name }) => name).filter((name) => name !== choice.target)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (choice.target === null) return
    const { name, target, positiveClass, metric, folds, holdout, seed, method, left } = choice
    void create.run(async () => {
      const project = await client.call('createProject', {
        body: {
          name: name.trim(),
          datasetVersionId: dataset.latest.id,
          target,
          ...(choice.targetType === undefined ? {} : { targetType: choice.targetType }),
          ...(positiveClass === undefined ? {} : { positiveClass }),
          ...(metric === undefined ? {} : { metric }),
          partitioning: {
            folds: Number(folds),
            holdout: Number(holdout) / 100,
            seed: Number(seed),
            ...(method === undefined ? {} : { method }),
          },
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
        <Select
          label="Target"
          description="The column that is to be predicted"
          error={wrong('/target')}
          data={dataset.latest.columns.map(({ name }) => name)}
          value={choice.target}
          onChange={(target) =>
            setChoice({
              name: choice.name,
              target,
              folds: choice.folds,
              holdout: choice.holdout,
              seed: choice.seed,
              left: [],
            })
          }
          searchable
          limit={200}
          required
        />
        {advice.error !== null && choice.target !== null ? <ErrorPanel error={advice.error} /> : null}
        {found === undefined ? null : (
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
        {found === undefined || targetType === undefined ? null : (
          <>
            <Group grow align="start">
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
              <Select
                label="Metric"
                error={wrong('/metric')}
                description="The leaderboard is sorted by it"
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
            {targetType === 'binary' && found.classes.length === 2 ? (
              <Select
                label="Positive class"
                description="The class whose probability is predicted"
                data={found.classes}
                value={choice.positiveClass ?? found.classes[1] ?? null}
                allowDeselect={false}
                onChange={(positiveClass) => set(positiveClass === null ? {} : { positiveClass })}
              />
            ) : null}
            <Title order={2}>Partitions</Title>
            <Group grow align="start">
              <NumberInput
                label="Folds"
                description="2 to 20"
                min={2}
                max={20}
                allowDecimal={false}
                value={choice.folds}
                error={wrong('/partitioning/folds')}
                onChange={(folds) => set({ folds })}
                required
              />
              <NumberInput
                label="Holdout, % of rows"
                description="0 to 50"
                min={0}
                max={50}
                value={choice.holdout}
                error={wrong('/partitioning/holdout')}
                onChange={(holdout) => set({ holdout })}
                required
              />
              <NumberInput
                label="Seed"
                description="The same one makes the same folds"
                min={0}
                max={2 ** 31 - 1}
                allowDecimal={false}
                value={choice.seed}
                error={wrong('/partitioning/seed')}
                onChange={(seed) => set({ seed })}
                required
              />
            </Group>
            <Select
              label="Rows are drawn"
              data={[
                { value: 'random', label: 'at random' },
                { value: 'stratified', label: 'at random, with the target spread alike over all folds' },
              ]}
              value={choice.method ?? (targetType === 'regression' ? 'random' : 'stratified')}
              allowDeselect={false}
              onChange={(method) => set({ method: method as 'random' | 'stratified' })}
            />
            <Features names={features} left={choice.left} onChange={(left) => set({ left })} />
          </>
        )}
        {create.problem === undefined ? null : <ErrorPanel error={create.problem} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.busy} disabled={choice.target === null}>
            Create project
          </Button>
        </Group>
      </Stack>
      <LeaveGuard
        unsaved={choice.target !== null}
        words="The project is not created yet; what you chose for it would be lost."
      />
    </form>
  )
}

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
