import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Dense } from '../data/data.ts'
import { openModel } from '../file/open.ts'
import type { BoosterModel } from '../model/booster.ts'
import type { LinearModel } from '../model/linear.ts'
import type { Model } from '../model/model.ts'
import { explainer } from './explain.ts'
import { gaussLegendre } from './quadrature.ts'

type Case = {
  readonly name: string
  readonly file: string
  readonly rows: readonly (readonly (number | null)[])[]
  readonly base: readonly number[]
  readonly values: readonly (readonly (readonly number[])[])[]
  readonly means?: readonly number[]
}

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url)
const cases = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as readonly Case[]
const opened = (file: string, withCover = true): Model => openModel(readFileSync(fixture(file)), { withCover })

const dense = (rows: Case['rows']): Dense => ({
  kind: 'dense',
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  values: Float64Array.from(rows.flat(), (cell) => cell ?? Number.NaN),
})
const optionsOf = ({ means }: Case) => (means === undefined ? {} : { means: Float64Array.from(means) })

/** The largest difference, as a share of the largest number. */
const farthest = (found: Float64Array, wanted: readonly number[]): number => {
  const scale = Math.max(...wanted.map(Math.abs))
  return Math.max(...wanted.map((value, at) => Math.abs(value - (found[at] ?? Number.NaN)) / scale))
}

describe('explainer', () => {
  it.each(cases)('gives what shap gives: $name', (each) => {
    const { explain, outputs } = explainer(opened(each.file), optionsOf(each))
    const found = explain(dense(each.rows))
    expect(outputs).toHaveLength(each.base.length)
    // XGBoost says its base value in float32.
    expect(farthest(found.base, each.base)).toBeLessThan(each.file.startsWith('xgboost') ? 1e-6 : 1e-9)
    expect(farthest(found.contributions, each.values.flat(2))).toBeLessThan(1e-9)
  })

  it.each(cases)('adds up to what the model serves, by the kernels too: $name', (each) => {
    const { explain, outputs, columns } = explainer(opened(each.file), { ...optionsOf(each), kernels: 'webassembly' })
    const { base, contributions, scores } = explain(dense(each.rows))
    const sums = Float64Array.from(scores, (_, at) =>
      contributions
        .subarray(at * columns, (at + 1) * columns)
        .reduce((sum, value) => sum + value, base[at % outputs.length] as number),
    )
    expect(farthest(sums, [...scores])).toBeLessThan(1e-5)
  })

  it('names the classes that outputs are of, of two the second', () => {
    const named = Object.fromEntries(
      cases.map((each) => [each.file, explainer(opened(each.file), optionsOf(each)).outputs]),
    )
    expect(named).toMatchObject({
      'forest.pkl': ['0', '1', '2'],
      'boosting.pkl': ['1'],
      'xgboost.pkl': ['1'],
      'xgboost.ubj': [undefined],
      'linear.pkl': [undefined],
      'logistic.pkl': ['0', '1', '2'],
    })
  })

  it.each(cases.filter(({ means }) => means === undefined))(
    'needs trees that were opened for it, which others do not carry: $name',
    ({ file }) => {
      const model = opened(file, false)
      expect(JSON.stringify(Object.keys(treesIn(model)))).not.toContain('cover')
      expect(() => explainer(model)).toThrow('do not say how many training rows')
    },
  )

  const [{ rows }] = cases as [Case]
  const regression = opened('xgboost.ubj') as BoosterModel

  it('refuses what does not add up, whoever is wrong', () => {
    const { trees } = regression
    const lying = { ...regression, start: Float64Array.of(Number.NaN) }
    expect(() => explainer(lying).explain(dense(rows))).toThrow('such an explanation is not shown')
    const negative = {
      ...trees,
      cover: (trees.cover ?? new Float64Array(0)).map((count, node) => (node === 3 ? -count : count)),
    }
    expect(() => explainer({ ...regression, trees: negative })).toThrow('do not say how many training rows')
  })

  it('adds up where no training row came, too', () => {
    const { trees } = regression
    const { base, contributions, scores } = explainer({
      ...regression,
      trees: { ...trees, cover: new Float64Array(trees.left.length) },
    }).explain(dense(rows))
    expect(base[0]).toBeCloseTo(regression.start[0] as number, 12)
    expect([...contributions, ...scores].every(Number.isFinite)).toBe(true)
  })

  it('goes down deep paths of many features, but not for ever', () => {
    const chain = (depth: number, columns: number): BoosterModel => {
      const count = 2 * depth + 1
      const nodes = Array.from({ length: count }, (_, node) => node)
      const isInner = (node: number): boolean => node % 2 === 0 && node < 2 * depth
      return {
        ...regression,
        start: new Float64Array(1),
        outputOf: new Int32Array(1),
        trees: {
          columns,
          roots: Int32Array.of(0),
          feature: Int32Array.from(nodes, (node) => (isInner(node) ? (node / 2) % columns : 0)),
          threshold: new Float64Array(count),
          left: Int32Array.from(nodes, (node) => (isInner(node) ? node + 1 : -1)),
          right: Int32Array.from(nodes, (node) => (isInner(node) ? node + 2 : -1)),
          missingLeft: new Uint8Array(count),
          values: Float64Array.from(nodes, (node) => (node === 2 * depth ? 1 : 0)),
          width: 1,
          float32: true,
          cover: Float64Array.from(nodes, (node) => (isInner(node) ? depth - node / 2 : 0) + 1),
        },
      }
    }
    // Every question is answered by yes, and all features are alike: each has its part of what is above the base.
    const { explain } = explainer(chain(200, 100))
    const { base, contributions } = explain({
      kind: 'dense',
      rows: 1,
      columns: 100,
      values: new Float64Array(100).fill(1),
    })
    expect(contributions.reduce((sum, value) => sum + value, base[0] as number)).toBeCloseTo(1, 12)
    expect(Math.min(...contributions)).toBeGreaterThan(0)
    expect(() => explainer(chain(1001, 5))).toThrow('deeper than 1000 levels')
  })

  it('refuses other models, and a background that is none', () => {
    const line = opened('linear.pkl') as LinearModel
    for (const means of [undefined, new Float64Array(2), new Float64Array(6).fill(Number.NaN)])
      expect(() => explainer(line, means === undefined ? {} : { means })).toThrow('needs 6 finite means')
    const { explain } = explainer(line, { means: new Float64Array(6) })
    expect(() => explain(dense([[1, 2, 3]]))).toThrow('6')
    expect(() => explain(dense([[1, 2, 3, 4, 5, null]]))).toThrow('NaN')
    const pipeline: Model = { kind: 'pipeline', name: 'Pipeline', steps: [line] }
    expect(() => explainer(pipeline)).toThrow('Predictions of Pipeline are not explained exactly')
  })

  it('explains no rows as none', () => {
    const { contributions, scores } = explainer(regression).explain({
      kind: 'dense',
      rows: 0,
      columns: 6,
      values: new Float64Array(0),
    })
    expect([contributions.length, scores.length]).toEqual([0, 0])
  })
})

function treesIn(model: Model): object {
  return model.kind === 'delegate' ? treesIn(model.model) : 'trees' in model ? model.trees : {}
}

describe('gaussLegendre', () => {
  it.each([1, 2, 3, 8, 25, 100])('integrates powers below twice its points exactly: %i', (count) => {
    const { points, weights } = gaussLegendre(count)
    for (const power of [0, 1, count, 2 * count - 1]) {
      const sum = points.reduce((total, point, at) => total + (weights[at] as number) * point ** power, 0)
      expect(Math.abs(sum * (power + 1) - 1)).toBeLessThan(1e-12)
    }
  })
})
