import type { Job } from '@modelsmith/api'

/** Where a job stands that waits for a worker. */
export const waitingWords = ({ position }: Pick<Job, 'position'>): string =>
  position === null || position === 1
    ? 'Waits for a worker: it is next.'
    : `Waits for a worker: ${position - 1} before it.`
