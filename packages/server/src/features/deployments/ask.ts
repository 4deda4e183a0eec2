import type { ChangeRequestCreate, Difference } from '@modelsmith/api'
import type { Action, ApprovalAction } from '@modelsmith/domain'
import type { Queries } from '../../infra/database/database.ts'
import type { Principal } from '../../infra/rights/principal.ts'
import { tellOfAsked } from '../alerts/index.ts'
import { settingsOf } from './change.ts'
import * as requests from './change-request-store.ts'
import { deploymentError } from './errors.ts'
import { fittingFallback, wordsOf } from './fallback.ts'
import { choose, fitting } from './release.ts'
import * as store from './store.ts'

/** What one must be allowed to do to ask for it. */
export const rightOf: Readonly<Record<ApprovalAction, Action>> = {
  create: 'edit',
  change: 'edit',
  replace: 'deploy',
  delete: 'delete',
}

type Asked = Omit<ChangeRequestCreate, 'reason'>
type Told = { readonly differences: readonly Difference[]; readonly noticed: readonly string[] }

/** Keeps what was asked for, if it could be done now, and tells whoever may decide; its id. */
export const ask = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow & { readonly name: string; readonly version: number },
  asked: ChangeRequestCreate,
): Promise<string> => {
  const { action, reason, settings, replacement } = asked
  const id = await requests.insertRequest(queries, {
    deployment_id: row.id,
    action,
    settings,
    replacement,
    ...(await told(queries, caller, row, demandWhole(asked))),
    reason,
    version: row.version,
    by: caller.id,
  })
  await tellOfAsked(queries, id)
  return id
}

/** An action comes with what it needs and nothing else. */
const demandWhole = (asked: Asked): Asked => {
  const wanted = { create: undefined, delete: undefined, change: 'settings', replace: 'replacement' } as const
  const needed = wanted[asked.action]
  for (const each of ['settings', 'replacement'] as const)
    if ((asked[each] !== undefined) !== (each === needed))
      throw deploymentError('changeRequest.incomplete', {
        action: asked.action,
        wanted: needed === undefined ? 'neither settings nor replacement' : `${needed}, and nothing else`,
      })
  return asked
}

const told = async (
  queries: Queries,
  caller: Principal,
  row: store.DeploymentRow & { readonly name: string },
  { action, settings = {}, replacement = {} }: Asked,
): Promise<Told> => {
  const { model_name: model, model_release_number: number } = row
  const answering = `${model}${number === null ? '' : `, release ${number}`} (${store.servedId(row)})`
  switch (action) {
    case 'delete':
      return { differences: [{ what: 'deployment', before: row.name, after: null }], noticed: [] }
    case 'create': {
      if (!row.waiting) throw deploymentError('changeRequest.notWaiting', {})
      await choose(queries, caller, store.choiceOf(row))
      return {
        differences: [
          { what: 'deployment', before: null, after: row.name },
          { what: 'model', before: null, after: answering },
          { what: 'importance', before: null, after: row.importance },
          { what: 'updates', before: null, after: row.updates },
        ],
        noticed: [],
      }
    }
    case 'replace': {
      const { chosen, changes } = await fitting(queries, caller, row, replacement)
      const id = chosen.model ?? chosen.modelRelease
      return {
        differences: [{ what: 'model', before: answering, after: `${chosen.name} (${id})` }],
        noticed: changes.map(({ message }) => message),
      }
    }
    case 'change': {
      const before = settingsOf(row)
      const differences: Difference[] = (['importance', 'updates', 'associationColumn'] as const).flatMap((what) =>
        settings[what] === undefined || settings[what] === before[what]
          ? []
          : [{ what, before: before[what], after: settings[what] }],
      )
      const { fallbackId } = settings
      if (fallbackId !== undefined && fallbackId !== before.fallbackId) {
        const next = fallbackId === null ? null : await fittingFallback(queries, caller, row, fallbackId)
        const [was, is] = [row.fallback, next].map((each) => each && wordsOf(each))
        differences.push({ what: 'fallback', before: was ?? null, after: is ?? null })
      }
      if (differences.length === 0) throw deploymentError('changeRequest.nothing', {})
      return { differences, noticed: [] }
    }
  }
}
