import { expect, it } from 'vitest'
import { statements } from './rights/statements.ts'
import { withStory } from './rights/story.ts'

const story = withStory()

it('says more than sixty things, each once', () => {
  const said = statements.map(({ says }) => says)
  expect(new Set(said).size).toBe(said.length)
  expect(said.length).toBeGreaterThan(60)
})

for (const { says, api, cli, page } of statements)
  it(`${says}`, async () => {
    const ways = [api, cli, page].filter((way) => typeof way === 'function')
    expect(ways).not.toEqual([])
    for (const way of ways) await way(story)
  })

it('answered nothing as a bug, and crashed no page', () => {
  expect([story.platform.bugs, story.crashes]).toEqual([[], []])
})
