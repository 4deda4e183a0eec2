import type { Application, ExactExplanations } from '@modelsmith/api'
import { compile, dataOf, explainer, type GivenColumn, type OpenedModel } from '@modelsmith/scoring'
import { type Table, tableFromRows } from '@modelsmith/table'
import { demandRoom } from '../answer.ts'
import { nativeInput } from './native-model.ts'

export type ExplainedRows = {
  readonly rows: Parameters<typeof tableFromRows>[1]
  /** Of a linear model: rows whose means stand for features that are not known. */
  readonly background: Parameters<typeof tableFromRows>[1]
}

/** Exact Shapley values of rows in an application's own fields; the file is to be opened `withCover`. */
export const explainNatively = (
  opened: OpenedModel,
  application: Application,
  { rows, background }: ExplainedRows,
): ExactExplanations => {
  const { schema, explain } = nativeExplainer(opened, application, background)
  return explain(rows.length, () => tableFromRows(schema, rows))
}

/** What explains tables of rows under `schema`, made once. */
export const nativeExplainer = (
  opened: OpenedModel,
  application: Application,
  background: ExplainedRows['background'],
) => {
  const { model } = opened
  const { inputs, input, names, fields, givenBy } = nativeInput(
    opened,
    compile(model, { kernels: 'plain' }),
    application,
  )
  // The fields that are only handed on may be there, and are not looked at.
  const schema = { columns: inputs }
  const means = background.length === 0 ? {} : { means: meansOf(givenBy(tableFromRows(schema, background))) }
  const { outputs, columns, explain } = explainer(model, means)
  return {
    schema,
    /** The rows are made once there is room for what is said of them. */
    explain: (count: number, rows: () => Table): ExactExplanations => {
      demandRoom(count, outputs.length * columns)
      const { base, contributions, scores } = explain(dataOf(input, count, givenBy(rows()), names))
      return {
        features: fields,
        outputs: outputs.map((label, output) => ({ label: label ?? null, base: base[output] as number })),
        rows: Array.from({ length: count }, (_, row) => ({
          outputs: outputs.map((_label, output) => {
            const at = row * outputs.length + output
            return {
              score: scores[at] as number,
              contributions: [...contributions.subarray(at * columns, (at + 1) * columns)],
            }
          }),
        })),
      }
    },
  }
}

const meansOf = (given: readonly GivenColumn[]): Float64Array =>
  Float64Array.from(given, (column) => {
    let sum = 0
    for (const cell of column) sum += cell === null ? Number.NaN : Number(cell)
    return sum / column.length
  })
