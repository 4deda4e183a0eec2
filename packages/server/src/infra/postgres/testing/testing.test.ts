import { expect, it } from 'vitest'
import { withConnection } from '../answers.ts'
import { withTestDatabase } from './index.ts'

const preparation = {
  name: 'notes',
  apply: (url: string) =>
    withConnection(url, async (client) => {
      await client.query('create table note (body text)')
    }),
}
const first = withTestDatabase(preparation)
const second = withTestDatabase(preparation)

const notes = (url: string): Promise<readonly { body: string }[]> =>
  withConnection(url, async (client) => (await client.query<{ body: string }>('select body from note')).rows)

it('gives each scope a prepared database that no other writes to', async () => {
  await withConnection(first.url, (client) => client.query(`insert into note values ('mine')`))
  expect(await notes(first.url)).toEqual([{ body: 'mine' }])
  expect(await notes(second.url)).toEqual([])
})
