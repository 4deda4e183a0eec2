import type { BaselineChange } from '@modelsmith/api'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { authorise } from '../../infra/rights/objects.ts'
import type { Datasets } from '../datasets/index.ts'
import { accuracyOf } from './accuracy.ts'
import { hiddenOfRelease } from '../sensitive-columns/index.ts'
import { countActuals, type Given, measuredOf } from './accuracy-count.ts'
import { demandActuals } from './actuals.ts'
import { detailOfFeature, driftOfRelease, toBaseline } from './drift.ts'
import { monitoringError } from './errors.ts'
import { healthOf } from './health.ts'
import { rangeFromDatabase } from './database-range.ts'
import * as reads from './reads.ts'
import * as store from './store.ts'

type Operations = 'getHealth' | 'getDrift' | 'getFeatureDrift' | 'setBaseline' | 'addActuals' | 'getAccuracy'

type Asked = { readonly from?: string; readonly to?: string; readonly release?: string }

/** Told of actual values that were taken, in the transaction that takes them and under the lock of those who count. */
type OnActuals = (queries: Queries, deployment: string, given: readonly Given[]) => Promise<void>

export const monitoringRoutes = (
  { database }: Pick<Context, 'database'>,
  datasets: Datasets,
  onActuals: OnActuals,
): Routes<Operations> => {
  const rangeFor = async (query: Asked) => (await rangeFromDatabase(database, query)).range

  /** The release that is named, or the latest. */
  const releaseFor = async (deployment: string, { release }: Asked): Promise<string> => {
    const all = await reads.releasesOf(database, deployment)
    const found = all.find(({ id, state }) => (release === undefined ? state === 'latest' : id === release))
    if (found === undefined) throw monitoringError('monitoring.noRelease', { release: release ?? 'latest' })
    return found.id
  }

  const see = (caller: Caller, id: string) => authorise(database, caller, 'view', 'deployment', id)

  return {
    getHealth: async ({ caller, params: { id }, query }) => {
      await see(caller, id)
      const release = query.release === undefined ? undefined : await releaseFor(id, query)
      return healthOf(database, id, release, await rangeFor(query))
    },
    getDrift: async ({ caller, params: { id }, query }) => {
      await see(caller, id)
      return driftOfRelease(database, await releaseFor(id, query), await rangeFor(query))
    },
    getFeatureDrift: async ({ caller, params: { id }, query }) => {
      await see(caller, id)
      const { name, role = 'input' } = query
      const release = await releaseFor(id, query)
      const hidden = await hiddenOfRelease(database, caller, release)
      return detailOfFeature(database, release, { name, role }, await rangeFor(query), hidden)
    },
    addActuals: async ({ caller, params: { id }, body }) => {
      await authorise(database, caller, 'predict', 'deployment', id)
      const how = measuredOf(await store.outcomeOf(database, await releaseFor(id, {})))
      if (how === undefined) throw monitoringError('monitoring.noActuals', {})
      const given = demandActuals(how, body.actuals)
      return database.transaction(async (queries) => {
        await store.alone(queries)
        await onActuals(queries, id, given)
        return countActuals(queries, id, given)
      })
    },
    getAccuracy: async ({ caller, params: { id }, query }) => {
      await see(caller, id)
      const release = query.release === undefined ? undefined : await releaseFor(id, query)
      return accuracyOf(database, id, release, await rangeFor(query))
    },
    setBaseline: async ({ caller, params: { id }, body }) => {
      await authorise(database, caller, 'edit', 'deployment', id)
      const setting = await settingOf(caller, body)
      const release = await releaseFor(id, {})
      await database.transaction(async (queries) => {
        await store.alone(queries)
        if (setting.source === 'training') await demandTraining(queries, release)
        await store.setDeploymentBaseline(queries, id, setting)
        await store.leaveBaseline(queries, release)
        await store.insertBaseline(queries, id, release, setting)
      })
      return toBaseline((await reads.newestBaseline(database, release)) as reads.ReadBaseline)
    },
  }

  async function settingOf(caller: Caller, body: BaselineChange): Promise<store.BaselineSetting> {
    const { source, datasetVersionId, rows } = body
    if ((source === 'dataset') !== (datasetVersionId !== undefined))
      throw monitoringError('monitoring.baselineDataset', {})
    if (datasetVersionId !== undefined) {
      await datasets.ready(caller, datasetVersionId, 'use')
      return { source: 'dataset', datasetVersionId }
    }
    return source === 'training' ? { source } : { source: 'firstRows', rows: rows ?? store.defaultFirstRows }
  }

  async function demandTraining(queries: Queries, release: string): Promise<void> {
    if (!(await store.isTrained(queries, release))) throw monitoringError('monitoring.noTraining', {})
  }
}
