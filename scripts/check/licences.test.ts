import { expect, it } from 'vitest'
import { isAllowed, shippedPackages } from './licences.ts'

it('accepts an expression that leaves an allowed choice', () => {
  expect(isAllowed('MIT')).toBe(true)
  expect(isAllowed('(MIT OR GPL-3.0-only)')).toBe(true)
  expect(isAllowed('MIT AND ISC')).toBe(true)
})

it('refuses what is not on the list, and a package that states nothing', () => {
  expect(isAllowed('GPL-3.0-only')).toBe(false)
  expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false)
  expect(isAllowed('not stated')).toBe(false)
})

it('looks at what is shipped: not at development tools and not at our own packages', () => {
  const packages = {
    '': { version: '1.0.0' },
    'packages/table': { version: '1.0.0' },
    'node_modules/@modelsmith/table': { link: true },
    'node_modules/vitest': { version: '5.0.0', license: 'MIT', dev: true },
    'node_modules/pg': { version: '8.0.0', license: 'MIT' },
    'node_modules/pg/node_modules/old': { version: '1.0.0' },
  }
  expect(shippedPackages(packages)).toEqual([
    { name: 'pg@8.0.0', licence: 'MIT' },
    { name: 'old@1.0.0', licence: 'not stated' },
  ])
})
