import fc from 'fast-check'
import { expect, it } from 'vitest'
import { changeMetadata } from './change-metadata.ts'
import { parseMetadata } from './metadata.ts'

const text = `# What it is.
name: Median   # as people say it
targetType: transform
hyperparameters:
  - {name: trees, type: int, default: 10}
description: |
  Two
  lines.
environment:
`

it('changes values in place and leaves every other line alone', () => {
  expect(
    changeMetadata(text, { name: 'Mean: of all', targetType: ['binary', 'regression'], description: 'One line' }),
  ).toBe(`# What it is.
name: "Mean: of all"   # as people say it
targetType: [binary, regression]
hyperparameters:
  - {name: trees, type: int, default: 10}
description: One line
environment:
`)
})

it('fills an empty value, adds a key at the end and takes one out', () => {
  const changed = changeMetadata(text, { environment: 'r-ml', majorVersion: false, description: undefined })
  expect(changed).toBe(`# What it is.
name: Median   # as people say it
targetType: transform
hyperparameters:
  - {name: trees, type: int, default: 10}
environment: r-ml
majorVersion: false
`)
  expect(parseMetadata(changed).metadata).toMatchObject({ environment: 'r-ml', majorVersion: false })
})

it('begins a text that has nothing, and ends a last line', () => {
  expect(changeMetadata('', { name: 'New' })).toBe('name: New\n')
  expect(changeMetadata('name: Old', { environment: 'r-ml' })).toBe('name: Old\nenvironment: r-ml\n')
})

it.each(['name: [', '{name: x}', '- a', 'just words', 'a: 1\na: 2\n'])('leaves %j as it is', (unreadable) => {
  expect(changeMetadata(unreadable, { name: 'New' })).toBe(unreadable)
})

it('gives back any name and description as they were given', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(words, words, (name, description) => {
      const { metadata } = parseMetadata(changeMetadata(text, { name, description, environment: 'r-ml' }))
      expect(metadata).toMatchObject({ name, description, environment: 'r-ml' })
    }),
    { seed: 11, numRuns: 500 },
  )
})
