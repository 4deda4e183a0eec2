import { EstimatorType } from '@modelsmith/domain'
import Type, { type Static } from 'typebox'
import { Id, Nullable, strict, Timestamp } from '../common.ts'
import { Cell } from './datasets.ts'
import { PredictionRow } from './models.ts'

const mostRows = 50

/**
 * Which rows are explained: those of `rows`, then those of `values`; where neither is given, those that `order` puts first of the
 * validation or the holdout, by what the model predicts for them.
 */
export const ExplainRows = Type.Object(
  {
    rows: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), {
        maxItems: mostRows,
        description: 'Rows of the project, from 0, as in the out-of-fold predictions',
      }),
    ),
    values: Type.Optional(
      Type.Array(PredictionRow, { maxItems: mostRows, description: 'Rows of your own, column to value' }),
    ),
    part: Type.Optional(Type.Enum(['validation', 'holdout'], { default: 'validation' })),
    order: Type.Optional(
      Type.Enum(['highest', 'lowest', 'worst', 'first'], {
        default: 'highest',
        description:
          'By the number, the probability of the positive class, or the highest of the probabilities; `worst` is farthest from what was true',
      }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: mostRows, default: 3 })),
    changes: Type.Optional({
      ...PredictionRow,
      description: 'What the rows have in place of their own values: what if',
    }),
    background: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 1000,
        default: 50,
        description: 'Training rows, drawn at random, that stand for features that are not known',
      }),
    ),
    pairs: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 100,
        default: 2,
        description: 'Pairs of an order of the features and its reverse, for each background row',
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0 })),
    method: Type.Optional(
      Type.Enum(['exact', 'sampled'], {
        default: 'exact',
        description:
          'Exact where the model is scored natively and is a tree, a forest, boosted trees or a linear model; else, and if it is asked for, sampled',
      }),
    ),
  },
  strict,
)
export type ExplainRows = Static<typeof ExplainRows>

/**
 * What made the prediction of one row: in each output, `base` and all of `contributions` sum to `prediction`, or to `score` where an exact
 * explanation is of the sum before it becomes a probability.
 */
export const Explanation = Type.Object(
  {
    id: Id,
    modelId: Id,
    jobId: Id,
    createdAt: Timestamp,
    row: Nullable(Type.Integer({ description: 'Row of the project, from 0; null where the values were given' })),
    part: Nullable(
      Type.Enum(['validation', 'crossValidation', 'trainOnly', 'holdout'], {
        description:
          'Null for rows that were left out of all parts, as those without a target, and for values of your own',
      }),
    ),
    targetType: EstimatorType,
    features: Type.Array(Type.String()),
    values: Type.Array(Cell, { description: 'Of each feature' }),
    changed: Type.Array(Type.String(), { description: 'Features whose values were changed' }),
    actual: Cell,
    method: Type.Enum(['exact', 'sampled']),
    whySampled: Nullable(Type.String({ description: 'Why it is not exact; null where it is, or was not to be' })),
    background: Type.Object(
      {
        rows: Type.Integer({
          description:
            'None where trees are explained exactly: they know their training rows by the counts of their nodes',
        }),
        of: Type.Integer({ description: 'Training rows that they were drawn from' }),
        pairs: Type.Integer(),
        seed: Type.Integer(),
      },
      strict,
    ),
    outputs: Type.Array(
      Type.Object(
        {
          label: Nullable(Type.String({ description: 'The class whose probability it is; null for a number' })),
          base: Type.Number({
            description:
              'Mean prediction of the background rows; of an exact explanation, that of a row of which nothing is known',
          }),
          prediction: Type.Number(),
          score: Nullable(
            Type.Number({ description: 'Such as log-odds: what is summed where that is not the prediction' }),
          ),
          contributions: Type.Array(Type.Number(), { description: 'Of each feature' }),
          errors: Nullable(Type.Array(Type.Number(), { description: 'Standard error of each contribution' })),
        },
        strict,
      ),
      { description: 'The number, the positive class, or the ten most probable classes, the highest first' },
    ),
  },
  { ...strict, $id: 'Explanation' },
)
export type Explanation = Static<typeof Explanation>

/** Rows in the fields of a release, and for a linear model rows whose means stand for features that are not known. */
export const ExplainNatively = Type.Object(
  {
    rows: Type.Array(PredictionRow, { minItems: 1, maxItems: 100 }),
    background: Type.Optional(
      Type.Array(PredictionRow, {
        minItems: 1,
        maxItems: 1000,
        description: 'Needed by linear models; trees know their training rows by the counts of their nodes',
      }),
    ),
  },
  strict,
)

export type ExplainNatively = Static<typeof ExplainNatively>

/**
 * Exact Shapley values of raw scores: of the log-odds and other sums of boosted trees and linear models before they become
 * probabilities, of the means of a forest as they are. Base and contributions of an output sum to the score.
 */
export const ExactExplanations = Type.Object(
  {
    features: Type.Array(Type.String()),
    outputs: Type.Array(
      Type.Object(
        {
          label: Nullable(Type.String({ description: 'A class, of two the second; null for a number' })),
          base: Type.Number({ description: 'The score of a row of which nothing is known' }),
        },
        strict,
      ),
    ),
    rows: Type.Array(
      Type.Object(
        {
          outputs: Type.Array(Type.Object({ score: Type.Number(), contributions: Type.Array(Type.Number()) }, strict)),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'ExactExplanations' },
)
export type ExactExplanations = Static<typeof ExactExplanations>
