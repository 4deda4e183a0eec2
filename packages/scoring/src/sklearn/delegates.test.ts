import { expect, it } from 'vitest'
import { openModel } from '../file/open.ts'

const pickle = (text: string): Uint8Array => new TextEncoder().encode(text)

it.each([
  ['cos\nsystem\n', "S'_entropy'\n"],
  ['cscipy.stats._discrete_distns\nrandint_gen\n', "S'__class__'\n"],
  ['cscipy.stats._discrete_distns\nrandint_gen\n(tR', "S'__init__'\n"],
])('refuses getattr of anything but the method that a distribution holds: %j', (owner, name) => {
  expect(() => openModel(pickle(`cbuiltins\ngetattr\n(${owner}${name}tR.`))).toThrow('could run code')
})
