import Type, { type Static } from 'typebox'
import { ParameterValues } from '../contract/schema.ts'

const strict = { additionalProperties: false } as const

const of = {
  node: Type.String({ minLength: 1, maxLength: 64, description: 'Of the blueprint' }),
  parameter: Type.String({ minLength: 1, maxLength: 100, description: 'A hyperparameter of its task' }),
}

/** What a search may choose for one parameter of one node: a number of a range, or one of several values. */
export const SearchDimension = Type.Union([
  Type.Object(
    {
      ...of,
      low: Type.Number(),
      high: Type.Number(),
      log: Type.Optional(
        Type.Boolean({ description: 'Each tenfold gets as much attention as any other, for what works by factors' }),
      ),
    },
    strict,
  ),
  Type.Object({ ...of, values: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()])) }, strict),
])
export type SearchDimension = Static<typeof SearchDimension>
export type SearchRange = Extract<SearchDimension, { low: number }>
export type SearchChoice = Extract<SearchDimension, { values: unknown }>

export const isRange = (dimension: SearchDimension): dimension is SearchRange => 'low' in dimension

/** What a trial is judged by: the rows of fold 1, or of all folds. */
export const SearchJudgement = Type.Enum(['validation', 'crossValidation'])
export type SearchJudgement = Static<typeof SearchJudgement>

/** When a search ends: after so many trials, after so many minutes of trials, or whichever comes first. */
export const SearchBudget = Type.Object(
  { trials: Type.Optional(Type.Integer()), minutes: Type.Optional(Type.Number()) },
  strict,
)
export type SearchBudget = Static<typeof SearchBudget>

/** Values of parameters, by node. */
export const SearchPoint = Type.Record(Type.String(), ParameterValues)
export type SearchPoint = Static<typeof SearchPoint>

export const searchLimits = { trials: 1000, minutes: 7 * 24 * 60, dimensions: 30, values: 50 } as const
