import type { Challenger } from '@modelsmith/api'
import type { ChallengerRow } from './store.ts'

export const nameOf = ({ model_name, release_number }: Pick<ChallengerRow, 'model_name' | 'release_number'>): string =>
  release_number === null ? model_name : `${model_name}, release ${release_number}`

const stateOf = ({ deleted, champion, job_state, waiting }: ChallengerRow): Challenger['state'] => {
  if (deleted) return 'modelDeleted'
  if (champion) return 'isChampion'
  if (job_state === 'failed') return 'failed'
  return waiting > 0 ? 'behind' : 'upToDate'
}

/** As the API tells it; `problem` is why its last job failed, as the caller may read it. */
export const toChallenger = (row: ChallengerRow, problem: string | null): Challenger => {
  const state = stateOf(row)
  return {
    id: row.id,
    modelId: row.model_id ?? row.model_release_id ?? '',
    modelKind: row.model_id === null ? 'modelRelease' : 'model',
    registeredModelId: row.registered_model_id,
    name: nameOf(row),
    addedBy: { id: row.person_id, name: row.person_name },
    addedAt: row.created_at.toISOString(),
    state,
    problem: state === 'failed' ? problem : null,
    waitingRows: row.champion || row.deleted ? 0 : row.waiting,
    replayJobId: row.replay_job_id,
  }
}
