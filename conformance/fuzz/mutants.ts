import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'
import { type Fixture, fixtureNames, readFixture } from '../models/fixture.ts'
import { mutate } from './mutate.ts'
import { randomFrom } from './random.ts'

/** A sound file with the rows on which its mutants are scored. */
export type Parent = { readonly set: string; readonly fixture: Fixture; readonly bytes: Uint8Array }
export type Mutant = { readonly parent: Parent; readonly bytes: Uint8Array }

const fixtures = join(import.meta.dirname, '../../fixtures')
/** What is tried where nothing else is asked for, and all that Spark saved. */
const sets = ['sklearn-0.21.3', 'sklearn-modern', 'sklearn-other', 'spark-2.4.4']
export const sparkSets = (): readonly string[] =>
  readdirSync(fixtures)
    .filter((set) => set.startsWith('spark-'))
    .toSorted()
const largest = 16 * 1024

/** Every fixture that is small; what is packed with zlib or gzip comes unpacked too, as breaking a checksum tells little. */
export const parents = (which: readonly string[] = sets): readonly Parent[] =>
  which.flatMap((set) =>
    fixtureNames(join(fixtures, set)).flatMap((name) => {
      const fixture = readFixture(join(fixtures, set), name)
      if (fixture.bytes.length > largest) return []
      const plain = unpacked(fixture.bytes)
      const versions = plain !== undefined && plain.length <= largest ? [fixture.bytes, plain, plain] : [fixture.bytes]
      return versions.map((bytes) => ({ set, fixture, bytes: Uint8Array.from(bytes) }))
    }),
  )

const unpacked = (bytes: Uint8Array): Uint8Array | undefined => {
  if (bytes[0] === 0x78) return inflateSync(bytes)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : undefined
}

/** Mutant number `index` of a seed. */
export const mutantOf = (all: readonly Parent[], seed: number, index: number): Mutant => {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const parent = all[index % all.length] as Parent
  return { parent, bytes: mutate(parent.bytes, random, random.pick(all).bytes) }
}
