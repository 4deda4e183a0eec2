import type { Search } from '@modelsmith/api'
import { dot, lineY } from '@observablehq/plot'
import { useMemo } from 'react'
import { accent, second } from '../../ui/chart.tsx'
import { Figure } from '../../ui/figure.tsx'
import { formatTick } from '../../ui/format.ts'

/** How the scores of trials went, and the best so far. */
export const SearchChart = ({ search }: { readonly search: Search }) => {
  const { metric, higherIsBetter, judgedBy, trials } = search
  const points = useMemo(() => pointsOf(trials, higherIsBetter), [trials, higherIsBetter])
  const options = useMemo(
    () => ({
      marginRight: 24,
      x: { label: 'Trial', tickFormat: (value: number) => (Number.isInteger(value) ? formatTick(value) : '') },
      y: { label: metric, grid: true, nice: true, tickFormat: formatTick },
      marks: [
        lineY(points, { x: 'number', y: 'best', stroke: second, curve: 'step-after', strokeWidth: 2 }),
        dot(points, { x: 'number', y: 'score', r: 4, fill: accent, tip: true }),
      ],
    }),
    [points, metric],
  )
  if (points.length === 0) return null
  const failed = trials.length - points.length
  return (
    <Figure
      title="Score of each trial"
      basis={judgedBy === 'validation' ? 'On the rows of fold 1' : 'Mean over the folds'}
      words={`the line is the best so far; ${higherIsBetter ? 'higher' : 'lower'} is better${failed === 0 ? '' : `; ${failed} failed ${failed === 1 ? 'trial has' : 'trials have'} no score`}`}
      label={`${metric} of each trial`}
      options={options}
      data={{
        head: ['Trial', metric, 'Best so far'],
        rows: points.map(({ number, score, best: soFar }) => [number, score, soFar]),
      }}
    />
  )
}

/** The trials that have a score, each with the best up to it. */
const pointsOf = (trials: Search['trials'], higherIsBetter: boolean) => {
  const scored = trials.flatMap(({ number, score }) => (score === null ? [] : [{ number, score }]))
  const better = higherIsBetter ? Math.max : Math.min
  return scored.map(({ number, score }, index) => ({
    number,
    score,
    best: scored.slice(0, index).reduce((best, each) => better(best, each.score), score),
  }))
}
