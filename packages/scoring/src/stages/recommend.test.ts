import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openModel } from '../file/open.ts'
import { recommend } from './recommend.ts'

/** What `recommendForAllUsers(3)`, `recommendForAllItems(2)` and `recommendForUserSubset` gave in Spark (`conformance/spark-versions/recommend.py`). */
type Given = {
  readonly users: Readonly<Record<string, readonly (readonly [number, number])[]>>
  readonly items: Given['users']
  readonly subset: readonly number[]
  readonly ofSubset: Given['users']
}

const file = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../../fixtures/${name}`, import.meta.url)))

const compare = (made: ReturnType<typeof recommend>, given: Given['users']): void => {
  expect(made.map(({ id }) => String(id)).toSorted()).toEqual(Object.keys(given).toSorted())
  for (const { id, ids, scores } of made) {
    const wanted = given[id] ?? []
    expect([...ids]).toEqual(wanted.map(([other]) => other))
    // Numbers of four bytes, which Spark adds up in another order from version to version.
    for (const [at, [, score]] of wanted.entries())
      expect(Math.abs((scores[at] as number) - score)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(score)))
  }
}

describe('recommendations', () => {
  it.each(['spark-4.3.0/ALS_drop'])('are those of Spark: %s', (name) => {
    const model = openModel(file(`${name}/model.zip`))
    const given = JSON.parse(file(`${name}/recommendations.json`).toString()) as Given
    compare(recommend(model, { of: 'users', count: 3 }), given.users)
    compare(recommend(model, { of: 'items', count: 2 }), given.items)
    const some = recommend(model, { of: 'users', count: 3, ids: given.subset })
    compare(some, given.ofSubset)
    expect(some.map(({ id }) => id)).toEqual([given.subset[0], given.subset[1]])
  })

  it('are as many as there are, or none', () => {
    const model = openModel(file('spark-4.3.0/ALS_drop/model.zip'))
    const [first] = recommend(model, { of: 'users', count: 1_000_000 })
    expect(first?.ids.length).toBe(recommend(model, { of: 'items', count: 1 }).length)
    expect(recommend(model, { of: 'users', count: 0 })[0]?.ids.length).toBe(0)
    expect(recommend(model, { of: 'users', count: -1, ids: [] })).toEqual([])
  })

  it('are refused of a model without pairs', () => {
    const model = openModel(file('spark-4.3.0/GBTClassifier/model.zip'))
    expect(() => recommend(model, { of: 'users', count: 1 })).toThrow('has no recommend: it was not fitted on pairs')
  })
})
