import { expect, it } from 'vitest'
import { differences } from './packages.mjs'

const locked = {
  '': { version: '1.0.0' },
  'node_modules/@modelsmith/table': { link: true },
  'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
}
const installed = {
  'node_modules/@modelsmith/table': { link: true },
  'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
}

it('accepts an installation that is the lock without the packages of other platforms', () => {
  expect(differences(locked, installed)).toEqual([])
})

it('names a package of another version, of other bytes, too many, or missing', () => {
  expect(differences(locked, { ...installed, 'node_modules/pg': { version: '8.0.1' } })).toEqual([
    'node_modules/pg: expected 8.0.0, found 8.0.1',
  ])
  expect(differences(locked, { ...installed, 'node_modules/pg': { version: '8.0.0', integrity: 'sha512-b' } })).toEqual(
    ['node_modules/pg: expected sha512-a, found sha512-b'],
  )
  expect(differences(locked, { ...installed, 'node_modules/more': { version: '1.0.0' } })).toEqual([
    'node_modules/more 1.0.0 is not in the lock',
  ])
  expect(differences(locked, { 'node_modules/@modelsmith/table': { link: true } })).toEqual([
    'node_modules/pg 8.0.0 is missing',
  ])
})
