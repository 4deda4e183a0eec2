import { limitReached } from '../limits.ts'
import { isWord } from './characters.ts'
import type { Assertion } from './parse.ts'
import type { Program } from './program.ts'

type Thread = { readonly at: number; readonly start: number; readonly group: readonly [number, number] }
type Match = { readonly start: number; readonly end: number; readonly group: readonly [number, number] }

const none = [-1, -1] as const

/** Steps that one text may take; only patterns that look far ahead in vain for every match come near. */
const maxSteps = 100_000_000

/** `re.findall`: all matches from left to right, none overlapping, in time that grows with text and pattern only. */
export const findAll = (program: Program, text: string): readonly string[] => {
  const characters = Array.from(text)
  const machine = new Machine(program, characters)
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

class Machine {
  readonly #program: Program
  readonly #codes: Int32Array
  /** The position at which each instruction was last reached, so that every one runs once a position. */
  readonly #seen: Int32Array
  #steps = 0

  constructor(program: Program, characters: readonly string[]) {
    this.#program = program
    this.#codes = Int32Array.from(characters, (character) => character.codePointAt(0) as number)
    this.#seen = new Int32Array(program.instructions.length)
  }

  /** The leftmost match from a position on; of those, the one that Python's preferences choose. */
  search(from: number, mustAdvance: boolean): Match | undefined {
    const { instructions } = this.#program
    let threads: Thread[] = []
    let match: Match | undefined
    this.#seen.fill(-1)
    for (let position = from; position <= this.#codes.length; position++) {
      if (match !== undefined && threads.length === 0) return match
      const running: Thread[] = []
      for (const thread of threads) this.#follow(thread, position, running)
      if (match === undefined) this.#follow({ at: 0, start: position, group: none }, position, running)
      threads = []
      for (const { at, start, group } of running) {
        const instruction = instructions[at] as (typeof instructions)[number]
        if (instruction.type === 'match') {
          if (mustAdvance && start === from && position === from) continue
          match = { start, end: position, group }
          // Threads behind this one are less preferred.
          break
        }
        if (
          instruction.type === 'character' &&
          position < this.#codes.length &&
          instruction.test(this.#codes[position] as number)
        )
          threads.push({ at: at + 1, start, group })
      }
    }
    return match
  }

  /** Adds the threads that a thread becomes without reading a character, in order of preference. */
  #follow(thread: Thread, position: number, running: Thread[]): void {
    const pending = [thread]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { at, start, group } = next
      if (this.#seen[at] === position) continue
      this.#seen[at] = position
      if (++this.#steps > maxSteps) throw limitReached('steps of a pattern in one text', maxSteps)
      const instruction = this.#program.instructions[at] as Program['instructions'][number]
      switch (instruction.type) {
        case 'split':
          pending.push({ at: instruction.second, start, group }, { at: instruction.first, start, group })
          break
        case 'jump':
          pending.push({ at: instruction.to, start, group })
          break
        case 'save':
          pending.push({
            at: at + 1,
            start,
            group: instruction.slot === 0 ? [position, position] : [group[0], position],
          })
          break
        case 'assertion':
          if (this.#holds(instruction.what, position)) pending.push({ at: at + 1, start, group })
          break
        default:
          running.push(next)
      }
    }
  }

  #holds(what: Assertion, position: number): boolean {
    const codes = this.#codes
    const isLineFeed = (at: number): boolean => codes[at] === 10
    switch (what) {
      case 'start':
        return position === 0
      case 'end':
        return position === codes.length
      case 'lineStart':
        return position === 0 || isLineFeed(position - 1)
      case 'lineEnd':
        return position === codes.length || isLineFeed(position)
      case 'lastLineEnd':
        return position === codes.length || (position === codes.length - 1 && isLineFeed(position))
      default:
        return this.#isBoundary(position) === (what === 'boundary')
    }
  }

  #isBoundary(position: number): boolean {
    const isWordAt = (at: number): boolean =>
      at >= 0 && at < this.#codes.length && isWord(this.#codes[at] as number, this.#program.isAscii)
    return isWordAt(position - 1) !== isWordAt(position)
  }
}
