import { limitReached } from '../limits.ts'
import type { Assertion } from './assertions.ts'
import type { CharacterTest } from './characters.ts'
import { type Pattern, type ParsedPattern, PatternError } from './pattern.ts'

/** A pattern as instructions for threads that run side by side, one character at a time (Thompson, Pike). */
export type Program = {
  readonly instructions: readonly Instruction[]
  /** What a match is: the whole, or its only group. */
  readonly group: 0 | 1
}

export type Instruction =
  | { readonly type: 'character'; readonly test: CharacterTest }
  | { readonly type: 'assertion'; readonly holds: Assertion }
  /** The first way is preferred. */
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'jump'; to: number }
  /** Remembers the position: 0 and 1 are start and end of the group. */
  | { readonly type: 'save'; readonly slot: 0 | 1 }
  | { readonly type: 'match' }

const maxInstructions = 5_000

export const programOf = ({ root, groups }: ParsedPattern): Program => {
  if (groups > 1) throw new PatternError(`it has ${groups} groups, so that a match is no single text`)
  const instructions: Instruction[] = []
  const emit = <T extends Instruction>(instruction: T): T => {
    if (instructions.length >= maxInstructions) throw limitReached('instructions of a pattern', maxInstructions)
    instructions.push(instruction)
    return instruction
  }
  const here = (): number => instructions.length

  /** Any number of the body, or none. */
  const optional = (body: Pattern, isGreedy: boolean, isLoop: boolean): void => {
    const split = emit({ type: 'split', first: 0, second: 0 })
    const start = here() - 1
    write(body)
    if (isLoop) emit({ type: 'jump', to: start })
    split.first = isGreedy ? start + 1 : here()
    split.second = isGreedy ? here() : start + 1
  }

  const write = (pattern: Pattern): void => {
    switch (pattern.type) {
      case 'character':
      case 'assertion':
        emit(pattern)
        return
      case 'sequence':
        for (const part of pattern.parts) write(part)
        return
      case 'choice': {
        const ends: { to: number }[] = []
        for (const [at, option] of pattern.options.entries()) {
          const isLast = at === pattern.options.length - 1
          const split = isLast ? undefined : emit({ type: 'split', first: here() + 1, second: 0 })
          write(option)
          if (!isLast) ends.push(emit({ type: 'jump', to: 0 }))
          if (split !== undefined) split.second = here()
        }
        for (const end of ends) end.to = here()
        return
      }
      case 'group':
        emit({ type: 'save', slot: 0 })
        write(pattern.body)
        emit({ type: 'save', slot: 1 })
        return
      case 'repeat': {
        const { body, min, max, isGreedy } = pattern
        for (let i = 0; i < min; i++) write(body)
        if (max === Infinity) optional(body, isGreedy, true)
        else for (let i = min; i < max; i++) optional(body, isGreedy, false)
        return
      }
    }
  }

  write(root)
  emit({ type: 'match' })
  return { instructions, group: groups === 1 ? 1 : 0 }
}
