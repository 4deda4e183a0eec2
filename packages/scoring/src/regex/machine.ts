import { limitReached } from '../limits.ts'
import type { Program } from './program.ts'

type Thread = { readonly at: number; readonly start: number; readonly group: readonly [number, number] }
export type Match = { readonly start: number; readonly end: number; readonly group: readonly [number, number] }

const none = [-1, -1] as const

/** Steps that one text may take; only patterns that look far ahead in vain for every match come near. */
const maxSteps = 100_000_000

/**
 * Runs a program over one text, in time that grows with text and program only. `codes` are the text's code points, one a
 * position; or one for each of its 16-bit units (`isUtf16`), a surrogate pair whole at its first.
 */
export class Machine {
  readonly #program: Program
  readonly #codes: Int32Array
  readonly #isUtf16: boolean
  /** The position at which each instruction was last reached, so that every one runs once a position. */
  readonly #seen: Int32Array
  #steps = 0

  constructor(program: Program, codes: Int32Array, isUtf16: boolean) {
    this.#program = program
    this.#codes = codes
    this.#isUtf16 = isUtf16
    this.#seen = new Int32Array(program.instructions.length)
  }

  /**
   * The leftmost match from a position on; of those, the one that the pattern's preferences choose. With `startsAtPairs` none starts
   * within a surrogate pair.
   */
  search(from: number, mustAdvance: boolean, startsAtPairs = false): Match | undefined {
    const { instructions } = this.#program
    let threads: Thread[] = []
    /** Those that a surrogate pair has taken past the next position. */
    let ahead: Thread[] = []
    let match: Match | undefined
    this.#seen.fill(-1)
    for (let position = from; position <= this.#codes.length; position++) {
      if (match !== undefined && threads.length === 0 && ahead.length === 0) return match
      const running: Thread[] = []
      for (const thread of threads) this.#follow(thread, position, running)
      if (match === undefined && !(startsAtPairs && position > from && this.#isWithinPair(position)))
        this.#follow({ at: 0, start: position, group: none }, position, running)
      threads = ahead
      ahead = []
      for (const { at, start, group } of running) {
        const instruction = instructions[at] as (typeof instructions)[number]
        if (instruction.type === 'match') {
          if (mustAdvance && start === from && position === from) continue
          match = { start, end: position, group }
          // Threads behind this one are less preferred.
          break
        }
        if (instruction.type !== 'character' || position >= this.#codes.length) continue
        const code = this.#codes[position] as number
        if (instruction.test(code))
          (this.#isUtf16 && code > 0xffff ? ahead : threads).push({ at: at + 1, start, group })
      }
    }
    return match
  }

  #isWithinPair(position: number): boolean {
    return (this.#codes[position - 1] as number) > 0xffff
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
          if (instruction.holds(this.#codes, position)) pending.push({ at: at + 1, start, group })
          break
        default:
          running.push(next)
      }
    }
  }
}
