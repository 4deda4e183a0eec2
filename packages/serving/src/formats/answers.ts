import type { Table } from '@modelsmith/table'
import { answerColumns, answerRows, answerTable, type Outcome } from '../answer.ts'
import type { AnswerForm } from './accept.ts'
import { mediaTypes, tableBytes } from './formats.ts'

/** A body with its type; what `facts` say of the request stands beside the predictions in JSON, and in headers else. */
export type FormedAnswer = {
  readonly body: object | string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** Scores in the form that the caller asked for. */
export const formAnswer = (
  form: AnswerForm,
  scores: Table,
  outcome: Outcome,
  facts: Readonly<Record<string, string>>,
): FormedAnswer => {
  if (form === 'json') return { body: { ...facts, predictions: answerRows(scores, outcome) }, headers: {} }
  if (form === 'columns') return { body: { ...facts, columns: answerColumns(scores, outcome) }, headers: {} }
  const { requestId: _, ...others } = facts
  const headers = Object.entries(others).map(([name, value]) => [`x-${name.replace(/Id$/, '-id')}`, value])
  const type = form === 'csv' ? `${mediaTypes.csv}; charset=utf-8` : mediaTypes[form]
  return {
    body: tableBytes(answerTable(scores, outcome), form),
    headers: { ...Object.fromEntries(headers), 'content-type': type },
  }
}
