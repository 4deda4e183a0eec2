import type { BlueprintExplainer } from '@modelsmith/scoring'
import { tableFromRows } from '@modelsmith/table'
import { expect, it } from 'vitest'
import { explainedExactly } from './explain-exactly.ts'

const rows = tableFromRows({ columns: [{ name: 'size', type: 'number' }] }, [{ size: 1 }])
const logistic = (score: number) => 1 / (1 + Math.exp(-score))

const explainerOf = (
  outputs: readonly (string | undefined)[],
  base: readonly number[],
  scores: readonly number[],
): BlueprintExplainer => ({
  outputs,
  usesBackground: false,
  explain: () => ({
    base: Float64Array.from(base),
    rows: [scores.map((score, at) => ({ score, contributions: [score - (base[at] as number)] }))],
  }),
})

it('tells contributions to the prediction itself where that is what is summed', () => {
  const found = explainedExactly(explainerOf([undefined], [3], [5]), rows, [Float64Array.of(5)], [])
  expect(found).toEqual([[{ label: null, base: 3, prediction: 5, score: null, contributions: [2], errors: null }]])
  const shares = explainedExactly(
    explainerOf(['yes', 'no'], [0.25, 0.75], [0.5, 0.5]),
    rows,
    [Float64Array.of(0.5), Float64Array.of(0.5)],
    ['no', 'yes'],
  )
  expect(shares[0]?.map(({ label, base, score }) => [label, base, score])).toEqual([
    ['yes', 0.25, null],
    ['no', 0.75, null],
  ])
})

it('tells of a sum that becomes a probability by what is summed, beside the probability', () => {
  const found = explainedExactly(
    explainerOf(['yes'], [-1], [2]),
    rows,
    [Float64Array.of(1 - logistic(2)), Float64Array.of(logistic(2))],
    ['no', 'yes'],
  )
  expect(found).toEqual([
    [{ label: 'yes', base: -1, prediction: logistic(2), score: 2, contributions: [3], errors: null }],
  ])
})

it('tells of the positive class where the score is of the other', () => {
  const found = explainedExactly(
    explainerOf(['yes'], [-1], [2]),
    rows,
    [Float64Array.of(logistic(2)), Float64Array.of(1 - logistic(2))],
    ['yes', 'no'],
  )
  expect(found).toEqual([
    [{ label: 'no', base: 1, prediction: 1 - logistic(2), score: -2, contributions: [-3], errors: null }],
  ])
})
