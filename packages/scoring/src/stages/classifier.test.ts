import { describe, expect, it } from 'vitest'
import { compileClassifier, type SoftmaxRule } from './classifier.ts'

const [inf, nan, third] = [Infinity, Number.NaN, 1 / 3]

/** The probabilities of raw scores: weights of one, those of zero skipped. */
const softmaxOf = (scores: readonly number[], rule: SoftmaxRule): readonly number[] => {
  const classes = scores.length
  const weights = Float64Array.from({ length: classes ** 2 }, (_, at) => Number(at % (classes + 1) === 0))
  const classify = compileClassifier(
    {
      kind: 'classifier',
      features: 'v',
      size: classes,
      classes,
      isOneScore: false,
      scores: { kind: 'linear', weights, intercepts: new Float64Array(classes), skipsZeros: true },
      link: { kind: 'softmax', rule },
      decision: { kind: 'highest' },
      columns: { raw: '', probability: 'p', prediction: '' },
    },
    'Model',
  )
  const values = { kind: 'dense', rows: 1, columns: classes, values: Float64Array.from(scores) } as const
  const made = classify({ kind: 'named', rows: 1, columns: new Map([['v', { kind: 'vectors', values }]]) })
  const column = made.columns.get('p')
  if (column?.kind !== 'vectors') throw new Error('No probabilities.')
  return [...column.values.values]
}

const none = [nan, nan, nan]

// What Spark said of these scores: 2.4.4 of logistic regression (negative) and perceptron (plain), 3.5.9 and 4.3.0 of the former (infinite).
describe('softmaxes', () => {
  it.each([
    { scores: [inf, 1, 2], plain: none, infinite: [1, 0, 0], negative: [1, 0, 0] },
    { scores: [inf, inf, 1], plain: none, infinite: [1, nan, 0], negative: [1, 0, 0] },
    { scores: [nan, inf, 1], plain: none, infinite: [nan, 1, 0], negative: none },
    { scores: [1, nan, inf], plain: none, infinite: [0, nan, 1], negative: [0, 0, 1] },
    { scores: [-inf, inf, -inf], plain: none, infinite: [nan, 1, nan], negative: [0, 1, 0] },
    { scores: [-inf, -inf, -inf], plain: none, infinite: none, negative: none },
    { scores: [-1e200, -1e200, -1e200], plain: [third, third, third], infinite: [third, third, third], negative: none },
    { scores: [-1e4, -2e4, -3e4], plain: [1, 0, 0], infinite: [1, 0, 0], negative: none },
    { scores: [1e4, 2e4, 1], plain: [0, 1, 0], infinite: [0, 1, 0], negative: [0, 1, 0] },
    { scores: [1, nan, 2], plain: none, infinite: none, negative: none },
    { scores: [-inf, -inf, 1], plain: [0, 0, 1], infinite: [0, 0, 1], negative: [0, 0, 1] },
  ])('of $scores are those of Spark', ({ scores, ...expected }) => {
    for (const rule of ['plain', 'infinite', 'negative'] as const)
      expect([rule, ...softmaxOf(scores, rule)]).toEqual([rule, ...expected[rule]])
  })
})
