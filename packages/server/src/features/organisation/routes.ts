import { may } from '@modelsmith/domain'
import { noteDenied, noteSubject } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import { sql } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Routes } from '../../infra/http/handler.ts'
import * as store from './store.ts'

export const organisationRoutes = ({
  database,
}: Context): Routes<'getOrganisationSettings' | 'changeOrganisationSettings'> => ({
  getOrganisationSettings: ({ caller }) => store.settingsOf(database, caller.organisation),
  changeOrganisationSettings: async ({ caller, body }) => {
    const subject = { kind: 'organisation', id: caller.organisation, name: null }
    if (!may(caller, 'administer', { kind: 'organisation', owner: '', organisation: caller.organisation })) {
      noteDenied(subject)
      throw infraError('object.forbidden', { action: 'administer', kind: 'organisation', name: 'settings' })
    }
    return database.transaction(async (queries) => {
      const { runModelFiles, approvals } = await store.settingsOf(queries, caller.organisation)
      noteSubject(subject, { runModelFiles, approvals })
      await store.setSettings(queries, caller.organisation, caller.id, body)
      // Deployments of such files begin to answer, or stop.
      await queries.run(sql`select pg_notify('serving', '')`)
      return store.settingsOf(queries, caller.organisation)
    })
  },
})
