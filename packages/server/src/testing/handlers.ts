import { Job } from '@modelsmith/api'
import type { JobHandler, JobHandlers } from '../features/jobs/index.ts'

const refuse: JobHandler = async () => {
  throw new Error('Nothing of this kind is run here.')
}

/** Handlers of all kinds of jobs, for a test that runs some; the others refuse, unless it is said what they do. */
export const handlersWith = (own: Partial<JobHandlers>, others: JobHandler = refuse): JobHandlers =>
  ({ ...Object.fromEntries(Job.properties.kind.enum.map((kind) => [kind, others])), ...own }) as JobHandlers
