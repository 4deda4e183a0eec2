import type { Queries } from '../../infra/database/database.ts'
import { newId } from '../../infra/ids.ts'
import { announceChange, insertObject } from '../../infra/rights/objects.ts'
import { queueJob } from '../jobs/index.ts'
import { insertRun, type NewRun } from './store.ts'

type NewTraining = Omit<NewRun, 'id' | 'job'> & {
  readonly owner: string
  readonly organisation: string
  readonly workspace: string
}

/** Queues the training of a graph whose tasks stand in the project already; whoever calls it has asked the rights. */
export const queueTraining = async (
  queries: Queries,
  { owner, organisation, workspace, ...training }: NewTraining,
): Promise<{ readonly run: string; readonly job: string }> => {
  const { project, name } = training
  const run = newId('trainingRun')
  await insertObject(queries, { id: run, kind: 'trainingRun', name, owner, organisation, workspace, within: project })
  const job = await queueJob(queries, {
    kind: 'trainBlueprint',
    title: `Train ${name}`,
    owner,
    organisation,
    subject: { kind: 'trainingRun', id: run },
    payload: { run },
  })
  await insertRun(queries, { ...training, id: run, job })
  await announceChange(queries, project)
  return { run, job }
}
