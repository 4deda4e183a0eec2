import type { Experiment } from '@modelsmith/api'
import { useAccess } from '../sharing/index.ts'

/** Whether one may still change an experiment: it is being developed, and one has the right. */
export const useIsOpen = ({ id, state }: Pick<Experiment, 'id' | 'state'>): boolean => {
  const { can } = useAccess(id)
  return state === 'developing' && can('edit')
}
