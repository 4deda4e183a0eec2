import { beside, type Table } from '@modelsmith/table'
import { answerColumns, answerRows, answerTable, lists, type Outcome } from '../answer.ts'
import { type Explained, explanationRows, explanationTable } from '../explanations/form.ts'
import type { AnswerForm } from './accept.ts'
import { mediaTypes, tableBytes, type TableFormat } from './formats.ts'

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
  explained?: Explained,
): FormedAnswer => {
  if (explained !== undefined) return formExplained(form, scores, outcome, facts, explained)
  if (form === 'json') return { body: { ...facts, predictions: answerRows(scores, outcome) }, headers: {} }
  if (form === 'columns') return { body: { ...facts, columns: answerColumns(scores, outcome) }, headers: {} }
  return formTable(form, answerTable(scores, outcome), facts)
}

const formTable = (form: TableFormat, table: Table, facts: Readonly<Record<string, string>>): FormedAnswer => {
  const { requestId: _, ...others } = facts
  const headers = Object.entries(others).map(([name, value]) => [`x-${name.replace(/Id$/, '-id')}`, value])
  const type = form === 'csv' ? `${mediaTypes.csv}; charset=utf-8` : mediaTypes[form]
  return { body: tableBytes(table, form), headers: { ...Object.fromEntries(headers), 'content-type': type } }
}

const formExplained = (
  form: AnswerForm,
  scores: Table,
  outcome: Outcome,
  facts: Readonly<Record<string, string>>,
  explained: Explained,
): FormedAnswer => {
  if (form === 'json') {
    const explanations = explanationRows(explained)
    const predictions = answerRows(scores, outcome).map((answer, row) => ({
      ...answer,
      explanations: explanations[row] ?? [],
    }))
    return { body: { ...facts, predictions }, headers: {} }
  }
  const made = explanationTable(explained)
  if (form === 'columns')
    return { body: { ...facts, columns: { ...answerColumns(scores, outcome), ...lists(made) } }, headers: {} }
  return formTable(form, beside([answerTable(scores, outcome), made]), facts)
}
