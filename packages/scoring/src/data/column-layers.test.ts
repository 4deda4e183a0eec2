import { describe, expect, it } from 'vitest'
import { Layer } from './column-layers.ts'

describe('a map with layers', () => {
  it('is what a copied map would be, however many layers there are', () => {
    let layered: ReadonlyMap<string, number> = new Map([['a', 0]])
    const copied = new Map(layered)
    for (let step = 1; step < 100; step++) {
      const name = ['a', 'b', `c${step % 7}`][step % 3] as string
      layered = new Layer(layered, [
        [name, step],
        ['last', -step],
      ])
      copied.set(name, step).set('last', -step)
      expect([...layered]).toEqual([...copied])
      expect([...layered.keys(), 'none'].map((key) => [layered.has(key), layered.get(key)])).toEqual(
        [...copied.keys(), 'none'].map((key) => [copied.has(key), copied.get(key)]),
      )
    }
    const met: unknown[] = []
    layered.forEach((value, name) => met.push([name, value]))
    expect(met).toEqual([...copied.entries()])
    expect([layered.size, ...layered.values()]).toEqual([copied.size, ...copied.values()])
  })

  it('leaves the map below as it was', () => {
    const below = new Map([['a', 1]])
    expect(new Layer(below, [['a', 2]]).get('a')).toBe(2)
    expect(below.get('a')).toBe(1)
  })
})
