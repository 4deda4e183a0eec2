import { readFileSync } from 'node:fs'
import { booleanColumn, numberColumn, type Table, textColumn } from '@modelsmith/table'
import { describe, expect, it } from 'vitest'
import { computeMetrics } from '../metrics/compute.ts'
import { type EffectPoint, effectPoints, featureEffect } from './effects.ts'
import { permutationImpact, type Predictor } from './permutation.ts'

const file = new URL('../../fixtures/insights/features.json', import.meta.url)
const { names, columns, strength, positive, linear, logistic, dependence } = JSON.parse(readFileSync(file, 'utf8'))

const rows: Table = {
  schema: { columns: names.map((name: string) => ({ name, type: 'number' })) },
  rows: strength.length,
  columns: columns.map(numberColumn),
}
const sums = ({ rows: count, columns: given }: Table, { coefficients, intercept }: typeof linear): Float64Array =>
  Float64Array.from({ length: count }, (_, row) =>
    given.reduce(
      (sum, column, index) =>
        sum + coefficients[index] * (column.kind === 'float64' ? (column.values[row] as number) : 0),
      intercept,
    ),
  )
const predictNumber: Predictor = async (table) => [sums(table, linear)]
const predictClasses: Predictor = async (table) => {
  const yes = sums(table, logistic).map((sum) => 1 / (1 + Math.exp(-sum)))
  return [yes.map((share) => 1 - share), yes]
}

const ask = { rows, features: names, repeats: 200, seed: 7, onFeature: () => {} }
const cases = [
  {
    name: 'RMSE of a linear model',
    wanted: linear,
    spec: {
      ...ask,
      predict: predictNumber,
      higherIsBetter: false,
      score: (predicted: readonly Float64Array[]) =>
        computeMetrics({ targetType: 'regression', actual: strength, predicted }).scores['RMSE'] ?? undefined,
    },
  },
  {
    name: 'AUC of a logistic regression',
    wanted: logistic,
    spec: {
      ...ask,
      predict: predictClasses,
      higherIsBetter: true,
      score: (predicted: readonly Float64Array[]) =>
        computeMetrics({ targetType: 'binary', actual: positive, predicted }).scores['AUC'] ?? undefined,
    },
  },
]

describe('permutationImpact', () => {
  it.each(cases)('agrees with permutation_importance within four standard errors: $name', async ({ wanted, spec }) => {
    const found = await permutationImpact(spec)
    const impacts = new Map(found?.features.map((each) => [each.feature, each]))
    const far = names.filter((name: string, index: number) => {
      const { impact = Number.NaN, spread } = impacts.get(name) ?? {}
      const error = Math.hypot(spread ?? 0, wanted.spreads[index]) / Math.sqrt(spec.repeats)
      return !(
        Math.abs(impact - wanted.means[index]) <= 4 * error && Math.abs((spread ?? 0) / wanted.spreads[index] - 1) < 0.3
      )
    })
    expect(far).toEqual([])
    expect(found?.features.map(({ impact }) => impact)).toEqual(
      found?.features.map(({ impact }) => impact).toSorted((a, b) => b - a),
    )
  })

  it('is the same for the same seed, whatever other features there are', async () => {
    const { spec } = cases[0] as (typeof cases)[0]
    const few = { ...spec, repeats: 3 }
    const all = await permutationImpact(few)
    expect(await permutationImpact(few)).toEqual(all)
    const first = await permutationImpact({ ...few, features: names.slice(0, 1) })
    expect(all?.features).toContainEqual(first?.features[0])
  })

  it('stops when it is told to, and has nothing to say without a score', async () => {
    const { spec } = cases[0] as (typeof cases)[0]
    const stop = () => {
      throw new Error('stopped')
    }
    await expect(permutationImpact({ ...spec, onFeature: stop })).rejects.toThrow('stopped')
    expect(await permutationImpact({ ...spec, score: () => undefined })).toBe(undefined)
  })
})

describe('featureEffect', () => {
  it.each((names as string[]).map((name, index) => ({ name, index })))(
    'agrees with partial_dependence, mean and curves: $name',
    async ({ name, index }) => {
      const wanted = dependence[index]
      const points = effectPoints(rows.columns[index] as Table['columns'][number], { name, type: 'number' }, rows.rows)
      const found = await featureEffect({ rows, feature: name, points, predict: predictClasses, shown: 1, curves: 5 })
      const flat = [points.map(({ at }) => at), found.means[1], ...found.curves].flat()
      const expected = [wanted.points, wanted.average, ...wanted.curves].flat()
      expect(flat).toHaveLength(expected.length)
      expect(
        Math.max(...expected.map((value, at) => Math.abs(value - (flat[at] ?? Infinity)) / Math.max(1, value))),
      ).toBeLessThan(1e-12)
    },
  )

  it('sets categories, booleans, missing values and dates', async () => {
    const day = 86_400_000_000
    const table: Table = {
      schema: {
        columns: [
          { name: 'colour', type: 'category' },
          { name: 'open', type: 'boolean' },
          { name: 'when', type: 'date' },
        ],
      },
      rows: 3,
      columns: [
        textColumn(['red', null, 'red'], 'category'),
        booleanColumn([true, false, true]),
        numberColumn([0, day, 0]),
      ],
    }
    const labels = (index: number) =>
      effectPoints(
        table.columns[index] as Table['columns'][number],
        table.schema.columns[index] as { name: string; type: 'date' },
        3,
      ).map(({ label }) => label)
    expect([0, 1, 2].map(labels)).toEqual([
      ['red', null],
      ['true', 'false'],
      ['1970-01-01', '1970-01-02'],
    ])
    const seen: string[] = []
    const predict: Predictor = async ({ rows: count, columns: [, , moments] }) => {
      seen.push(moments?.kind === 'float64' ? moments.values.join() : '')
      return [new Float64Array(count).fill(2)]
    }
    const points = effectPoints(table.columns[2] as Table['columns'][number], { name: 'when', type: 'date' }, 3)
    const effect = await featureEffect({ rows: table, feature: 'when', points, predict, shown: 0, curves: 2 })
    expect(seen).toEqual([[0, 0, 0, day, day, day].join()])
    expect(effect).toMatchObject({
      kind: 'date',
      means: [[2, 2]],
      curves: [
        [2, 2],
        [2, 2],
      ],
    })
  })

  it('has no points for text, nor without rows, and few for many numbers', () => {
    const points = (values: number[], type: 'integer' | 'number' | 'date'): readonly EffectPoint[] =>
      effectPoints(numberColumn(values), { name: 'x', type }, values.length)
    expect(effectPoints(textColumn(['a'], 'text'), { name: 'x', type: 'text' }, 1)).toEqual([])
    expect(points([], 'number')).toEqual([])
    const many = Array.from({ length: 500 }, (_, value) => value)
    expect(points(many, 'number')).toHaveLength(20)
    expect(points(many, 'integer').every(({ at }) => Number.isInteger(at))).toBe(true)
  })
})
