import { defineErrors } from '@modelsmith/table'

export const { rows: requestErrors, error: requestError } = defineErrors({
  'request.notFound': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `The log of this deployment has no request "${id}".`,
    hint: () => 'A request is in the log a moment after it was answered, under the id that its answer tells.',
  },
  'request.noRelease': {
    kind: 'notFound',
    message: ({ id }: { id: string }) => `This deployment has no release "${id}".`,
    hint: () => 'Its releases are listed under /releases.',
  },
  'request.notKept': {
    kind: 'conflict',
    message: ({ id, state }: { id: string; state: 'letGo' | 'notKept' | 'refused' }) =>
      `The rows of request "${id}" ${state === 'letGo' ? 'are not kept any more' : state === 'refused' ? 'were not answered, and are not kept' : 'were not kept'}.`,
    hint: () => 'Whether rows are kept, of how many requests and for how long is a setting of the deployment.',
  },
  'request.noRow': {
    kind: 'invalid',
    message: ({ row, rows }: { row: number; rows: number }) =>
      `The request has no row ${row}; one from 0 to ${rows - 1} was expected.`,
  },
  'request.unexplained': {
    kind: 'conflict',
    message: ({ why }: { why: string }) => why,
    hint: () => 'Trained models, and hosted files of trees and linear models that are read natively, are explained.',
  },
  'rows.filterColumn': {
    kind: 'invalid',
    message: () => 'A value, or the least and the most of one, was given without the column that has it.',
    hint: () => 'Send `column` with it, or leave it out.',
  },
  'rows.hiddenColumn': {
    kind: 'forbidden',
    message: ({ column }: { column: string }) =>
      `The column "${column}" is sensitive: rows are not chosen by what one may not see.`,
    hint: () => 'Those who may edit the dataset see it.',
  },
  'rows.bound': {
    kind: 'invalid',
    message: ({ found }: { found: string }) =>
      `"${found}" is neither a number nor a date; one was expected as least or most.`,
    hint: () => 'Numbers as 1.5, dates as 2026-01-31 or 2026-01-31T12:00:00Z.',
  },
  'rows.cursor': {
    kind: 'invalid',
    message: () => 'The cursor is not one that a page has told.',
    hint: () => 'Leave it out for the first page.',
  },
})
