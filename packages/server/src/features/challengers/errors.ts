import { defineErrors } from '@modelsmith/table'

export const { rows: challengerErrors, error: challengerError } = defineErrors({
  'challenger.notFound': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `This deployment has no challenger "${id}".`,
    hint: () => 'Its challengers are listed under /challengers.',
  },
  'challenger.isChampion': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `"${name}" answers for this deployment already: it is the champion.`,
    hint: () => 'Name another model.',
  },
  'challenger.isChallenger': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `"${name}" is a challenger already.`,
  },
  'challenger.tooMany': {
    kind: 'conflict',
    message: ({ most }: { most: number }) => `The deployment has ${most} challengers, which is the most.`,
    hint: () => 'Remove one first.',
  },
  'challenger.modelDeleted': {
    kind: 'conflict',
    message: ({ name }: { name: string }) => `The model "${name}" was deleted: it can be neither scored nor promoted.`,
    hint: () => 'Remove the challenger.',
  },
  'challenger.noRows': {
    kind: 'invalid',
    message: ({ from, to, kept }: { from: string; to: string; kept: string }) =>
      `No rows of requests are kept from ${from} to ${to}. ${kept}`,
    hint: () => 'Choose a time of which rows are kept; how long they are is a setting of the deployment.',
  },
  'challenger.allScored': {
    kind: 'conflict',
    message: ({ rows, from, to }: { rows: number; from: string; to: string }) =>
      `It has scored all ${rows.toLocaleString('en')} rows that are kept from ${from} to ${to}.`,
    hint: () => 'Compare it over this time.',
  },
  'challenger.replaying': {
    kind: 'conflict',
    message: () => 'A replay of this challenger is under way.',
    hint: () => 'Wait for it, or cancel it.',
  },
  'challenger.fieldsMissing': {
    kind: 'invalid',
    message: ({ names }: { names: string }) => `It needs ${names}, which requests of the champion do not have.`,
    hint: () => 'Only fields that the champion takes are kept.',
  },
  'challenger.tooManyEnds': {
    kind: 'userCode',
    message: ({ times, last }: { times: number; last: string }) =>
      `Not asked: the model ended ${times} times while it scored rows beside these, the last time with: ${last}`,
  },
})
