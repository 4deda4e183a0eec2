import { Button, Group, Stack, Text } from '@mantine/core'
import type { DeploymentDrift, FeatureDrift, FeatureImportance } from '@modelsmith/api'
import { dot, type PlotOptions, ruleY, text } from '@observablehq/plot'
import { useMemo, useState } from 'react'
import { client, useRefresh } from '../../../app/client.ts'
import { useAction } from '../../../ui/action.ts'
import { accent } from '../../../ui/chart.tsx'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { Figure } from '../../../ui/figure.tsx'
import { formatNumber, formatScore } from '../../../ui/format.ts'
import { LinkButton } from '../../../ui/link.tsx'
import { JobPanel } from '../../jobs/index.ts'
import { useAccess } from '../../sharing/index.ts'

type Props = {
  readonly deploymentId: string
  readonly drift: DeploymentDrift
  readonly importance: FeatureImportance
}

/** What has moved and matters: drift of each feature over how much it matters. */
export const Importance = (props: Props) =>
  props.importance.state === 'computed' ? <DriftByImportance {...props} /> : <NoImportance {...props} />

const NoImportance = ({ deploymentId, importance: { state, why, modelId } }: Props) => {
  const { can } = useAccess(deploymentId)
  const [job, follow] = useState<string>()
  const compute = useAction()
  const refresh = useRefresh()
  const begin = () =>
    void compute.run(async () => {
      const started = await client.call('computeFeatureImportance', { params: { id: deploymentId }, body: {} })
      follow(started.job.id)
      await refresh()
    })
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text size="sm">How much each feature matters is not known. {why}</Text>
        {modelId === null ? null : (
          <LinkButton size="xs" to="/models/$id" params={{ id: modelId }} search={{ tab: 'insights' }}>
            Open insights of the model
          </LinkButton>
        )}
        {state === 'absent' && modelId === null && can('edit') ? (
          <Button size="xs" variant="default" loading={compute.busy} onClick={begin}>
            Compute feature importance
          </Button>
        ) : null}
      </Group>
      {compute.problem === undefined ? null : <ErrorPanel error={compute.problem} />}
      {job === undefined ? null : <JobPanel key={job} id={job} showLog={false} quietWhenDone />}
    </Stack>
  )
}

type Point = { readonly name: string; readonly psi: number; readonly share: number; readonly value: number }

const pointsOf = (features: readonly FeatureDrift[], { features: weighed }: FeatureImportance): Point[] => {
  const known = new Map(weighed.map((each) => [each.name, each]))
  return features.flatMap(({ name, role, psi }) => {
    const found = known.get(name)
    return role !== 'input' || psi === null || found === undefined
      ? []
      : [{ name, psi, share: found.share, value: found.value }]
  })
}

const sourceWords = ({ source, metric, rows }: FeatureImportance): string =>
  source === 'impact'
    ? `Feature importance is the impact on ${metric ?? 'the scores'}, over ${formatNumber(rows)} validation rows`
    : `Feature importance is the mean size of exact contributions, over ${formatNumber(rows)} kept rows`

const DriftByImportance = ({ drift, importance }: Props) => {
  const points = useMemo(() => pointsOf(drift.features, importance), [drift, importance])
  const options = useMemo(() => chartOf(points), [points])
  if (points.length === 0) return <Text size="sm">No feature has both drift and importance in this time.</Text>
  return (
    <Figure
      title="Drift by feature importance"
      basis={`${formatNumber(drift.rows)} rows of this time. ${sourceWords(importance)}`}
      words="what is far right and high up has moved and matters"
      label="Drift of each feature by how much it matters"
      height={320}
      options={options}
      data={{
        head: ['Feature', 'Feature importance beside the largest', 'Feature importance', 'PSI'],
        rows: points.map(({ name, share, value, psi }) => [name, share, value, psi]),
      }}
    />
  )
}

/** The words of the field for how large an index is. */
const thresholds = [
  { psi: 0.1, words: 'moderate from 0.1' },
  { psi: 0.25, words: 'large from 0.25' },
]
const mostNames = 8
const nameLetters = 24

const chartOf = (points: readonly Point[]): PlotOptions => {
  const named = points
    .filter(({ psi, share }) => psi * share > 0)
    .toSorted((a, b) => b.psi * b.share - a.psi * a.share)
    .slice(0, mostNames)
  return {
    marginTop: 28,
    marginRight: 30,
    x: { label: 'Feature importance beside the largest →', domain: [0, 1], inset: 8 },
    y: { label: '↑ Drift (PSI)', domain: [0, Math.max(0.3, ...points.map(({ psi }) => psi)) * 1.1], grid: true },
    marks: [
      ruleY(thresholds, { y: 'psi', strokeDasharray: '4 4', strokeOpacity: 0.6 }),
      text(thresholds, { y: 'psi', text: 'words', frameAnchor: 'left', dx: 6, dy: -8, textAnchor: 'start' }),
      ruleY([0]),
      dot(points, { x: 'share', y: 'psi', r: 5, fill: accent }),
      text(named, {
        x: 'share',
        y: 'psi',
        dy: -12,
        text: ({ name }: Point) => (name.length > nameLetters ? `${name.slice(0, nameLetters - 1)}…` : name),
        textAnchor: 'middle',
      }),
    ],
  }
}

/** The share of the largest, for the table of drift. */
export const shareWords = (importance: FeatureImportance | undefined, { name, role }: FeatureDrift): string => {
  const found = role === 'input' ? importance?.features.find((each) => each.name === name) : undefined
  return found === undefined ? '–' : formatScore(found.share, 3)
}
