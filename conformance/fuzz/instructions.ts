/** One instruction of a pickle: where its opcode and its argument begin, and where it ends. */
export type Instruction = { readonly at: number; readonly argument: number; readonly end: number }

/** Bytes behind an opcode; `line`: up to a newline, `lines`: two of them; negative: a length of so many bytes comes first. */
type Argument = number | 'line' | 'lines'

const groups: readonly (readonly [string, Argument])[] = [
  ['FILVSPgp', 'line'],
  ['ci', 'lines'],
  ['KqhU\x80\x82\x8a\x8c', 1],
  ['M\x83', 2],
  ['JTXBrj\x84\x8b', 4],
  ['G\x8d\x8e\x95\x96', 8],
]
const sized: Readonly<Record<string, number>> = {
  U: 1,
  '\x8a': 1,
  '\x8c': 1,
  C: 1,
  T: 4,
  X: 4,
  B: 4,
  '\x8b': 4,
  '\x8d': 8,
  '\x8e': 8,
  '\x96': 8,
}
const kinds = new Map<number, Argument>(
  groups.flatMap(([opcodes, kind]) => Array.from(opcodes, (one): [number, Argument] => [one.charCodeAt(0), kind])),
)
for (const [opcode, length] of Object.entries(sized)) kinds.set(opcode.charCodeAt(0), -length)

/** The instructions of a pickle from its start on, as far as they can be told apart: arrays within end the list. */
export const instructionsOf = (bytes: Uint8Array): readonly Instruction[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Instruction[] = []
  let position = 0
  while (position < bytes.length && found.length < 20_000) {
    const at = position
    const kind = kinds.get(bytes[at] as number) ?? 0
    const argument = at + 1
    let end = argument
    if (kind === 'line' || kind === 'lines') {
      for (let lines = kind === 'line' ? 1 : 2; lines > 0; lines--) {
        const newline = bytes.indexOf(0x0a, end)
        if (newline < 0) return found
        end = newline + 1
      }
    } else if (kind >= 0) end += kind
    else {
      if (argument - kind > bytes.length) return found
      const length = kind === -1 ? view.getUint8(argument) : view.getUint32(argument, true)
      end = argument - kind + length
    }
    if (end > bytes.length) return found
    found.push({ at, argument, end })
    position = end
    if (bytes[at] === 0x2e) return found
  }
  return found
}
