import { expect, it } from 'vitest'
import { leafOf } from '../model/trees.ts'
import { joinTrees, type TreePart } from './tree-parts.ts'

/** Category 1 goes left to leaf 1, others go right to leaf 2, missing ones left. */
const part: TreePart = {
  feature: [0, 0, 0],
  threshold: [0, 0, 0],
  left: [1, -1, -1],
  right: [2, -1, -1],
  missingLeft: [1, 0, 0],
  values: [0, 10, 20],
  sets: new Map([[0, Uint32Array.of(0b10)]]),
  zeroIsMissing: undefined,
  cover: () => [5, 3, 2],
}
const tree = { name: 'Tree', columns: 1, float32: false }

it('takes categories that no training row had as missing where the known ones are given', () => {
  const trees = joinTrees([part], { ...tree, known: new Map([[0, Uint32Array.of(0b110)]]) })
  const leaf = (value: number): number => leafOf(trees, 0, Float64Array.of(value), 0)
  expect([1, 1.9, 2, 3, -1, -0.5, Number.NaN].map(leaf)).toEqual([1, 1, 2, 1, 1, 1, 1])
  // A byte wraps.
  expect([257, 258].map(leaf)).toEqual([1, 2])
})

it('keeps each tree’s sets apart', () => {
  const trees = joinTrees([part, { ...part, sets: new Map([[0, Uint32Array.of(0b1)]]) }], tree)
  const leaves = (value: number): number[] =>
    [0, 3].map((root) => leafOf(trees, root, Float64Array.of(value), 0) - root)
  expect(leaves(0)).toEqual([2, 1])
  expect(leaves(1)).toEqual([1, 2])
})

it('refuses a child that comes before its parent', () => {
  expect(() => joinTrees([{ ...part, left: [0, -1, -1] }], tree)).toThrow('is not sound at node 0')
})

it('keeps how many rows came through nodes only where that is asked for, and where every tree says it', () => {
  expect(joinTrees([part], tree)).not.toHaveProperty('cover')
  expect(joinTrees([part, part], { ...tree, withCover: true }).cover).toEqual(Float64Array.of(5, 3, 2, 5, 3, 2))
  for (const cover of [() => undefined, () => [5, 3]])
    expect(joinTrees([part, { ...part, cover }], { ...tree, withCover: true })).not.toHaveProperty('cover')
})
