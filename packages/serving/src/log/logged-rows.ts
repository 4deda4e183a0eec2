import type { Table } from '@modelsmith/table'
import { type Outcome, parts } from '../answer.ts'
import type { LoggedRows } from './segment.ts'

/** What was asked and answered, as the log keeps it: without what the answer only hands on. */
export const loggedRows = (
  { rows, ids }: { readonly rows: Table; readonly ids?: Table | undefined },
  answered: Table,
  outcome: Outcome,
): LoggedRows => {
  const { targetType, classes, labels, outputs } = outcome
  return {
    inputs: rows,
    scores: parts(answered, outcome).scores,
    ids,
    outcome: {
      targetType,
      classes,
      ...(labels === undefined ? {} : { labels }),
      ...(outputs === undefined ? {} : { outputs }),
    },
  }
}
