import { describe, expect, it } from 'vitest'
import { call } from '../../testing/call.ts'
import { withPlatform } from '../../testing/platform.ts'
import { makeWorld } from '../../testing/world.ts'

const platform = withPlatform()

describe('a change of types', () => {
  const change = async (version: string, columns: readonly unknown[]) =>
    call(platform, platform.people.ann, 'changeDatasetSchema', { params: { id: version }, body: { columns } })

  it('hears of every column and format that it names wrongly', async () => {
    const { datasetVersion } = await makeWorld(platform, platform.people.ann)
    const { status, body } = await change(datasetVersion, [
      { name: 'weight', type: 'number' },
      { name: 'size', type: 'date', format: { date: '%Q' } },
      { name: 'colour', type: 'date', format: { date: '%d%d%d' } },
    ])
    expect([status, body.findings?.map(({ code }) => code)]).toEqual([
      422,
      ['dataset.unknownColumn', 'dataset.format', 'dataset.format'],
    ])
  })

  it('of two at once happens once', async () => {
    const { datasetVersion } = await makeWorld(platform, platform.people.ann)
    const answers = await Promise.all(
      ['text', 'category', 'number'].map((type) => change(datasetVersion, [{ name: 'size', type }])),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409])
  })
})

it('answered nothing as a bug', () => {
  expect(platform.bugs).toEqual([])
})
