import { expect, it } from 'vitest'
import { killAtRandom } from './kill.ts'

it('loses nothing that was acknowledged when its processes are killed', async () => {
  const { lost, acknowledged } = await killAtRandom(2, 20261124, (line) => console.log(line))
  expect(lost).toEqual([])
  expect(acknowledged.predictions).toBeGreaterThan(0)
})
