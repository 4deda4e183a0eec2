import { describe, expect, it } from 'vitest'
import { dense } from '../data/data.ts'
import type { Labels } from '../data/labels.ts'
import { compile } from './compile.ts'
import type { ConstantModel } from './constant.ts'
import { indicesIn } from './members.ts'
import { type Output, run } from './scorer.ts'

const integers = (...values: number[]): Labels => ({ type: 'integer', values })

const says = (classes: Labels, predicted: number, ...probabilities: number[]): ConstantModel => ({
  kind: 'constant',
  name: 'DummyClassifier',
  task: {
    type: 'classification',
    targets: [{ classes, predicted, probabilities: Float64Array.from(probabilities) }],
    isVector: true,
  },
})

const number = (value: number): ConstantModel => ({
  kind: 'constant',
  name: 'DummyRegressor',
  task: { type: 'regression', values: Float64Array.of(value), isVector: true },
})

const rows = dense(1, 1, Float64Array.of(0))
const text: Labels = { type: 'string', values: ['no', 'yes'] }

describe('the classes of a part', () => {
  it('are found among those of the whole as Python compares them', () => {
    expect([...indicesIn({ type: 'boolean', values: [true, false] }, integers(0, 1), 'whole')]).toEqual([1, 0])
    expect([...indicesIn({ type: 'float', values: [2] }, integers(1, 2), 'whole')]).toEqual([1])
  })

  it('are refused where the whole does not have them', () => {
    expect(() => indicesIn({ type: 'string', values: ['1'] }, integers(1), 'BaggingClassifier')).toThrow(
      'classes_ of BaggingClassifier is without 1; expected those of its parts among them.',
    )
  })
})

describe('voting', () => {
  const voting = (...members: ConstantModel[]) =>
    compile({
      kind: 'voting',
      name: 'VotingClassifier',
      members,
      weights: undefined,
      task: { type: 'hard', classes: text },
    })

  it('gives a tie to the first class', () => {
    const tie = voting(says(integers(0, 1), 1, 0, 1), says(integers(0, 1), 0, 1, 0))
    expect([...run(tie.methods.predict as Output, rows)]).toEqual([0])
  })

  it('by probabilities refuses a member that knows fewer classes', () => {
    expect(() =>
      compile({
        kind: 'voting',
        name: 'VotingClassifier',
        members: [says(integers(0), 0, 1)],
        weights: undefined,
        task: { type: 'soft', classes: text, isFlat: true },
      }),
    ).toThrow('DummyClassifier has no predict_proba: it gives 1 columns where VotingClassifier expects 2.')
  })
})

it('AdaBoost predicts the value at which half of the weights is reached', () => {
  const boosted = (...weights: number[]) =>
    compile({
      kind: 'ada-boost',
      name: 'AdaBoostRegressor',
      members: [number(30), number(10), number(20)],
      weights: Float64Array.from(weights),
      task: { type: 'regression' },
    }).methods.predict as Output
  expect([...run(boosted(1, 1, 1), rows)]).toEqual([20])
  expect([...run(boosted(1, 2, 1), rows)]).toEqual([10])
  expect([...run(boosted(5, 1, 1), rows)]).toEqual([30])
})

it('one against the rest parts equal scores as the version of the library does', () => {
  const predicted = (prefersFirst: boolean) =>
    run(
      compile({
        kind: 'one-vs-rest',
        name: 'OneVsRestClassifier',
        members: [number(1), number(1), number(0)],
        classes: integers(4, 5, 6),
        isMultilabel: false,
        prefersFirst,
        keepsZeros: false,
      }).methods.predict as Output,
      rows,
    )
  expect([...predicted(true)]).toEqual([0])
  expect([...predicted(false)]).toEqual([1])
})

it('a calibrated classifier gives every class the same chance where all are zero', () => {
  const never = { type: 'model' as const, model: number(0) }
  const scorer = compile({
    kind: 'calibrated',
    name: 'CalibratedClassifierCV',
    classes: integers(0, 1, 2, 3),
    members: [{ model: says(integers(0, 1, 2, 3), 0, 1, 0, 0, 0), calibrators: [never, never, never, never] }],
  })
  expect([...run(scorer.methods.predictProba as Output, rows)]).toEqual([0.25, 0.25, 0.25, 0.25])
})
