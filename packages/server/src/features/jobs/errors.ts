import { defineErrors } from '@modelsmith/table'

export const { rows: jobErrors, error: jobError } = defineErrors({
  'job.fenced': {
    kind: 'conflict',
    message: ({ id, attempt }: { id: string; attempt: number }) =>
      `Attempt ${attempt} of job ${id} is over: another one has begun, or the job has ended.`,
  },
  'job.workerLost': {
    kind: 'unavailable',
    message: ({ attempts }: { attempts: number }) => `The worker was lost ${attempts} times while it ran this job.`,
    hint: () => 'It may need more memory than the machine has. Start the job again, or ask the operator for the log.',
  },
  'job.noResult': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `Job ${id} made no file, or has not ended yet.`,
  },
  'job.ended': {
    kind: 'conflict',
    message: ({ state }: { state: string }) => `The job has ended already: it ${state}.`,
  },
  'job.sandbox': {
    kind: 'unavailable',
    message: () => 'This machine cannot shut code in, so no code is run.',
    hint: () => 'The system page says what is missing and how to get it.',
  },
})
