import type { DeploymentDrift, FeatureDetail, FeatureDrift, MonitoringBaseline } from '@modelsmith/api'
import { countsOf as lengthOf, driftOf, mask, qualityOf } from '@modelsmith/domain'
import { formatDate } from '@modelsmith/table'
import type { Queries } from '../../infra/database/database.ts'
import type { BaselineFeature } from './baseline.ts'
import { monitoringError } from './errors.ts'
import { type Range, rangeFields } from './range.ts'
import * as reads from './reads.ts'

export const toBaseline = (row: reads.ReadBaseline): MonitoringBaseline => ({
  id: row.id,
  releaseId: row.release_id,
  source: row.source,
  datasetVersionId: row.dataset_version_id,
  wantedRows: row.wanted_rows,
  waitingRows: row.waiting,
  state: row.state,
  problem: row.problem,
  rows: row.rows,
  hasPredictions: row.features?.some(({ role }) => role === 'prediction') ?? false,
  createdAt: row.created_at.toISOString(),
})

const featureDrift = (feature: BaselineFeature, counts: readonly number[]): FeatureDrift => {
  const { name, type, role, bins, counts: baseline } = feature
  return {
    name,
    type,
    role,
    ...driftOf(bins, baseline, counts),
    quality: qualityOf(bins, counts),
    baselineQuality: qualityOf(bins, baseline),
  }
}

const none = ({ bins }: BaselineFeature): number[] => Array.from({ length: lengthOf(bins) }, () => 0)

/** Every feature of a release, those that moved most first. */
export const driftOfRelease = async (queries: Queries, release: string, range: Range): Promise<DeploymentDrift> => {
  const baseline = await reads.newestBaseline(queries, release)
  const facts = { ...rangeFields(range), releaseId: release }
  if (baseline === undefined) return { ...facts, baseline: null, rows: 0, features: [] }
  const counts = new Map(
    (await reads.countsOf(queries, baseline.id, range)).map((row) => [row.feature, row.counts] as const),
  )
  const features = (baseline.features ?? []).map((feature, index) =>
    featureDrift(feature, counts.get(index) ?? none(feature)),
  )
  return {
    ...facts,
    baseline: toBaseline(baseline),
    rows: features[0]?.quality.rows ?? 0,
    features: features.toSorted((a, b) => (b.psi ?? -1) - (a.psi ?? -1)),
  }
}

export const detailOfFeature = async (
  queries: Queries,
  release: string,
  { name, role }: { readonly name: string; readonly role: BaselineFeature['role'] },
  range: Range,
  hidden: ReadonlySet<string>,
): Promise<FeatureDetail> => {
  const baseline = await reads.newestBaseline(queries, release)
  const index = baseline?.features?.findIndex((each) => each.name === name && each.role === role) ?? -1
  const feature = baseline?.features?.[index]
  if (baseline === undefined || feature === undefined) throw monitoringError('monitoring.noFeature', { feature: name })
  const series = await reads.countSeries(queries, baseline.id, index, range)
  const whole = none(feature)
  for (const { counts } of series) counts.forEach((count, place) => (whole[place] = (whole[place] as number) + count))
  return {
    ...rangeFields(range),
    releaseId: release,
    baseline: toBaseline(baseline),
    feature: featureDrift(feature, whole),
    bins: shownLabels(feature, hidden).map(({ label, kind }, place) => ({
      label,
      kind,
      baseline: feature.counts[place] as number,
      current: whole[place] as number,
    })),
    series: series.map(({ at, counts }) => {
      const { rows, missing, unseen, outOfRange } = qualityOf(feature.bins, counts)
      const { psi } = driftOf(feature.bins, feature.counts, counts)
      const outside = outOfRange === null ? null : outOfRange.below + outOfRange.above
      return { at: at.toISOString(), rows, psi, missing, unseen, outOfRange: outside }
    }),
  }
}

type Label = Pick<FeatureDetail['bins'][number], 'label' | 'kind'>

/** What each of the counts stands for, in their order. */
const labelsOf = ({ bins, type }: BaselineFeature): Label[] => {
  const missing: Label = { label: 'missing', kind: 'missing' }
  switch (bins.kind) {
    case 'presence':
      return [missing, { label: 'present', kind: 'value' }]
    case 'names':
      return [
        missing,
        { label: 'not seen before', kind: 'unseen' },
        ...bins.names.map((name): Label => ({ label: name, kind: 'value' })),
        { label: 'other', kind: 'other' },
      ]
    case 'numbers': {
      const { least, most, cuts } = bins
      const words = type === 'date' ? formatDate : shortNumber
      const bounds = [least, ...cuts, most]
      return [
        missing,
        { label: `below ${words(least)}`, kind: 'below' },
        ...bounds.slice(0, -1).map((from, at): Label => {
          const to = bounds[at + 1] as number
          return { label: from === to ? words(from) : `${words(from)} to ${words(to)}`, kind: 'value' }
        }),
        { label: `above ${words(most)}`, kind: 'above' },
      ]
    }
  }
}

/** Of a feature whose values are hidden, bins by their places. */
const shownLabels = (feature: BaselineFeature, hidden: ReadonlySet<string>): Label[] => {
  const labels = labelsOf(feature)
  const { name, role, bins } = feature
  if (role !== 'input' || !hidden.has(name) || bins.kind === 'presence') return labels
  return labels.map(({ label, kind }, place) => {
    if (kind === 'value') return { label: `${mask} ${place}`, kind }
    return { label: kind === 'below' || kind === 'above' ? `${kind} ${mask}` : label, kind }
  })
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(6)))
