import { Button, Group, NumberInput, Select, Stack, Text, Title } from '@mantine/core'
import type { Project, SearchSource, SearchSpace } from '@modelsmith/api'
import { higherIsBetter, metricNames } from '@modelsmith/domain'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { client, useCall } from '../../app/client.ts'
import { useAction } from '../../ui/action.ts'
import { Empty } from '../../ui/empty.tsx'
import { ErrorPanel } from '../../ui/error-panel.tsx'
import { findingsAt } from '../../ui/findings.ts'
import { LinkButton } from '../../ui/link.tsx'
import { Loaded, Page } from '../../ui/page.tsx'
import { optionsOf, type TrainingChoice, TrainingOptions, wholeProject } from '../projects/index.ts'
import { type DimensionDraft, draftOf, spaceOf } from './draft.ts'
import { SpaceFields } from './space-fields.tsx'

/** A search from what a model was trained of (`?model=`), a blueprint or an entry of the repository, in a project (`?project=`). */
export const NewSearchPage = () => {
  const { project, model, blueprint, repository } = useSearch({ strict: false })
  if (model !== undefined) return <FromModel key={model} id={model} />
  if (project !== undefined && blueprint !== undefined)
    return <InProject key={blueprint} project={project} source={{ blueprintId: blueprint }} />
  if (project !== undefined && repository !== undefined)
    return <InProject key={repository} project={project} source={{ repositoryId: repository }} />
  return (
    <Page title="New search">
      <Empty action={<LinkButton to="/projects">Projects</LinkButton>}>
        A search begins with a model, or with a blueprint of a project: choose one there.
      </Empty>
    </Page>
  )
}

const FromModel = ({ id }: { readonly id: string }) => {
  const query = useCall('getModel', { params: { id } })
  return (
    <Loaded query={query}>
      {({ projectId, name, graph }) => <InProject project={projectId} source={{ name, graph, from: id }} />}
    </Loaded>
  )
}

type InProjectProps = { readonly project: string; readonly source: SearchSource }

const InProject = ({ project: id, source }: InProjectProps) => {
  const project = useCall('getProject', { params: { id } })
  const space = useCall('getSearchSpace', { params: { id }, body: source })
  return (
    <Loaded query={project}>
      {(found) => {
        const { metric } = found
        return metric === null ? (
          <Page title="Search parameters" subtitle={`In ${found.name}`}>
            <Empty>This project has no metric, so nothing would say which trial is best.</Empty>
          </Page>
        ) : (
          <Loaded query={space}>
            {(offered) => <NewSearch project={found} usualMetric={metric} source={source} offered={offered} />}
          </Loaded>
        )
      }}
    </Loaded>
  )
}

type NewSearchProps = {
  readonly project: Project
  readonly usualMetric: string
  readonly source: SearchSource
  readonly offered: SearchSpace
}

const judgements = [
  { value: 'crossValidation', label: 'All folds (cross validation)' },
  { value: 'validation', label: 'Fold 1 alone (validation)' },
] as const

const numberOf = (typed: number | string): number | undefined => (typed === '' ? undefined : Number(typed))

const NewSearch = ({ project, usualMetric, source, offered }: NewSearchProps) => {
  const [drafts, setDrafts] = useState<readonly DimensionDraft[]>(() => offered.items.map(draftOf))
  const [metric, setMetric] = useState(usualMetric)
  const [judgedBy, setJudgedBy] = useState<'crossValidation' | 'validation'>('crossValidation')
  const [trials, setTrials] = useState<number | string>(30)
  const [minutes, setMinutes] = useState<number | string>('')
  const [seed, setSeed] = useState<number | string>(0)
  const [choice, setChoice] = useState<TrainingChoice>(wholeProject)
  const starting = useAction()
  const navigate = useNavigate()
  const problemAt = findingsAt(starting.problem)
  const start = () =>
    void starting.run(async () => {
      const budget = { trials: numberOf(trials), minutes: numberOf(minutes) }
      const { search } = await client.call('startSearch', {
        params: { id: project.id },
        body: {
          ...source,
          ...optionsOf(choice),
          space: spaceOf(drafts),
          metric,
          judgedBy,
          seed: numberOf(seed) ?? 0,
          ...(budget.trials === undefined ? {} : { trials: budget.trials }),
          ...(budget.minutes === undefined ? {} : { minutes: budget.minutes }),
        },
      })
      await navigate({ to: '/searches/$id', params: { id: search.id } })
    })
  return (
    <Page
      title={`Search parameters of ${offered.name}`}
      subtitle={`In ${project.name}`}
      actions={
        <LinkButton to="/projects/$id" params={{ id: project.id }}>
          Leaderboard
        </LinkButton>
      }
    >
      {starting.problem === undefined ? null : <ErrorPanel error={starting.problem} />}
      <Stack gap="sm">
        <Title order={2}>What is tried</Title>
        <Text size="sm" c="dimmed" maw={720}>
          What the blueprint has now is tried first, where it is among what may be tried. What is not ticked stays as it
          is.
        </Text>
        {drafts.length === 0 ? (
          <Empty>The tasks of this blueprint have no parameters.</Empty>
        ) : (
          <SpaceFields drafts={drafts} onChange={setDrafts} problemAt={problemAt} />
        )}
      </Stack>
      <Stack gap="sm">
        <Title order={2}>By what, and how long</Title>
        <Group align="flex-start">
          <Select
            label="Metric"
            description={higherIsBetter(metric) ? 'Higher is better' : 'Lower is better'}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            w={220}
            data={metricNames[project.targetType]}
            value={metric}
            allowDeselect={false}
            onChange={(chosen) => setMetric(chosen ?? usualMetric)}
          />
          <Select
            label="Judged by"
            w={240}
            data={[...judgements]}
            value={judgedBy}
            allowDeselect={false}
            onChange={(chosen) => setJudgedBy(chosen === 'validation' ? chosen : 'crossValidation')}
          />
          <NumberInput
            label="Trials"
            description="At the most"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            w={120}
            value={trials}
            onChange={setTrials}
            error={problemAt('/trials')}
          />
          <NumberInput
            label="Minutes"
            description="No trial begins after"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            w={160}
            value={minutes}
            onChange={setMinutes}
            error={problemAt('/minutes')}
          />
          <NumberInput
            label="Seed"
            description="The same proposes the same"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            w={200}
            min={0}
            value={seed}
            onChange={setSeed}
          />
        </Group>
        <TrainingOptions project={project} choice={choice} onChange={setChoice} />
      </Stack>
      <Group>
        <Button loading={starting.busy} onClick={start}>
          Start search
        </Button>
      </Group>
    </Page>
  )
}
