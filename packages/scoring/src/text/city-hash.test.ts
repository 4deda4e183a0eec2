import { expect, it } from 'vitest'
import { cityHash64 } from './city-hash.ts'

/** So many letters, as the ones that were hashed by ClickHouse's own library. */
const letters = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => 97 + ((i * 7 + count) % 26))

it.each([
  [0, 11160318154034397263n],
  [3, 15801372605664632734n],
  [7, 13503706177584786383n],
  [16, 18255961058499077557n],
  [17, 14462083576506790518n],
  [32, 12620920786248464957n],
  [33, 16474122761118675582n],
  [64, 2635662625183472829n],
  [65, 18106967989178361769n],
  [128, 10493324097790847553n],
  [199, 13730598867470542311n],
])('hashes %d letters as the library does', (count, hash) => {
  expect(cityHash64(letters(count))).toBe(hash)
})
