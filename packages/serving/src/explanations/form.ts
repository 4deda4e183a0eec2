import type { PredictionAnswer } from '@modelsmith/api'
import { type Column, type ColumnSchema, type Table, textColumn } from '@modelsmith/table'
import type { ExplainedAnswers } from './explainers.ts'
import type { ExplanationWish } from './wish.ts'

/** What made the answers, and how much of it is told. */
export type Explained = ExplainedAnswers & ExplanationWish

type RowExplanations = NonNullable<PredictionAnswer['predictions'][number]['explanations']>
type Output = RowExplanations[number]

const toldOf = ({ features, most }: Explained, output: Explained['outputs'][number][number]): Output => {
  const { label, base, prediction, score, contributions } = output
  const ranked = features
    .map((feature, at) => ({ feature, contribution: contributions[at] ?? 0 }))
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const others = ranked.slice(most).reduce((sum, each) => sum + each.contribution, 0)
  return { label, base, prediction, score, contributions: ranked.slice(0, most), others }
}

/** Of each row: contributions to each of its answers, the greatest first. */
export const explanationRows = (explained: Explained): RowExplanations[] =>
  explained.outputs.map((outputs) => outputs.map((output) => toldOf(explained, output)))

/** The columns behind predictions in a table: of each row the first of its answers, which is the most probable class. */
export const explanationTable = (explained: Explained): Table => {
  const { features, most, outputs } = explained
  const firsts = outputs.map(
    ([first]) => first && { told: toldOf(explained, first), contributions: first.contributions },
  )
  const number = (name: string, value: (row: (typeof firsts)[number]) => number | null | undefined) => ({
    schema: { name, type: 'number' } as ColumnSchema,
    column: {
      kind: 'float64',
      values: Float64Array.from(firsts, (row) => value(row) ?? Number.NaN),
      validity: undefined,
    } as Column,
  })
  const text = (name: string, value: (row: (typeof firsts)[number]) => string | null | undefined) => ({
    schema: { name, type: 'category' } as ColumnSchema,
    column: textColumn(
      firsts.map((row) => value(row) ?? null),
      'category',
    ),
  })
  const hasClasses = firsts.some((row) => row !== undefined && row.told.label !== null)
  const shown = Math.min(most, features.length)
  const made = [
    ...(hasClasses ? [text('explained_class', (row) => row?.told.label)] : []),
    number('explained_base', (row) => row?.told.base),
    number('explained_score', (row) => row?.told.score ?? row?.told.prediction),
    ...(Number.isFinite(most)
      ? [
          ...Array.from({ length: shown }, (_, at) => [
            text(`feature_${at + 1}`, (row) => row?.told.contributions[at]?.feature),
            number(`contribution_${at + 1}`, (row) => row?.told.contributions[at]?.contribution),
          ]).flat(),
          number('contribution_others', (row) => row?.told.others),
        ]
      : features.map((feature, at) => number(`contribution_${feature}`, (row) => row?.contributions[at]))),
  ]
  return {
    schema: { columns: made.map(({ schema }) => schema) },
    rows: outputs.length,
    columns: made.map(({ column }) => column),
  }
}
