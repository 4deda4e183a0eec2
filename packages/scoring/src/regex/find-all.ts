import { Machine } from './machine.ts'
import type { Program } from './program.ts'

/** Python's `re.findall`: all matches from left to right, none overlapping. */
export const findAll = (program: Program, text: string): readonly string[] => {
  const characters = Array.from(text)
  const codes = Int32Array.from(characters, (character) => character.codePointAt(0) as number)
  const machine = new Machine(program, codes, false)
  const found: string[] = []
  let from = 0
  let mustAdvance = false
  for (;;) {
    const match = machine.search(from, mustAdvance)
    if (match === undefined) return found
    const [start, end] = program.group === 1 ? match.group : [match.start, match.end]
    found.push(start < 0 ? '' : characters.slice(start, end).join(''))
    mustAdvance = match.end === match.start
    from = match.end
  }
}
