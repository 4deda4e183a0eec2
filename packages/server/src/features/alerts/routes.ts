import type { AlertsChange } from '@modelsmith/api'
import type { AlertRule } from '@modelsmith/domain'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { demandPostable } from '../../infra/http/guarded-post.ts'
import type { Routes } from '../../infra/http/handler.ts'
import { authorise } from '../../infra/rights/objects.ts'
import { readKeys, seal } from '../../infra/secrets/seal.ts'
import { alertError } from './errors.ts'
import * as store from './store.ts'

export const alertRoutes = ({
  database,
  settings,
}: Pick<Context, 'database' | 'settings'>): Routes<'getAlerts' | 'setAlerts'> => {
  const read = async (id: string) =>
    store.toAlerts(
      await store.findSetting(database, id),
      await store.statesOf(database, id),
      await store.listNotices(database, id),
      settings.mail !== undefined,
    )

  const putWebhook = async (queries: Queries, id: string, webhook: NonNullable<AlertsChange['webhook']>) => {
    const { host } = demandPostable(webhook.url)
    const sealed = seal(readKeys(settings.secretsKeyFile), id, JSON.stringify(webhook))
    await store.putWebhook(queries, id, { host, sealed })
  }

  return {
    getAlerts: async ({ caller, params: { id } }) => {
      await authorise(database, caller, 'view', 'deployment', id)
      return read(id)
    },
    setAlerts: async ({ caller, params: { id }, body: { webhook, ...limits } }) => {
      await authorise(database, caller, 'edit', 'deployment', id)
      if ((limits.metric === null) !== (limits.metricLimit === null)) throw alertError('alerts.metric', {})
      await database.transaction(async (queries) => {
        await store.putLimits(queries, id, limits, watchedBy(limits))
        if (webhook === null) await store.putWebhook(queries, id, null)
        if (webhook !== undefined && webhook !== null) await putWebhook(queries, id, webhook)
      })
      return read(id)
    },
  }
}

const watchedBy = ({ errorShare, p95Ms, psi, metric }: store.Limits): readonly AlertRule[] => [
  ...(errorShare === null ? [] : ['errorShare' as const]),
  ...(p95Ms === null ? [] : ['latency' as const]),
  ...(psi === null ? [] : ['drift' as const]),
  ...(metric === null ? [] : ['accuracy' as const]),
]
