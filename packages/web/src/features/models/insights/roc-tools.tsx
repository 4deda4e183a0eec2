import { SimpleGrid, Stack } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import type { Model, ModelInsights } from '@modelsmith/api'
import { bestPoint, type OperatingRates, predictedPoint, ratesAt } from '@modelsmith/domain'
import { useMemo, useState } from 'react'
import { useAddress } from '../../../ui/address.ts'
import { Figure } from '../../../ui/figure.tsx'
import { formatScore } from '../../../ui/format.ts'
import { basisOf, type Insight, outputOf } from './basis.ts'
import { Distribution } from './distribution.tsx'
import { rankingChart } from './ranking-chart.ts'
import { Threshold } from './threshold.tsx'

type RocToolsProps = {
  readonly ranking: Insight<'ranking'>
  readonly distribution: ModelInsights['distribution']
  readonly model: Model
}

const depth = { key: 'depth', label: 'Share of all rows, highest scores first' } as const
const recall = { key: 'truePositiveRate', label: 'Recall' } as const

/** One threshold, and what it gives on every curve. */
export const RocTools = ({ ranking, distribution, model }: RocToolsProps) => {
  const { points, auc, averagePrecision, thresholds, positives, negatives, weighted } = ranking
  const [asked, ask] = useAddress('threshold')
  const askSoon = useDebouncedCallback(ask, 300)
  const isAnomaly = model.targetType === 'anomaly'
  const usual = isAnomaly ? bestPoint(ranking) : predictedPoint(points)
  const [at, setAt] = useState(() => (asked === undefined ? usual : nearest(points, Number(asked))))
  const rates = useMemo(() => points.map((point) => ratesAt(ranking, point)), [points, ranking])
  const chosen = rates[Math.min(at, rates.length - 1)] as OperatingRates
  const prevalence = positives / (positives + negatives)
  const basis = basisOf(ranking)
  const charts = useMemo(() => {
    const of = { rates, chosen }
    // Guessing says that nobody is positive, or draws rows blindly.
    const start = [{ ...chosen, falsePositiveRate: 0, truePositiveRate: 0, depth: 0 }, ...rates]
    return {
      roc: rankingChart({
        ...of,
        rates: start,
        x: { key: 'falsePositiveRate', label: 'False positive rate' },
        y: { key: 'truePositiveRate', label: 'True positive rate (recall)' },
        guess: [0, 0, 1, 1],
        note: `AUC ${formatScore(auc)}`,
      }),
      precision: rankingChart({
        ...of,
        x: recall,
        y: { key: 'precision', label: 'Precision' },
        guess: [0, prevalence, 1, prevalence],
        note: `PR AUC ${formatScore(averagePrecision)}`,
      }),
      gain: rankingChart({
        ...of,
        rates: start,
        x: depth,
        y: { key: 'truePositiveRate', label: 'Share of all positives found' },
        guess: [0, 0, 1, 1],
      }),
      lift: rankingChart({
        ...of,
        x: depth,
        y: { key: 'lift', label: 'Lift' },
        guess: [0, 1, 1, 1],
        top: Math.max(1, ...rates.map(({ lift }) => lift ?? 0)) * 1.05,
      }),
    }
  }, [rates, chosen, auc, averagePrecision, prevalence])
  const data = (names: readonly string[], keys: readonly (keyof OperatingRates)[]) => ({
    head: ['Threshold', ...names],
    rows: rates.map((rate) => [rate.threshold, ...keys.map((key) => rate[key])]),
  })
  return (
    <Stack gap="xl">
      <Threshold
        rates={rates}
        at={Math.min(at, rates.length - 1)}
        usual={usual}
        usually={isAnomaly ? 'where F1 is best' : 'as in predictions'}
        basis={basis}
        counted={weighted === true ? 'weight' : 'rows'}
        thresholds={thresholds}
        classes={model.classes}
        onChange={(index) => {
          setAt(index)
          askSoon(index === usual ? undefined : String(rates[index]?.threshold))
        }}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        {distribution === null ? null : (
          <Distribution
            {...distribution}
            classes={model.classes}
            threshold={chosen.threshold}
            score={outputOf(model, isAnomaly ? undefined : model.classes[1])}
          />
        )}
        <Figure
          title="ROC curve"
          basis={basis}
          words={`the dashed line is guessing${ranking.part === 'crossValidation' ? '; of all folds together, while the metric is the mean over folds' : ''}`}
          label={`ROC curve, area ${formatScore(auc)}`}
          options={charts.roc}
          data={data(['False positive rate', 'True positive rate'], ['falsePositiveRate', 'truePositiveRate'])}
        />
        <Figure
          title="Precision and recall"
          basis={basis}
          words={`the dashed line is the share of positives, ${formatScore(prevalence, 3)}`}
          label={`Precision by recall, average precision ${formatScore(averagePrecision)}`}
          options={charts.precision}
          data={data(['Recall', 'Precision'], ['truePositiveRate', 'precision'])}
        />
        <Figure
          title="Cumulative gain"
          basis={basis}
          words="how many of the positives are found among the highest scores"
          label="Cumulative gain"
          options={charts.gain}
          data={data(['Share of rows', 'Share of positives'], ['depth', 'truePositiveRate'])}
        />
        <Figure
          title="Cumulative lift"
          basis={basis}
          words="how many times more positives than in rows drawn blindly"
          label="Cumulative lift"
          options={charts.lift}
          data={data(['Share of rows', 'Lift'], ['depth', 'lift'])}
        />
      </SimpleGrid>
    </Stack>
  )
}

const nearest = (points: Insight<'ranking'>['points'], threshold: number): number =>
  Math.max(
    0,
    points.findLastIndex((point) => point.threshold >= threshold),
  )
