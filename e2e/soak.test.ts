import { expect, it } from 'vitest'
import { soak } from './soak/soak.ts'

it('gives no wrong answer and loses none while models change and processes are killed', async () => {
  expect(await soak({ seconds: 120, capacitySeconds: 5, keepsUp: false, say: (line) => console.log(line) })).toEqual([])
})
