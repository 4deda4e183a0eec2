import { endpoints } from '@modelsmith/api'
import { expect, it } from 'vitest'
import { browserOnly, verbs } from './verbs.ts'

it('offers every operation of the API once, but for what only a browser needs', () => {
  const offered = Object.values(verbs).flatMap((operations) => Object.values(operations))
  expect([...offered, ...browserOnly].sort()).toEqual(Object.keys(endpoints).sort())
})
