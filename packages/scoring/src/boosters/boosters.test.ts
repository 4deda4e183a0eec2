import { describe, expect, it } from 'vitest'
import { dense } from '../data/data.ts'
import { openModel } from '../file/open.ts'
import { compile } from '../model/compile.ts'
import { type Output, run } from '../model/scorer.ts'

const lightgbm = (tree: Readonly<Record<string, string>>, end = '\nend of trees\n'): Uint8Array => {
  const lines = Object.entries({
    num_leaves: '2',
    num_cat: '0',
    split_feature: '0',
    threshold: '1.5',
    decision_type: '2',
    left_child: '-1',
    right_child: '-2',
    leaf_value: '10 20',
    ...tree,
  }).map(([key, value]) => `${key}=${value}`)
  const head = 'tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective=regression\n'
  return new TextEncoder().encode(`${head}\nTree=0\n${lines.join('\n')}\n${end}`)
}

const predict = (file: Uint8Array, ...values: number[]): number[] => {
  const output = compile(openModel(file)).methods.predict as Output
  return [...run(output, dense(values.length, 1, Float64Array.from(values)))]
}

const missingTypes = { none: 0, zero: 4, nan: 8 }

describe("LightGBM's text", () => {
  it.each([
    // Missing is zero, which is below the threshold.
    ['none, default right', missingTypes.none, [10, 10, 20]],
    ['zero, default right', missingTypes.zero, [20, 20, 20]],
    ['zero, default left', missingTypes.zero + 2, [10, 10, 20]],
    ['nan, default right', missingTypes.nan, [20, 10, 20]],
    ['nan, default left', missingTypes.nan + 2, [10, 10, 20]],
  ])('sends NaN, 0 and 2 where the missing type %s says', (_, type, expected) => {
    expect(predict(lightgbm({ decision_type: String(type) }), Number.NaN, 0, 2)).toEqual(expected)
  })

  it('sends the categories of the set left, and all that is none right', () => {
    const file = lightgbm({
      decision_type: '1',
      threshold: '0',
      num_cat: '1',
      cat_boundaries: '0 2',
      cat_threshold: '5 1',
    })
    expect(predict(file, 0, 1, 2, 2.9, 32, 33, 64, -1, Number.NaN)).toEqual([10, 20, 10, 10, 10, 20, 20, 20, 20])
  })

  it.each([
    [
      'a child that leads back',
      {
        num_leaves: '3',
        split_feature: '0 0',
        threshold: '1 2',
        decision_type: '2 2',
        left_child: '0 -1',
        right_child: '1 -2',
        leaf_value: '1 2 3',
      },
      'is not sound at node 0',
    ],
    ['a feature that is none', { split_feature: '1' }, 'it asks for feature 1 of 1'],
    ['too few numbers', { leaf_value: '10' }, 'leaf_value does not have 2 numbers'],
    ['a category that is none', { decision_type: '1', threshold: '7' }, 'tree 0 has no categories for node 0'],
    ['linear leaves', { is_linear: '1' }, 'linear_tree = true'],
  ])('is refused for %s', (_, tree, message) => {
    expect(() => openModel(lightgbm(tree))).toThrow(message)
  })

  it('is refused where it is cut off', () => {
    expect(() => openModel(lightgbm({}, ''))).toThrow('the line "end of trees" is missing')
  })
})

const xgboost = (tree: object, learner: object = {}): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      learner: {
        attributes: {},
        learner_model_param: { base_score: '0', num_class: '0', num_feature: '1' },
        gradient_booster: {
          name: 'gbtree',
          model: {
            gbtree_model_param: { num_parallel_tree: '1' },
            tree_info: [0],
            trees: [
              {
                tree_param: { size_leaf_vector: '1' },
                left_children: [1, -1, -1],
                right_children: [2, -1, -1],
                split_indices: [0, 0, 0],
                split_conditions: [0.1, 10, 20],
                default_left: [1, 0, 0],
                ...tree,
              },
            ],
          },
        },
        objective: { name: 'reg:squarederror' },
        ...learner,
      },
      version: [3, 2, 0],
    }),
  )

describe("XGBoost's JSON", () => {
  it('goes left below the threshold only, both as float32', () => {
    expect(predict(xgboost({}), 0.1, Math.fround(0.1), 0.09999999, Number.NaN)).toEqual([20, 20, 10, 10])
  })

  it('goes left below zero only', () => {
    expect(predict(xgboost({ split_conditions: [0, 10, 20] }), 0, -0, -1e-45, 1e-45)).toEqual([20, 20, 10, 20])
  })

  it('sends the categories of the set right', () => {
    const sets = {
      split_type: [1, 0, 0],
      categories: [1, 40],
      categories_nodes: [0],
      categories_segments: [0],
      categories_sizes: [2],
    }
    expect(predict(xgboost(sets), 0, 1, 40, 41, -1, Number.NaN)).toEqual([10, 20, 20, 10, 10, 10])
  })

  it.each([
    ['linear boosters', {}, { gradient_booster: { name: 'gblinear' } }, 'booster = gblinear'],
    ['an objective of one’s own', {}, { objective: { name: 'mine' } }, 'objective = mine'],
    ['leaves of several values', { tree_param: { size_leaf_vector: '2' } }, {}, 'multi_strategy'],
    ['lists of different lengths', { right_children: [2] }, {}, 'right_children of a tree has 1 numbers, not 3'],
    [
      'a category too large',
      {
        split_type: [1, 0, 0],
        categories: [2 ** 24],
        categories_nodes: [0],
        categories_segments: [0],
        categories_sizes: [1],
      },
      {},
      'below 16,777,216',
    ],
  ])('is refused for %s', (_, tree, learner, message) => {
    expect(() => openModel(xgboost(tree, learner))).toThrow(message)
  })
})

describe("XGBoost's UBJSON", () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])))
  const key = (text: string) => ['L', 0, 0, 0, 0, 0, 0, 0, text.length, text] as const

  it('is refused where an array is longer than the file', () => {
    expect(() => openModel(bytes('{', ...key('learner'), '[$d#L', 0, 0, 255, 255, 255, 255, 255, 255))).toThrow(
      'it ends at byte',
    )
  })

  it('is refused where it nests too deep', () => {
    expect(() => openModel(bytes('{', ...key('learner'), '['.repeat(10_000)))).toThrow('it nests deeper than 64')
  })
})
