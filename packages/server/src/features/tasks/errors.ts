import { defineErrors } from '@modelsmith/table'

export const { rows: taskErrors, error: taskError } = defineErrors({
  'task.folder': {
    kind: 'invalid',
    message: ({ count }: { count: number }) => `The task folder has ${count} ${count === 1 ? 'mistake' : 'mistakes'}.`,
    hint: () =>
      'Mend what the findings name and upload the folder again; `modelsmith fit` tries it on your machine first.',
  },
  'task.empty': {
    kind: 'invalid',
    message: () => 'The upload has no files.',
    hint: () => 'Choose the folder that holds custom.py.',
  },
  'task.archive': {
    kind: 'invalid',
    message: ({ reason }: { reason: string }) => `The zip archive cannot be taken: ${reason}.`,
    hint: () => 'Zip the content of the task folder again, or upload the folder itself.',
  },
  'task.noFile': { kind: 'notFound', message: ({ path }: { path: string }) => `This version has no file "${path}".` },
})
