import type { ChangeRequest, StoredError } from '@modelsmith/api'
import { type ChangeRequestEvent, type ChangeRequestState, nextChangeRequestState } from '@modelsmith/domain'
import { ModelsmithError } from '@modelsmith/table'
import { noteAfter, noteBefore, noteSubject } from '../../infra/audit/recording.ts'
import type { Context } from '../../infra/context.ts'
import type { Queries } from '../../infra/database/database.ts'
import { infraError } from '../../infra/errors.ts'
import type { Caller, Routes } from '../../infra/http/handler.ts'
import { announceChange, authorise, demandVersion, pageOf } from '../../infra/rights/objects.ts'
import { tellOfDecided } from '../alerts/index.ts'
import { ask, rightOf } from './ask.ts'
import { carryOut } from './carry-out.ts'
import * as requests from './change-request-store.ts'
import { deploymentError } from './errors.ts'
import * as store from './store.ts'

export type ChangeRequestOperations =
  | 'listChangeRequests'
  | 'getChangeRequest'
  | 'createChangeRequest'
  | 'approveChangeRequest'
  | 'rejectChangeRequest'
  | 'withdrawChangeRequest'

/** Why what was approved could not be done: everything was undone, and nobody's right to decide was in question. */
class NotDone extends Error {}

const toStored = ({ code, message, hint, findings }: ModelsmithError): StoredError => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
  ...(findings.length === 0 ? {} : { findings: [...findings] }),
})

/** What is asked to be done with deployments, and what a second person says to it. */
export const changeRequestRoutes = ({ database }: Pick<Context, 'database'>): Routes<ChangeRequestOperations> => {
  const find = async (queries: Queries, caller: Caller, id: string): Promise<requests.RequestRow> => {
    const row = await requests.findRequest(queries, caller, id)
    if (row === undefined) throw infraError('object.notFound', { kind: 'change request', id })
    return row
  }
  const read = async (caller: Caller, id: string): Promise<ChangeRequest> =>
    requests.toRequest(caller, await find(database, caller, id))

  /** The request, which nobody else decides on until the transaction ends. */
  const take = async (queries: Queries, caller: Caller, id: string): Promise<requests.RequestRow> => {
    await requests.lockRequest(queries, await find(queries, caller, id))
    return find(queries, caller, id)
  }

  const next = ({ state }: requests.RequestRow, event: ChangeRequestEvent): ChangeRequestState => {
    const after = nextChangeRequestState(state, event)
    if (after === undefined) throw deploymentError('changeRequest.notOpen', { state })
    return after
  }

  const noteRequest = ({ id, action, settings, replacement, differences, reason, asked_by }: requests.RequestRow) => {
    const { id: asker, name } = asked_by
    const asked = { id, action, settings, replacement, differences, reason, askedBy: { id: asker, name } }
    noteBefore({ changeRequest: asked })
  }

  /** The request, if the caller is a second person who may decide on it. */
  const takeToDecide = async (queries: Queries, caller: Caller, id: string): Promise<requests.RequestRow> => {
    const row = await take(queries, caller, id)
    const { asked_by, created_at, deployment_id } = row
    const asked = { kind: 'change request', id }
    await authorise(queries, caller, 'approve', 'deployment', deployment_id, asked)
    noteRequest(row)
    if (caller.id === asked_by.id) throw deploymentError('changeRequest.own', {})
    if (caller.role === 'service') throw deploymentError('changeRequest.service', {})
    const { organisation } = caller
    if (asked_by.isService && (await requests.madeTokenOf(queries, organisation, caller.id, asked_by.id)))
      throw deploymentError('changeRequest.tokenMaker', { name: asked_by.name })
    if (await requests.letInSince(queries, organisation, asked_by.id, caller.id, created_at))
      throw deploymentError('changeRequest.letIn', { name: asked_by.name })
    return row
  }

  const decide = async (
    queries: Queries,
    row: requests.RequestRow,
    decision: Parameters<typeof requests.setDecided>[2],
  ): Promise<void> => {
    await requests.setDecided(queries, row.id, decision)
    await tellOfDecided(queries, row.id)
    noteAfter({ state: decision.state, ...(decision.problem === undefined ? {} : { problem: decision.problem }) })
    await announceChange(queries, row.deployment_id)
  }

  return {
    listChangeRequests: async ({ caller, query }) => {
      const page = await pageOf(query, (after, limit) => requests.listRequests(database, caller, query, after, limit))
      return { items: page.items.map((row) => requests.toRequest(caller, row)), nextCursor: page.nextCursor }
    },
    getChangeRequest: ({ caller, params }) => read(caller, params.id),
    createChangeRequest: async ({ caller, params, body, ifMatch }) => {
      const id = await database.transaction(async (queries) => {
        const object = await authorise(queries, caller, rightOf[body.action], 'deployment', params.id)
        demandVersion(object, ifMatch)
        const row = (await store.findDeployment(queries, params.id)) as store.DeploymentRow
        const { name, version } = object
        const made = await ask(queries, caller, { ...row, name, version }, body)
        noteAfter({ changeRequest: made })
        await announceChange(queries, params.id)
        return made
      })
      return read(caller, id)
    },
    approveChangeRequest: async ({ caller, params: { id } }) => {
      try {
        await database.transaction(async (queries) => {
          const row = await takeToDecide(queries, caller, id)
          const state = next(row, 'approve')
          // Before it is carried out: a deletion withdraws what else is open.
          await decide(queries, row, { state, by: caller.id })
          await carryOut(queries, row, caller.id).catch((cause: unknown) => {
            throw new NotDone('What was approved could not be done.', { cause })
          })
        })
      } catch (error) {
        if (!(error instanceof NotDone)) throw error
        const { cause } = error
        if (!(cause instanceof ModelsmithError) || cause.kind === 'bug') throw cause
        await database.transaction(async (queries) => {
          const row = await takeToDecide(queries, caller, id)
          await decide(queries, row, { state: next(row, 'fail'), by: caller.id, problem: toStored(cause) })
        })
      }
      return read(caller, id)
    },
    rejectChangeRequest: async ({ caller, params: { id }, body: { reason } }) => {
      await database.transaction(async (queries) => {
        const row = await takeToDecide(queries, caller, id)
        await decide(queries, row, { state: next(row, 'reject'), by: caller.id, reason })
      })
      return read(caller, id)
    },
    withdrawChangeRequest: async ({ caller, params: { id } }) => {
      await database.transaction(async (queries) => {
        const row = await take(queries, caller, id)
        noteSubject({ kind: 'deployment', id: row.deployment_id, name: row.deployment.name })
        noteRequest(row)
        if (row.asked_by.id !== caller.id) throw deploymentError('changeRequest.notAsker', { name: row.asked_by.name })
        await decide(queries, row, { state: next(row, 'withdraw'), by: caller.id })
      })
      return read(caller, id)
    },
  }
}
