import { expect, it } from 'vitest'
import { killAtRandom } from './kill.ts'

it('loses nothing that was acknowledged when its processes are killed', async () => {
  expect(await killAtRandom(2, 20261124, (line) => console.log(line))).toEqual([])
})
