import { unzipSync, zipSync } from 'fflate'
import { type Instruction, instructionsOf } from './instructions.ts'
import type { Random } from './random.ts'

/** Breaks bytes in one way; `other` is another file, for splices. */
type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

const telling = [0, 1, 2, 0x28, 0x2e, 0x7f, 0x80, 0x81, 0x95, 0xfe, 0xff]
const tellingWords = [0, 1, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

const copyOf = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes)
const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const flipBits: Mutation = (bytes, random) => {
  const mutant = copyOf(bytes)
  for (let count = 1 + random.below(6); count > 0; count--) {
    const at = random.below(bytes.length)
    mutant[at] = (mutant[at] as number) ^ (1 << random.below(8))
  }
  return mutant
}
const setBytes: Mutation = (bytes, random) => {
  const mutant = copyOf(bytes)
  for (let count = 1 + random.below(3); count > 0; count--)
    mutant[random.below(bytes.length)] = random.below(2) === 0 ? random.pick(telling) : random.below(256)
  return mutant
}
const truncate: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length))
const cutOut: Mutation = (bytes, random) => {
  const from = random.below(bytes.length)
  return joined(bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(32)))
}
const repeatPart: Mutation = (bytes, random) => {
  const from = random.below(bytes.length)
  const part = bytes.subarray(from, from + 1 + random.below(64))
  return joined(bytes.subarray(0, from), part, bytes.subarray(from))
}
const splice: Mutation = (bytes, random, other) =>
  joined(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)))
const follow: Mutation = (bytes, _, other) => joined(bytes, other)
const setWord: Mutation = (bytes, random) => {
  if (bytes.length < 4) return truncate(bytes, random, bytes)
  const mutant = copyOf(bytes)
  new DataView(mutant.buffer).setUint32(random.below(bytes.length - 3), random.pick(tellingWords), true)
  return mutant
}

const anywhere: readonly Mutation[] = [flipBits, setBytes, truncate, cutOut, repeatPart, splice, follow, setWord]

const withInstruction =
  (
    change: (bytes: Uint8Array, one: Instruction, random: Random, all: readonly Instruction[]) => Uint8Array,
  ): Mutation =>
  (bytes, random, other) => {
    const all = instructionsOf(bytes)
    return all.length === 0 ? flipBits(bytes, random, other) : change(bytes, random.pick(all), random, all)
  }

const opcodes =
  '(.012FIJKLMNPQRSTUVXabcdeghijloprstuqBC]})\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98G'
const otherOpcode = withInstruction((bytes, { at }, random) => {
  const mutant = copyOf(bytes)
  mutant[at] = opcodes.charCodeAt(random.below(opcodes.length))
  return mutant
})
const dropInstruction = withInstruction((bytes, { at, end }) => joined(bytes.subarray(0, at), bytes.subarray(end)))
const copyInstruction = withInstruction((bytes, { at, end }, random, all) => {
  const target = random.pick(all).at
  return joined(bytes.subarray(0, target), bytes.subarray(at, end), bytes.subarray(target))
})
const swapInstructions = withInstruction((bytes, one, random, all) => {
  const two = random.pick(all)
  const [first, second] = one.at <= two.at ? [one, two] : [two, one]
  if (first.end > second.at) return copyOf(bytes)
  return joined(
    bytes.subarray(0, first.at),
    bytes.subarray(second.at, second.end),
    bytes.subarray(first.end, second.at),
    bytes.subarray(first.at, first.end),
    bytes.subarray(second.end),
  )
})
/** Another length, memo index, or number. */
const otherArgument = withInstruction((bytes, one, random, all) => {
  const { argument, end } = all.filter((each) => each.end > each.argument).at(random.below(all.length)) ?? one
  if (end === argument) return copyOf(bytes)
  const mutant = copyOf(bytes)
  const at = argument + random.below(Math.min(end - argument, 8))
  mutant[at] = random.below(2) === 0 ? random.pick(telling) : (mutant[at] as number) + random.pick([-1, 1, 2])
  return mutant
})
/** One memo reference becomes another: values change places, also with values that hold them. */
const otherReference = withInstruction((bytes, _, random, all) => {
  const references = all.filter(({ at }) => bytes[at] === 0x68 || bytes[at] === 0x71)
  const mutant = copyOf(bytes)
  if (references.length === 0) return mutant
  mutant[random.pick(references).argument] = bytes[random.pick(references).argument] as number
  return mutant
})
const inPickles: readonly Mutation[] = [
  otherOpcode,
  dropInstruction,
  copyInstruction,
  swapInstructions,
  otherArgument,
  otherReference,
]

/** A field of the archive's end record, of an entry of its directory, or in front of an entry's data. */
const otherZipField: Mutation = (bytes, random, other) => {
  const begins: number[] = []
  for (let at = 0; at + 4 < bytes.length; at++)
    if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && (bytes[at + 2] as number) < 9) begins.push(at)
  if (begins.length === 0) return flipBits(bytes, random, other)
  const mutant = copyOf(bytes)
  const at = random.pick(begins) + 4 + random.below(42)
  if (at + 4 > mutant.length) return truncate(bytes, random, other)
  const view = new DataView(mutant.buffer)
  if (random.below(2) === 0) view.setUint16(at, random.pick([0, 1, 8, 0xff, 0xffff, random.below(65_536)]), true)
  else view.setUint32(at, random.pick(tellingWords), true)
  return mutant
}
/** Another value in JSON, or a name that is there no more, or twice: what a lying metadata file may hold. */
const otherJson: Mutation = (bytes, random, other) => {
  const text = new TextDecoder().decode(bytes)
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}]/g)]
  const found = tokens[random.below(tokens.length)]
  if (found === undefined) return flipBits(bytes, random, other)
  const value = random.pick([...jsonValues, random.pick(tokens)[0]])
  const at = found.index
  return new TextEncoder().encode(`${text.slice(0, at)}${value}${text.slice(at + found[0].length)}`)
}
const jsonValues = [
  '-1',
  '0',
  '1',
  '2147483648',
  '1e308',
  '1e999',
  '0.5',
  '"NaN"',
  '""',
  '[]',
  '{}',
  'null',
  'true',
  '"__proto__"',
]

/** What an entry holds is broken and packed soundly again, without the checksums beside it, which would only tell that it is. */
const brokenEntry: Mutation = (bytes, random, other) => {
  const entries = Object.fromEntries(Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('.crc')))
  const names = Object.keys(entries).filter((name) => (entries[name]?.length ?? 0) > 0)
  if (names.length === 0) return flipBits(bytes, random, other)
  const name = random.pick(names)
  const content = entries[name] as Uint8Array
  const isJson = content[0] === 0x7b && random.below(4) > 0
  const change = isJson ? otherJson : random.pick([flipBits, setBytes, truncate, cutOut, repeatPart, setWord])
  return zipSync({ ...entries, [name]: Uint8Array.from(change(content, random, other)) }, { level: 0 })
}
/** An entry is missing, is called otherwise, or holds what another one should. */
const otherEntries: Mutation = (bytes, random, other) => {
  const entries = Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('.crc'))
  if (entries.length === 0) return flipBits(bytes, random, other)
  const [one, two] = [random.below(entries.length), random.below(entries.length)]
  const [name, content] = entries[one] as [string, Uint8Array<ArrayBuffer>]
  const changed = random.pick([
    () => entries.toSpliced(one, 1),
    () => entries.with(one, [(entries[two] as [string, Uint8Array<ArrayBuffer>])[0], content]),
    () => entries.with(one, [name, (entries[two] as [string, Uint8Array<ArrayBuffer>])[1]]),
    () =>
      entries.with(one, [`${name.slice(0, random.below(name.length))}${random.pick(['', '/', '../', 'x'])}`, content]),
  ])()
  return zipSync(Object.fromEntries(changed), { level: 0 })
}

/** One mutant of a file: broken once, now and then twice. */
export const mutate = (bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array => {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  const choose = (): Mutation =>
    random.below(3) === 0
      ? random.pick(anywhere)
      : random.pick(isZip ? [otherZipField, brokenEntry, brokenEntry, brokenEntry, otherEntries] : inPickles)
  const once = choose()(bytes, random, other)
  return random.below(4) === 0 && !isZip && once.length > 0 ? choose()(once, random, other) : once
}
