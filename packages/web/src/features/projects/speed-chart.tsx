import type { Leaderboard as Board, Project } from '@modelsmith/api'
import { dot, link, text } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent } from '../../ui/chart.tsx'
import { Figure } from '../../ui/figure.tsx'
import { formatNumber, formatTick } from '../../ui/format.ts'
import { msPerThousandRows } from './cost.ts'

type SpeedChartProps = { readonly board: Board; readonly project: Project }
type MeasuredProps = SpeedChartProps & { readonly metric: string }

/** What a better score costs: models by the time of a prediction and by their cross validation. */
export const SpeedChart = ({ board, project }: SpeedChartProps) =>
  board.metric === null ? null : <Measured board={board} metric={board.metric} project={project} />

const Measured = ({ board: { entries, higherIsBetter }, metric, project }: MeasuredProps) => {
  const { partitioning, rows } = project
  const trained = useMemo(() => entries.filter(({ scores }) => scores !== null), [entries])
  const models = useMemo(
    () =>
      trained.flatMap(({ run, scores }) => {
        const ms = msPerThousandRows(run.steps, partitioning.folds, rows)
        const score = scores?.crossValidation[metric]
        const spread = scores?.crossValidationSpread[metric] ?? 0
        return ms === undefined || typeof score !== 'number'
          ? []
          : [{ name: run.blueprintName, ms, score, low: score - spread, high: score + spread }]
      }),
    [trained, metric, partitioning, rows],
  )
  const options = useMemo(
    () => ({
      marginRight: 24,
      x: { type: 'log' as const, label: 'Milliseconds for 1,000 rows', grid: true, ticks: 4, tickFormat: formatTick },
      y: { label: `${metric}, cross validation`, grid: true, nice: true, tickFormat: formatTick },
      marks: [
        link(models, { x1: 'ms', x2: 'ms', y1: 'low', y2: 'high', stroke: accent, strokeOpacity: 0.6 }),
        dot(models, { x: 'ms', y: 'score', r: 5, fill: accent, tip: true, channels: { Model: 'name' } }),
        text(models, { x: 'ms', y: 'score', text: 'name', dy: -12, fill: 'currentColor' }),
      ],
    }),
    [models, metric],
  )
  if (models.length === 0) return null
  const unknown = trained.length - models.length
  return (
    <Figure
      title="Speed against accuracy"
      basis={`${formatNumber(rows.training)} training rows, out of fold; bars are one standard deviation over ${partitioning.folds} folds`}
      words={`${higherIsBetter === true ? 'the best is at the upper left' : 'the best is at the lower left'}; times are of the steps that were run in the training${unknown === 0 ? '' : `, and ${formatNumber(unknown)} models of which all were known from before are left out`}`}
      label="Speed against accuracy"
      options={options}
      data={{
        head: ['Model', 'Milliseconds for 1,000 rows', metric, 'Lower end', 'Upper end'],
        rows: models.map(({ name, ms, score, low, high }) => [name, ms, score, low, high]),
      }}
    />
  )
}
