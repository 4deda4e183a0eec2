import type { Leaderboard } from '@modelsmith/api'
import { beforeAll, expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { type TestPerson, withPlatform } from '../../testing/platform.ts'
import { makeWorld, type World } from '../../testing/world.ts'

const platform = withPlatform()
let world: World

beforeAll(async () => {
  const { ann, vera } = platform.people
  world = await makeWorld(platform, ann)
  const body = { grantee: vera.id, role: 'consumer' }
  await call(platform, ann, 'share', { params: { id: world.project }, body })
})

const starredBy = async (person: TestPerson): Promise<boolean[]> => {
  const { body } = await call(platform, person, 'getLeaderboard', { params: { id: world.project } })
  return (body as unknown as Leaderboard).entries.map(({ starred }) => starred)
}
const mark = async (person: TestPerson, operation: 'starTrainingRun' | 'unstarTrainingRun'): Promise<number> =>
  (await call(platform, person, operation, { params: { id: world.trainingRun } })).status

it('marks a run for whoever marked it, who may but look, and for nobody else', async () => {
  const { ann, vera } = platform.people
  expect([await mark(vera, 'starTrainingRun'), await mark(vera, 'starTrainingRun')]).toEqual([204, 204])
  expect([await starredBy(vera), await starredBy(ann)]).toEqual([[true], [false]])
  expect(await mark(ann, 'unstarTrainingRun')).toBe(204)
  expect(await starredBy(vera)).toEqual([true])
  expect(await mark(vera, 'unstarTrainingRun')).toBe(204)
  expect(await starredBy(vera)).toEqual([false])
  expect(platform.bugs).toEqual([])
})
