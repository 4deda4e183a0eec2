import type { SearchRow, TrialRow } from './store.ts'

type Budget = Pick<SearchRow, 'trials' | 'minutes'>
type Timed = Pick<TrialRow, 'wall_ms'>

/** How much of a budget trials have used, from 0 to 1 and beyond. The time between trials counts for nothing: a restart costs none of it. */
export const usedOf = ({ trials, minutes }: Budget, ended: readonly Timed[]): number => {
  const spentMs = ended.reduce((sum, { wall_ms }) => sum + wall_ms, 0)
  return Math.max(trials === null ? 0 : ended.length / trials, minutes === null ? 0 : spentMs / (minutes * 60_000))
}
