import { expect, it } from 'vitest'
import { withPlatform } from '../../testing/platform.ts'
import { arrayText } from './array-text.ts'
import { sql } from './database.ts'

const platform = withPlatform()

it('writes arrays that PostgreSQL reads as they were', async () => {
  const { database } = platform.context
  const texts = [
    '',
    'NULL',
    'null',
    'a',
    'a b',
    '{',
    '}',
    ',',
    '"',
    '\\',
    '\\"',
    'é',
    "'",
    '\n',
    '2026-01-31T12:00:00.000Z',
    null,
  ]
  const numbers = [0, -1, 1.5, 1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, null]
  expect(
    await database.first(sql`select ${arrayText(texts)}::text[] as texts, ${arrayText(numbers)}::double precision[] as numbers,
      ${arrayText([])}::text[] as nothing`),
  ).toEqual({ texts, numbers, nothing: [] })
})
