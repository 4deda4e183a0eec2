import { excludedPart } from '@modelsmith/engine'
import { expect, it } from 'vitest'
import { isTrained, nameOfPart, partRows } from './parts.ts'

const partition = Buffer.from(Int8Array.of(0, 1, 2, excludedPart, 127, 3))

it('takes for trained what is neither held out nor left out', () => {
  expect([...partRows({ partition }, isTrained)]).toEqual([1, 2, 4, 5])
})

it('calls each part by its name, and says that rows which were left out are in none', () => {
  expect(Array.from(partition.keys(), (row) => nameOfPart(partition.readInt8(row)))).toEqual([
    'holdout',
    'validation',
    'crossValidation',
    null,
    'trainOnly',
    'crossValidation',
  ])
})
