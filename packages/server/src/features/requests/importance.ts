import type { FeatureImportance, FeatureInsights } from '@modelsmith/api'
import { askApart, readingLimits } from '@modelsmith/serving'
import { ModelsmithError } from '@modelsmith/table'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { JobPorts } from '../jobs/index.ts'
import { whyUnexplained } from '../deployments/index.ts'
import { findInsight } from '../models/index.ts'
import { requestError } from './errors.ts'
import { newestRows } from './newest-rows.ts'
import * as store from './store.ts'

const mostRows = 300

/** The mean size of the exact contributions of each feature, over the newest rows that are kept of a release. */
export const weighFeatures = async (
  { database, objects, settings }: Context,
  { deployment, release }: { readonly deployment: string; readonly release: store.ReleaseRow },
  { signal }: Pick<JobPorts, 'signal'>,
): Promise<store.FoundImportance> => {
  const rows = await newestRows(database, { deployment, release }, mostRows)
  const { hosted } = release
  const none = { rows: rows.length, features: [] }
  if (rows.length === 0) return { ...none, problem: noRows }
  if (hosted === null || hosted.file === null) throw requestError('request.unexplained', { why: trainedElsewhere })
  try {
    const { features, rows: explained } = await askApart<'explain'>(
      {
        kind: 'explain',
        path: await objects.pathOf(hosted.file.key),
        application: hosted.application,
        rows,
        background: rows,
      },
      { memoryMb: settings.modelMemoryMb, ...readingLimits },
      signal,
    )
    const outputs = explained.flatMap((each) => each.outputs)
    const sizeOf = (at: number) =>
      outputs.reduce((sum, { contributions }) => sum + Math.abs(contributions[at] ?? 0), 0) / outputs.length
    return {
      problem: null,
      rows: rows.length,
      features: features.map((name, at) => ({ name, value: sizeOf(at) })),
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof ModelsmithError) || error.kind === 'bug') throw error
    return { ...none, problem: error.message }
  }
}

const noRows = 'No rows are kept of what this release answered: how much its features matter is told by kept rows.'
const trainedElsewhere = 'The importance of features of a trained model is the impact that its page computes.'

/** How much each feature of a release matters: its impact, of a trained model; of a hosted file, what a job found. */
export const importanceOf = async (queries: Queries, release: store.ReleaseRow): Promise<FeatureImportance> => {
  const absent = {
    releaseId: release.id,
    source: null,
    metric: null,
    rows: null,
    computedAt: null,
    jobId: null,
    modelId: null,
    features: [],
  }
  const trained = release.model_id ?? release.hosted?.trained?.modelId ?? null
  if (trained !== null) return ofTraining(queries, release, trained)
  const why = whyUnexplained(release)
  if (why !== undefined) return { ...absent, state: 'impossible', why }
  const made = await store.importanceOfRelease(queries, release.id)
  if (made === undefined) return { ...absent, state: 'absent', why: 'It is not computed yet.' }
  const { job_id: jobId, created_at, found } = made
  const facts = { ...absent, jobId, rows: found.rows, computedAt: created_at.toISOString() }
  if (found.problem !== null) return { ...facts, state: 'absent', why: found.problem }
  return { ...facts, state: 'computed', why: null, source: 'contributions', features: sharesOf(found.features) }
}

const ofTraining = async (
  queries: Queries,
  { id, hosted }: store.ReleaseRow,
  modelId: string,
): Promise<FeatureImportance> => {
  const insight = await findInsight(queries, modelId, 'features')
  const computed = (insight?.value ?? null) as FeatureInsights['computed']
  const facts = { releaseId: id, modelId, jobId: null, source: 'impact' as const, metric: computed?.metric ?? null }
  const impact = computed?.impact ?? null
  if (insight === undefined || impact === null) {
    const why = 'The impact of the features of its model is not computed yet.'
    return { ...facts, source: null, state: 'absent', why, rows: null, computedAt: null, features: [] }
  }
  const fields = new Map(hosted?.application.inputs.map(({ input, field }) => [input, field]))
  return {
    ...facts,
    state: 'computed',
    why: null,
    rows: impact.rows,
    computedAt: insight.created_at.toISOString(),
    features: sharesOf(
      impact.features.map(({ feature, impact: value }) => ({ name: fields.get(feature) ?? feature, value })),
    ),
  }
}

/** Beside the largest: features that do not help have none. */
const sharesOf = (features: readonly { readonly name: string; readonly value: number }[]) => {
  const largest = Math.max(0, ...features.map(({ value }) => value))
  return features.map(({ name, value }) => ({ name, value, share: largest === 0 ? 0 : Math.max(0, value) / largest }))
}
